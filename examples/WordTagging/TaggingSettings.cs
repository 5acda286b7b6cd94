using Microsoft.ML.Attention;

namespace WordTagging;

/// <summary>What is chosen about the stage that reads the words; all else has the library's defaults. As it is here,
/// it is what others are compared with.</summary>
sealed record TaggingSettings
{
    /// <summary>Places for the traits of words: the width of a token. See <see cref="SentenceRow"/>.</summary>
    public int Places { get; init; } = 2048;

    public int Width { get; init; } = 64;
    public int Layers { get; init; } = 1;
    public int? ConvolutionWidth { get; init; } = 3;
    public PositionalEncoding Positions { get; init; } = PositionalEncoding.Rotary;
    public double Dropout { get; init; } = 0.3;
    public double AverageDecay { get; init; }
    public int Epochs { get; init; } = 20;

    /// <summary>For sentences that people wrote. See <see cref="Choice"/>.</summary>
    public static TaggingSettings ForTreebanks { get; } = new() { Places = 4096, Width = 128, AverageDecay = 0.99 };

    /// <summary>For those made up: few words, and what tells is further away than a neighbour.</summary>
    public static TaggingSettings ForMadeUp { get; } = new() { Places = 256, Width = 32, ConvolutionWidth = null, Dropout = 0.1 };
}
