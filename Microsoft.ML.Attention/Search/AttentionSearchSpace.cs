using System.Text;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Search;

namespace Microsoft.ML.Attention;

/// <summary>What a search draws options from. A value: immutable, compared by content, varied with <c>with</c>.</summary>
/// <remarks>An empty list, or no range, leaves an option as it was given. The defaults are those that the options carry for
/// Microsoft.ML.AutoML.</remarks>
public sealed record AttentionSearchSpace
{
    /// <summary>For <see cref="MultiHeadAttentionOptions.NumberOfHeads"/>. Default: 2, 4, 8.</summary>
    public IReadOnlyList<int> NumberOfHeads { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.NumberOfHeads));

    /// <summary>For <see cref="MultiHeadAttentionOptions.ModelDimension"/>. Default: 32, 64, 128, which all numbers of heads
    /// divide.</summary>
    public IReadOnlyList<int> ModelDimension { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.ModelDimension));

    /// <summary>For <see cref="MultiHeadAttentionOptions.Block"/>. Default: residual, encoder.</summary>
    public IReadOnlyList<AttentionBlock> Block { get; init => field = new ValueList<AttentionBlock>(value); } =
        SweepAttributes.Choices<AttentionBlock>(nameof(MultiHeadAttentionOptions.Block));

    /// <summary>For <see cref="MultiHeadAttentionOptions.NumberOfLayers"/>. Default: 1, 2, 3.</summary>
    public IReadOnlyList<int> NumberOfLayers { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.NumberOfLayers));

    /// <summary>For <see cref="MultiHeadAttentionOptions.Pooling"/>. Default: all that give a vector of fixed size, which trainers
    /// need.</summary>
    public IReadOnlyList<AttentionPooling> Pooling { get; init => field = new ValueList<AttentionPooling>(value); } =
        SweepAttributes.Choices<AttentionPooling>(nameof(MultiHeadAttentionOptions.Pooling));

    /// <summary>For <see cref="MultiHeadAttentionOptions.PositionalEncoding"/>. Default: none, sinusoidal, rotary, ALiBi; not learned,
    /// which fails on rows longer than those it learned from.</summary>
    public IReadOnlyList<PositionalEncoding> PositionalEncoding { get; init => field = new ValueList<PositionalEncoding>(value); } =
        SweepAttributes.Choices<PositionalEncoding>(nameof(MultiHeadAttentionOptions.PositionalEncoding));

    /// <summary>For <see cref="TrainingOptions.LearningRate"/>. Default: 0.0005 to 0.01, evenly over its logarithm.</summary>
    public AttentionSearchRange? LearningRate { get; init; } = SweepAttributes.Range(nameof(TrainingOptions.LearningRate));

    /// <summary>For <see cref="TrainingOptions.Dropout"/>. Default: 0 to 0.3.</summary>
    public AttentionSearchRange? Dropout { get; init; } = SweepAttributes.Range(nameof(TrainingOptions.Dropout));

    /// <summary>How many options are drawn: the numbers of a point in this space.</summary>
    internal const int Dimensions = 8;

    /// <summary>The options at a point in this space, each of its numbers in [0, 1).</summary>
    internal MultiHeadAttentionOptions At(ReadOnlySpan<double> point, MultiHeadAttentionOptions options) => options with
    {
        NumberOfHeads = Pick([.. NumberOfHeads], point[0], options.NumberOfHeads),
        ModelDimension = Pick([.. ModelDimension], point[1], options.ModelDimension),
        Block = Pick(Block, point[2], options.Block),
        NumberOfLayers = Pick(NumberOfLayers, point[3], options.NumberOfLayers),
        Pooling = Pick(Pooling, point[4], options.Pooling),
        PositionalEncoding = Pick(PositionalEncoding, point[5], options.PositionalEncoding),
        Training = options.Training with
        {
            LearningRate = LearningRate?.At(point[6]) ?? options.Training.LearningRate,
            Dropout = Dropout?.At(point[7]) ?? options.Training.Dropout,
        },
    };

    /// <exception cref="ArgumentException">A range has no numbers; the message names its option.</exception>
    internal void Check()
    {
        LearningRate?.Check(nameof(LearningRate));
        Dropout?.Check(nameof(Dropout));
    }

    static T Pick<T>(IReadOnlyList<T> choices, double point, T otherwise) =>
        choices.Count == 0 ? otherwise : choices[(int)(point * choices.Count)];

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
