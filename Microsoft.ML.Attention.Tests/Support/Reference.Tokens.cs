namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>From the columns of a row to the tokens that the first layer reads.</summary>
sealed partial class Reference
{
    double[][] Tokens() => [.. Enumerable.Range(0, _row.QueryLength).Select(Token)];

    double[] Token(int t) => Positioned(_row.Ids is null ? Projected(t) : Embedded(_row.Ids[t]), t);

    double[] Projected(int t)
    {
        var column = _row.Columns?[t] ?? 0;
        var x = Standardized(_row.Tokens[t], column);
        var name = _parameters.Has("input.weight") ? "input" : $"input.{column}";
        return _parameters.Has($"{name}.weight") ? _parameters.Affine(name).Apply(x) : x;
    }

    double[] Embedded(int? id)
    {
        var table = _parameters.Matrix("embedding.weight");                      // [ids, M]
        return id is { } known ? table[known] : new double[table[0].Length];
    }

    /// <summary><c>(x - mean) * scale</c>; columns with projections of their own have their means and scales one after the other.</summary>
    double[] Standardized(double[] x, int column)
    {
        if (_parameters.Vector("input_mean") is not { } mean)
            return x;
        var scale = _parameters.Vector("input_scale")!;
        var first = _parameters.Has("input.0.weight") ? Enumerable.Range(0, column).Sum(c => _parameters.Matrix($"input.{c}.weight")[0].Length) : 0;
        return [.. x.Select((value, e) => (value - mean[first + e]) * scale[first + e])];
    }

    double[] Positioned(double[] x, int t) => _options.PositionalEncoding switch
    {
        PositionalEncoding.Sinusoidal => [.. x.Select((value, e) => value + Sinusoid(t, e, x.Length))],
        PositionalEncoding.Learned => Add(x, _parameters.Matrix("position.weight")[t]),
        _ => x,
    };
}
