using System.Reflection;
using Change = System.Func<Microsoft.ML.Attention.MultiHeadAttentionOptions, Microsoft.ML.Attention.MultiHeadAttentionOptions>;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Every value of every option that a test of options tries: those of enumerations and switches by reflection,
/// others by a table.</summary>
static class OptionChoices
{
    public const int Ids = 9;

    /// <summary>What the choices are changes of. Four heads of two, so that pairs turn and groups divide.</summary>
    public static MultiHeadAttentionOptions Base { get; } = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        NumberOfHeads = 4,
        Training = new() { Objective = TrainingObjective.None },
    };

    /// <summary>Options that every case sets anyway, in all the ways there are.</summary>
    static readonly HashSet<string> InEveryCase = [nameof(MultiHeadAttentionOptions.AttentionWeightsColumnName),
        nameof(MultiHeadAttentionOptions.Parameters)];

    /// <summary>Options whose columns are others than those of the pairs, tried with others in tests of their own.</summary>
    public static IReadOnlySet<string> Apart { get; } = new HashSet<string>
    {
        nameof(MultiHeadAttentionOptions.TokenPerElement), nameof(MultiHeadAttentionOptions.ElementBins),     // TokenPerElementTests
        nameof(MultiHeadAttentionOptions.TokenTypesInIds),                                                    // TokenTypesTests
    };

    static readonly Change Nothing = o => o;
    static readonly Change Residual = o => o with { Block = AttentionBlock.Residual };
    static readonly Change Encoder = o => o with { Block = AttentionBlock.Encoder };
    static readonly Change Cross = o => o with { KeyColumnName = RowColumns.Keys };

    static readonly Change Supervised = o =>
        o with { LabelColumnName = RowColumns.Label, Training = Brief with { Objective = TrainingObjective.Supervised } };

    /// <summary>What the options of an enumeration or a switch need.</summary>
    static readonly Dictionary<string, Change> Needs = new()
    {
        [nameof(MultiHeadAttentionOptions.AttentionWeightsLayers)] = o => Residual(o) with { NumberOfLayers = 2 },
        [nameof(MultiHeadAttentionOptions.NormalizationOrder)] = Residual,
        [nameof(MultiHeadAttentionOptions.Normalization)] = Residual,
        [nameof(MultiHeadAttentionOptions.Activation)] = Encoder,
        [nameof(MultiHeadAttentionOptions.Pooling)] = o => o with { MaximumLength = 6 },   // for Flatten, and as long as rows are
        [nameof(MultiHeadAttentionOptions.StandardizeRows)] = o => o with { Pooling = AttentionPooling.Mean },
        [nameof(MultiHeadAttentionOptions.LongerRows)] = o => o with { MaximumLength = 4 },
        [nameof(MultiHeadAttentionOptions.ShareTokenTable)] = o =>
            o with { InputColumnNames = [RowColumns.Ids, RowColumns.MoreIds], ModelDimension = 8 },
        [nameof(MultiHeadAttentionOptions.NormalizeOutput)] = o => o with { Pooling = AttentionPooling.Mean },
        [nameof(MultiHeadAttentionOptions.FinalNormalization)] = o => Residual(o) with { NormalizationOrder = NormalizationOrder.Pre },
    };

    /// <summary>The values of all other options.</summary>
    static readonly OptionChoice[] Table =
    [
        new(nameof(MultiHeadAttentionOptions.OutputColumnName), "in place of the input", o =>
            o with { OutputColumnName = RowColumns.Tokens }, Nothing),
        new(nameof(MultiHeadAttentionOptions.InputColumnNames), "two", o =>
            o with { InputColumnNames = [RowColumns.Tokens, RowColumns.MoreTokens] }, Nothing),
        new(nameof(MultiHeadAttentionOptions.InputColumnNames), "of token ids", o => o with { InputColumnNames = [RowColumns.Ids] }, o =>
            o with { ModelDimension = 8 }),
        new(nameof(MultiHeadAttentionOptions.InputColumnNames), "of token ids, two", o =>
            o with { InputColumnNames = [RowColumns.Ids, RowColumns.MoreIds] }, o => o with { ModelDimension = 8 }),
        new(nameof(MultiHeadAttentionOptions.KeyColumnName), "set", Cross, Nothing),
        new(nameof(MultiHeadAttentionOptions.KeyColumnName), "of token ids", o => o with { KeyColumnName = RowColumns.KeyIds }, Nothing),
        new(nameof(MultiHeadAttentionOptions.ValueColumnName), "set", o => o with { ValueColumnName = RowColumns.Values }, Cross),
        new(nameof(MultiHeadAttentionOptions.MaskColumnName), "set", o => o with { MaskColumnName = RowColumns.Mask }, Nothing),
        new(nameof(MultiHeadAttentionOptions.AttentionBiasColumnName), "set", o =>
            o with { AttentionBiasColumnName = RowColumns.Bias }, Nothing),
        new(nameof(MultiHeadAttentionOptions.AttentionRolloutColumnName), "set", o =>
            o with { AttentionRolloutColumnName = RowColumns.Rollout }, o => Residual(o) with { NumberOfLayers = 2 }),
        new(nameof(MultiHeadAttentionOptions.LabelColumnName), "set", o => o with { LabelColumnName = RowColumns.Label }, o =>
            o with { Training = Brief with { Objective = TrainingObjective.Supervised } }),
        new(nameof(MultiHeadAttentionOptions.PairColumnNames), "the inputs, to be found",
            o => o with { PairColumnNames = o.InputColumnNames },
            o => o with { Pooling = AttentionPooling.Mean, Training = Brief with { Objective = TrainingObjective.InBatchNegatives } }),
        new(nameof(MultiHeadAttentionOptions.PairColumnNames), "the inputs, scored",
            o => o with { PairColumnNames = o.InputColumnNames },
            o => o with
            {
                Pooling = AttentionPooling.Mean,
                LabelColumnName = RowColumns.Label,
                Training = Brief with { Objective = TrainingObjective.CosineRegression },
            }),
        new(nameof(MultiHeadAttentionOptions.ExampleWeightColumnName), "set", o =>
            o with { ExampleWeightColumnName = RowColumns.ExampleWeight }, Supervised),
        new(nameof(MultiHeadAttentionOptions.PredictedLabelColumnName), "set", o =>
            o with { PredictedLabelColumnName = RowColumns.PredictedLabel }, Supervised),
        new(nameof(MultiHeadAttentionOptions.ScoreColumnName), "set", o => o with { ScoreColumnName = RowColumns.Score }, Supervised),
        new(nameof(MultiHeadAttentionOptions.ProbabilityColumnName), "set", o =>
            o with { ProbabilityColumnName = RowColumns.Probability }, Supervised),
        new(nameof(MultiHeadAttentionOptions.ReconstructionErrorColumnName), "set", o => o with { ReconstructionErrorColumnName = "Error" },
            o => o with { Training = Brief with { Objective = TrainingObjective.MaskedReconstruction } }),
        new(nameof(MultiHeadAttentionOptions.EmbeddingDimension), "8, of flat columns", o => o with { EmbeddingDimension = 8 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.KeyDimension), "5", o => o with { KeyDimension = 5 }, Cross),
        new(nameof(MultiHeadAttentionOptions.ValueDimension), "3", o => o with { ValueDimension = 3 }, o =>
            Cross(o) with { ValueColumnName = RowColumns.Values }),
        new(nameof(MultiHeadAttentionOptions.NumberOfHeads), "1", o => o with { NumberOfHeads = 1 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.NumberOfHeads), "3", o => o with { NumberOfHeads = 3 }, o => o with { HeadDimension = 4 }),
        new(nameof(MultiHeadAttentionOptions.NumberOfKeyValueHeads), "2", o => o with { NumberOfKeyValueHeads = 2 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.NumberOfKeyValueHeads), "1", o => o with { NumberOfKeyValueHeads = 1 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.HeadDimension), "6", o => o with { HeadDimension = 6 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.HeadDimension), "3", o => o with { HeadDimension = 3 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.ValueHeadDimension), "3", o => o with { ValueHeadDimension = 3 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.ModelDimension), "16", o => o with { ModelDimension = 16 }, Residual),
        new(nameof(MultiHeadAttentionOptions.OutputDimension), "5", o => o with { OutputDimension = 5 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.PatchLength), "2", o => o with { PatchLength = 2 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.PatchStride), "2 of overlapping patches", o => o with { PatchStride = 2 }, o =>
            o with { PatchLength = 3 }),
        new(nameof(MultiHeadAttentionOptions.PatchStride), "3, with gaps", o => o with { PatchStride = 3 }, o =>
            o with { PatchLength = 2 }),
        new(nameof(MultiHeadAttentionOptions.MaximumPatches), "3", o => o with { MaximumPatches = 3 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.MaximumPatches), "more than frames", o => o with { MaximumPatches = 50 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.ConvolutionWidth), "3", o => o with { ConvolutionWidth = 3 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.Scale), "0.3", o => o with { Scale = 0.3 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.Softcap), "1.5", o => o with { Softcap = 1.5 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.WindowSize), "1", o => o with { WindowSize = 1 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.HeadWindowSizes), "that differ", o =>
            o with { HeadWindowSizes = [.. Enumerable.Range(0, o.NumberOfHeads!.Value).Select(h => h == 1 ? (int?)null : h)] }, Nothing),
        new(nameof(MultiHeadAttentionOptions.LayerWindowSizes), "that differ", o =>
            o with { LayerWindowSizes = [.. Enumerable.Range(0, o.NumberOfLayers).Select(layer => layer == 0 ? (int?)1 : null)] }, Nothing),
        new(nameof(MultiHeadAttentionOptions.LayerRotaryBases), "that differ", o =>
            o with { LayerRotaryBases = [.. Enumerable.Range(0, o.NumberOfLayers).Select(layer => 20.0 + 60 * layer)] }, o =>
                o with { PositionalEncoding = PositionalEncoding.Rotary }),
        new(nameof(MultiHeadAttentionOptions.RotaryScaling), "of LLaMA 3", o =>
            o with { RotaryScaling = new() { Factor = 3, OriginalLength = 40 } }, o =>
                o with { PositionalEncoding = PositionalEncoding.Rotary }),
        new(nameof(MultiHeadAttentionOptions.PositionOffset), "2", o => o with { PositionOffset = 2 }, o =>
            o with { PositionalEncoding = PositionalEncoding.Learned }),
        new(nameof(MultiHeadAttentionOptions.NumberOfTokenTypes), "2", o => o with { NumberOfTokenTypes = 2 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.RotaryBase), "50", o => o with { RotaryBase = 50 }, o =>
            o with { PositionalEncoding = PositionalEncoding.Rotary }),
        new(nameof(MultiHeadAttentionOptions.MaximumLength), "4, shorter than rows", o => o with { MaximumLength = 4 }, Nothing),
        new(nameof(MultiHeadAttentionOptions.MaximumLength), "7", o => o with { MaximumLength = 7 }, o =>
            o with { PositionalEncoding = PositionalEncoding.Learned }),
        new(nameof(MultiHeadAttentionOptions.NumberOfLayers), "2", o => o with { NumberOfLayers = 2 }, Residual),
        new(nameof(MultiHeadAttentionOptions.NormalizationEpsilon), "0.1", o => o with { NormalizationEpsilon = 0.1 }, Residual),
        new(nameof(MultiHeadAttentionOptions.FeedForwardDimension), "7", o => o with { FeedForwardDimension = 7 }, Encoder),
        new(nameof(MultiHeadAttentionOptions.KeptHeads), "that differ", o =>
            o with { KeptHeads = Kept(o, (layer, h) => (layer + h) % 4 != 1) }, Nothing),
        new(nameof(MultiHeadAttentionOptions.KeptHeads), "of the last layer, but one", o =>
            o with { KeptHeads = Kept(o, (layer, h) => layer == 1 && h == 0) }, Nothing),
        new(nameof(MultiHeadAttentionOptions.Training), "of masked reconstruction", o =>
            o with { Training = Brief with { Objective = TrainingObjective.MaskedReconstruction } }, Nothing),
        new(nameof(MultiHeadAttentionOptions.Training), "of changed rows, averaged", o => o with { Training = Changing }, o =>
            o with { LabelColumnName = RowColumns.Label }),
        new(nameof(MultiHeadAttentionOptions.Runtime), "in batches of 3", o =>
            o with { Runtime = new() { BatchSize = 3, IntraOpThreads = 1 } }, Nothing),
    ];

    static IReadOnlyList<int>[] Kept(MultiHeadAttentionOptions options, Func<int, int, bool> isKept) =>
        [.. Enumerable.Range(0, options.NumberOfLayers)
            .Select(layer => Enumerable.Range(0, options.NumberOfHeads!.Value).Where(h => isKept(layer, h)).ToArray())];

    static TrainingOptions Brief => new() { NumberOfEpochs = 1 };

    static TrainingOptions Changing => new()
    {
        Objective = TrainingObjective.Supervised,
        NumberOfEpochs = 1,
        MinimumSteps = 3,
        AverageDecay = 0.5,
        Augmentation = new() { Jitter = 0.1, Scaling = 0.1, Shifting = 0.1, Cropping = 0.3, HiddenFrames = 0.2, Mixup = 0.5 },
    };

    /// <summary>In the order of the properties.</summary>
    public static IReadOnlyList<OptionChoice> All { get; } = [.. typeof(MultiHeadAttentionOptions).GetProperties()
        .Where(property => !InEveryCase.Contains(property.Name) && !Apart.Contains(property.Name)).SelectMany(Of)];

    static IEnumerable<OptionChoice> Of(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object[] values = type.IsEnum ? [.. type.GetEnumValues()] : type == typeof(bool) ? [false, true] : [];
        return values.Length == 0
            ? Table.Where(choice => choice.Option == property.Name)
            // LengthTests: no row that shows it has a result
            : values.Where(value => !value.Equals(property.GetValue(Base)) && !value.Equals(LongerRows.Refuse))
                .Select(value => new OptionChoice(property.Name, $"{value}", o =>
                    With(o, property, value), Needs.GetValueOrDefault(property.Name, Nothing)));
    }

    /// <summary>The options of one choice, named as it prints, for parameters that are given.</summary>
    public static MultiHeadAttentionOptions Alone(string name)
    {
        var choice = All.Single(choice => $"{choice}" == name);
        return OptionChoice.Combine(choice, choice) with { LabelColumnName = null, PairColumnNames = null, Training = Base.Training };
    }

    static MultiHeadAttentionOptions With(MultiHeadAttentionOptions options, PropertyInfo property, object value)
    {
        var changed = options with { };
        property.SetValue(changed, value);   // init-only for the compiler alone
        return changed;
    }
}
