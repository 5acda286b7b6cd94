using System.Text;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Search;

namespace Microsoft.ML.Attention;

/// <summary>What a search draws options from. A value: immutable, compared by content, varied with <c>with</c>.</summary>
/// <remarks>An empty list, or no range, leaves an option as it was given.
/// The defaults are those that the options carry for Microsoft.ML.AutoML.</remarks>
public sealed record AttentionSearchSpace
{
    /// <summary>For <see cref="MultiHeadAttentionOptions.NumberOfHeads"/>. Default: 2, 4, 8.</summary>
    public IReadOnlyList<int> NumberOfHeads { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.NumberOfHeads));

    /// <summary>For <see cref="MultiHeadAttentionOptions.ModelDimension"/>. Default: 32, 64, 128,
    /// which all numbers of heads divide.</summary>
    public IReadOnlyList<int> ModelDimension { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.ModelDimension));

    /// <summary>For <see cref="MultiHeadAttentionOptions.Block"/>. Default: residual, encoder.</summary>
    public IReadOnlyList<AttentionBlock> Block { get; init => field = new ValueList<AttentionBlock>(value); } =
        SweepAttributes.Choices<AttentionBlock>(nameof(MultiHeadAttentionOptions.Block));

    /// <summary>For <see cref="MultiHeadAttentionOptions.NumberOfLayers"/>. Default: 1, 2, 3.</summary>
    public IReadOnlyList<int> NumberOfLayers { get; init => field = new ValueList<int>(value); } =
        SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.NumberOfLayers));

    /// <summary>For <see cref="MultiHeadAttentionOptions.Pooling"/>. Default: all that give rows of any length a vector of one size, which
    /// trainers need, and go with every other option: mean, max, first, last, attention, mean and max.</summary>
    public IReadOnlyList<AttentionPooling> Pooling { get; init => field = new ValueList<AttentionPooling>(value); } =
        SweepAttributes.Choices<AttentionPooling>(nameof(MultiHeadAttentionOptions.Pooling));

    /// <summary>For <see cref="MultiHeadAttentionOptions.PositionalEncoding"/>. Default: none, sinusoidal, rotary, ALiBi; not learned,
    /// which fails on rows longer than those it learned from.</summary>
    public IReadOnlyList<PositionalEncoding> PositionalEncoding { get; init => field = new ValueList<PositionalEncoding>(value); } =
        SweepAttributes.Choices<PositionalEncoding>(nameof(MultiHeadAttentionOptions.PositionalEncoding));

    /// <summary>For <see cref="MultiHeadAttentionOptions.MaximumPatches"/>, null for none. Default: as given;
    /// <see cref="ForSeries"/> has some.</summary>
    /// <remarks>It stands for the length of patches and their stride, which are right for rows of one length only.</remarks>
    public IReadOnlyList<int?> MaximumPatches { get; init => field = new ValueList<int?>(value); } = new ValueList<int?>([]);

    /// <summary>For <see cref="MultiHeadAttentionOptions.ConvolutionWidth"/>, null for none. Default: as given;
    /// <see cref="ForSeries"/> has some.</summary>
    public IReadOnlyList<int?> ConvolutionWidth { get; init => field = new ValueList<int?>(value); } = new ValueList<int?>([]);

    /// <summary>For <see cref="MultiHeadAttentionOptions.StandardizeRows"/>. Default: as given; <see cref="ForSeries"/> has both.</summary>
    public IReadOnlyList<bool> StandardizeRows { get; init => field = new ValueList<bool>(value); } = new ValueList<bool>([]);

    /// <summary>For <see cref="MultiHeadAttentionOptions.ElementBins"/>, null for none. Default: as given;
    /// <see cref="ForTables"/> has some.</summary>
    public IReadOnlyList<int?> ElementBins { get; init => field = new ValueList<int?>(value); } = new ValueList<int?>([]);

    /// <summary>For <see cref="TrainingOptions.Augmentation"/>. Default: as given; <see cref="ForSeries"/> has some.</summary>
    public IReadOnlyList<TrainingAugmentation> Augmentation { get; init => field = new ValueList<TrainingAugmentation>(value); } =
        new ValueList<TrainingAugmentation>([]);

    /// <summary>For <see cref="TrainingOptions.AverageDecay"/>. Default: as given; <see cref="ForSeries"/> has some.</summary>
    public IReadOnlyList<double> AverageDecay { get; init => field = new ValueList<double>(value); } = new ValueList<double>([]);

    /// <summary>For <see cref="TrainingOptions.NumberOfModels"/>. Default: as given,
    /// because more are seldom worse and always slower.</summary>
    public IReadOnlyList<int> NumberOfModels { get; init => field = new ValueList<int>(value); } = new ValueList<int>([]);

    /// <summary>For <see cref="TrainingOptions.LearningRate"/>. Default: 0.0005 to 0.01, evenly over its logarithm.</summary>
    public AttentionSearchRange? LearningRate { get; init; } = SweepAttributes.Range(nameof(TrainingOptions.LearningRate));

    /// <summary>For <see cref="TrainingOptions.Dropout"/>. Default: 0 to 0.3.</summary>
    public AttentionSearchRange? Dropout { get; init; } = SweepAttributes.Range(nameof(TrainingOptions.Dropout));

    /// <summary>
    /// For series, rows of frames in order, in one column of numbers: as by default, and 16, 32 or 64 patches or none, a convolution of 3
    /// or 5 tokens or none, rows standardized or not, sinusoidal or learned positions or none,
    /// an average of the parameters or the last, rows as they are, mixed, or changed as
    /// <see cref="MultiHeadAttentionOptions.ForSeries"/> has it.
    /// </summary>
    public static AttentionSearchSpace ForSeries() => new()
    {
        PositionalEncoding =
            [Attention.PositionalEncoding.Sinusoidal, Attention.PositionalEncoding.Learned, Attention.PositionalEncoding.None],
        MaximumPatches = [null, 16, 32, 64],
        ConvolutionWidth = [null, 3, 5],
        StandardizeRows = [false, true],
        Augmentation = [MultiHeadAttentionOptions.ForSeries().Training.Augmentation, new(), new() { Mixup = 0.2 }],
        AverageDecay = [0, 0.98],
    };

    /// <summary>For tables (<see cref="MultiHeadAttentionOptions.TokenPerElement"/>): as by default, and 8 or 16 bins of numbers or none,
    /// an average of the parameters or the last, a class token or the mean of all, and no positions, as columns have no order.</summary>
    public static AttentionSearchSpace ForTables() => new()
    {
        Pooling = [AttentionPooling.Class, AttentionPooling.Mean],
        PositionalEncoding = [],
        ElementBins = [null, 8, 16],
        AverageDecay = [0, 0.98],
    };

    /// <summary>How many options are drawn: the numbers of a point in this space.</summary>
    internal const int Dimensions = 15;

    /// <summary>The options at a point in this space, each of its numbers in [0, 1).</summary>
    internal MultiHeadAttentionOptions At(ReadOnlySpan<double> point, MultiHeadAttentionOptions options) => options with
    {
        NumberOfHeads = Pick([.. NumberOfHeads], point[0], options.NumberOfHeads),
        ModelDimension = Pick([.. ModelDimension], point[1], options.ModelDimension),
        Block = Pick(Block, point[2], options.Block),
        NumberOfLayers = Pick(NumberOfLayers, point[3], options.NumberOfLayers),
        Pooling = Pick(Pooling, point[4], options.Pooling),
        PositionalEncoding = Pick(PositionalEncoding, point[5], options.PositionalEncoding),
        MaximumPatches = Pick(MaximumPatches, point[8], options.MaximumPatches),
        ConvolutionWidth = Pick(ConvolutionWidth, point[9], options.ConvolutionWidth),
        StandardizeRows = Pick(StandardizeRows, point[10], options.StandardizeRows),
        ElementBins = Pick(ElementBins, point[11], options.ElementBins),
        Training = options.Training with
        {
            LearningRate = LearningRate?.At(point[6]) ?? options.Training.LearningRate,
            Dropout = Dropout?.At(point[7]) ?? options.Training.Dropout,
            Augmentation = Pick(Augmentation, point[12], options.Training.Augmentation),
            AverageDecay = Pick(AverageDecay, point[13], options.Training.AverageDecay),
            NumberOfModels = Pick(NumberOfModels, point[14], options.Training.NumberOfModels),
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
