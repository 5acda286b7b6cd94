namespace Microsoft.ML.Attention;

/// <summary>What Fit minimizes.</summary>
public enum TrainingObjective
{
    /// <summary><see cref="Supervised"/> with a label; <see cref="None"/> with Parameters and no label; otherwise
    /// <see cref="MaskedReconstruction"/>.</summary>
    Auto,

    /// <summary>The label, read out by a linear layer that is thrown away: softmax cross-entropy for a key, binary cross-entropy for a
    /// Boolean, squared error for a number.</summary>
    Supervised,

    /// <summary>Hidden tokens, reconstructed from the others: squared error for embeddings, cross-entropy for token ids.</summary>
    MaskedReconstruction,

    /// <summary>Nothing: the parameters given, or a seeded random draw.</summary>
    None,
}
