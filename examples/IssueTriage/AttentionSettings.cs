using Microsoft.ML.Attention;

namespace IssueTriage;

/// <summary>What is chosen about the stage that reads the words; all else has the library's defaults. As it is here,
/// it is what others are compared with.</summary>
sealed record AttentionSettings
{
    public AttentionBlock Block { get; init; } = AttentionBlock.Residual;
    public int Width { get; init; } = 32;
    public AttentionPooling Pooling { get; init; } = AttentionPooling.Mean;
    public PositionalEncoding Positions { get; init; }
    public double Dropout { get; init; } = 0.1;
    public int Epochs { get; init; } = 20;

    /// <summary>For issues of a real project: which words there are says most, not their order. See <see cref="Choice"/>.</summary>
    public static AttentionSettings ForIssues { get; } = new() { Width = 64 };

    /// <summary>For those made up, where the order is all, and so few rows make few steps of an epoch.</summary>
    public static AttentionSettings ForMadeUp { get; } = new() { Width = 64, Positions = PositionalEncoding.Sinusoidal, Epochs = 100 };
}
