namespace Microsoft.ML.Attention;

/// <summary>How a token's position in its row enters the computation.</summary>
public enum PositionalEncoding
{
    /// <summary>Not at all: permuting the tokens permutes the outputs.</summary>
    None,

    /// <summary>Sines and cosines added to the tokens. Vaswani et al. 2017, section 3.5.</summary>
    Sinusoidal,

    /// <summary>A learned vector for each position (<c>position.weight</c>) added to the tokens;
    /// rows longer than the table are an error.</summary>
    Learned,

    /// <summary>Queries and keys rotated by their position, pairing element p with p + D/2. Su et al. 2021,
    /// in the layout of GPT-NeoX and LLaMA.</summary>
    Rotary,

    /// <summary><see cref="Rotary"/>, pairing elements 2p and 2p + 1, as the paper writes it.</summary>
    RotaryInterleaved,

    /// <summary>A penalty on the scores, linear in the distance, with a slope of its own for each head. Press et al. 2022.</summary>
    Alibi,

    /// <summary>
    /// A learned number for each head and bucket of distances (<c>relative_bias.weight</c>, <c>[buckets, H]</c>), the same in all layers,
    /// added to the scores: half of the buckets are for distances one each, the others ever wider, up to 128. A <see cref="Learned"/> table
    /// is added as well where the parameters have one, as in MPNet. Raffel et al. 2020, section 2.1.
    /// </summary>
    RelativeBuckets,
}
