namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Parameters as the oracle reads them: by name, in double.</summary>
sealed class ReferenceParameters(AttentionParameters parameters)
{
    readonly HashSet<string> _names = [.. parameters.Names];

    public bool Has(string name) => _names.Contains(name);

    /// <summary>The tensor's values, or null where there is none: a bias counts exactly when it is there.</summary>
    public double[]? Vector(string name) => Has(name) ? [.. Doubles(name)] : null;

    /// <summary>The rows of a matrix.</summary>
    public double[][] Matrix(string name) => [.. Doubles(name).Chunk((int)parameters[name].Shape[1])];

    /// <summary>The weights of each element, of a depthwise convolution <c>[M, 1, width]</c>.</summary>
    public double[][] Filters(string name) => [.. Doubles(name).Chunk((int)parameters[name].Shape[2])];

    /// <summary><c>name.weight</c> with <c>name.bias</c>.</summary>
    public Affine Affine(string name) => new(Matrix($"{name}.weight"), Vector($"{name}.bias"));

    IEnumerable<double> Doubles(string name)
    {
        foreach (var value in parameters[name].Values.ToArray())
            yield return value;
    }
}

/// <summary><c>W x + b</c>, <c>W</c> of shape <c>[out, in]</c> as PyTorch stores it.</summary>
sealed record Affine(double[][] Weight, double[]? Bias)
{
    public double[] Apply(double[] x)
    {
        var y = new double[Weight.Length];
        for (var o = 0; o < y.Length; o++)
            y[o] = Reference.Dot(Weight[o], x) + (Bias is null ? 0 : Bias[o]);
        return y;
    }

    public double[][] Apply(double[][] tokens) => Array.ConvertAll(tokens, Apply);
}
