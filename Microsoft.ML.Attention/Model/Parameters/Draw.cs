namespace Microsoft.ML.Attention.Model.Parameters;

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
