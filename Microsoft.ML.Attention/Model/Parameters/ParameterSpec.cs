namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>A tensor of a stage: its name, its shape, and what happens when it is not given.</summary>
/// <param name="Name">PyTorch's name where PyTorch has one.</param>
/// <param name="Shape">Matrices are <c>[out, in]</c>.</param>
/// <param name="Draw">How it is drawn.</param>
/// <param name="BiasOf">For the bias of a projection or norm, what it belongs to: where that was given,
/// the bias is used exactly when it was given too.</param>
/// <param name="Stacked">How many matrices of equal shape it holds, one above the other.</param>
sealed record ParameterSpec(string Name, long[] Shape, Draw Draw, string? BiasOf = null, int Stacked = 1)
{
    /// <summary>The numbers that one output reads and that one input is read by, together: PyTorch's <c>fan_in + fan_out</c>. A convolution
    /// of each element apart has as many of both as it is wide.</summary>
    public long Connections => Shape is [_, 1, var width] ? 2 * width : Shape[0] / Stacked + Shape[1];

    /// <summary>Matrices of projections; decayed by AdamW, unlike biases, gains and tables.</summary>
    public bool IsProjection => Draw == Draw.Xavier;
}

/// <summary>How a tensor that is not given comes to be.</summary>
enum Draw
{
    /// <summary>Uniform within ±√(6 / (in + out)). Glorot and Bengio 2010.</summary>
    Xavier,

    /// <summary>Normal, with a deviation of 1/√columns: a vector of about unit length.</summary>
    Normal,

    Zeros,

    Ones,

    /// <summary>Computed by Fit from the data; drawn as what changes nothing.</summary>
    Measured,
}
