using System.Numerics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Attention.Model;
using static System.FormattableString;

namespace Microsoft.ML.Attention.Options;

/// <summary>What can be said against options before any data is seen.</summary>
static partial class OptionsValidation
{
    /// <summary>More than any processor has cores; ONNX Runtime makes as many as it is told to, one after the other.</summary>
    const int MostThreads = 1024;

    /// <summary>Rounds in which the tokens of a row are hidden by turns: each is the whole stage once more in one graph.</summary>
    public const int MostRounds = 100;

    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other; the message names both.</exception>
    public static void Check(MultiHeadAttentionOptions o)
    {
        CheckColumns(o);
        CheckRanges(o);
        CheckBlock(o);
        CheckElements(o);
        CheckKeptHeads(o);
        CheckCrossAttention(o);
        CheckPairs(o);
        CheckTraining(o);
        CheckReconstructionError(o);
    }

    static void CheckColumns(MultiHeadAttentionOptions o)
    {
        (string Option, string? Column)[] written =
        [
            (nameof(o.OutputColumnName), o.OutputColumnName.Length == 0 ? null : o.OutputColumnName),
            (nameof(o.AttentionWeightsColumnName), o.AttentionWeightsColumnName),
            (nameof(o.AttentionRolloutColumnName), o.AttentionRolloutColumnName),
            (nameof(o.PredictedLabelColumnName), o.PredictedLabelColumnName),
            (nameof(o.ScoreColumnName), o.ScoreColumnName),
            (nameof(o.ProbabilityColumnName), o.ProbabilityColumnName),
        ];
        Require(written.Any(w => w.Column is not null), "OutputColumnName is empty: name the column to write.");
        foreach (var (option, column) in written.Append((nameof(o.ExampleWeightColumnName), o.ExampleWeightColumnName)))
            Require(column is null || !string.IsNullOrWhiteSpace(column), $"{option} is empty: name a column, or leave it unset.");
        Require(o.InputColumnNames.Count > 0 && o.InputColumnNames.All(n => !string.IsNullOrWhiteSpace(n)),
            "InputColumnNames is empty or holds an empty name: name the columns to read.");
        foreach (var (i, (option, column)) in written.Index())
            foreach (var (other, _) in written[..i].Where(w => column is not null && w.Column == column))
                throw new ArgumentException($"{option} and {other} are both '{column}': they need different names.");
        if (o.Predicts && o.LabelColumnName is null)
        {
            var (option, column) = written[3..].First(w => w.Column is not null);
            Require(o.Parameters is not null,
                $"{option} '{column}' needs a LabelColumnName to learn from, or Parameters with {ModuleNames.Classifier.Weight}.");
        }
        Require(o.ValueColumnName is null || o.KeyColumnName is not null, $"ValueColumnName '{o.ValueColumnName}' needs a KeyColumnName.");
    }

    static void CheckRanges(MultiHeadAttentionOptions o)
    {
        AtLeast(1, o.EmbeddingDimension);
        AtLeast(1, o.KeyDimension);
        AtLeast(1, o.ValueDimension);
        AtLeast(1, o.NumberOfHeads);
        AtLeast(1, o.NumberOfKeyValueHeads);
        AtLeast(1, o.HeadDimension);
        AtLeast(1, o.ValueHeadDimension);
        AtLeast(1, o.ModelDimension);
        AtLeast(1, o.OutputDimension);
        AtLeast(1, o.MaximumLength);
        AtLeast<int>(1, o.NumberOfLayers);
        AtLeast(1, o.FeedForwardDimension);
        AtLeast(1, o.PatchLength);
        AtLeast(1, o.PatchStride);
        AtLeast(1, o.MaximumPatches);
        Require(o.MaximumPatches is null
            || o.PatchLength is null, $"MaximumPatches {o.MaximumPatches} and PatchLength {o.PatchLength} are both set; set one.");
        Require(o.PatchStride is null || o.PatchLength is not null, $"PatchStride {o.PatchStride} needs a PatchLength.");
        AtLeast(1, o.ConvolutionWidth);
        Require(o.ConvolutionWidth is not int taps || taps % 2 == 1,
            $"ConvolutionWidth is {o.ConvolutionWidth}; it must be odd, so that a token is in the middle of those that are read.");
        AtLeast(0, o.WindowSize);
        Above(0, o.Softcap);
        Above<double>(0, o.NormalizationEpsilon);
        Above<double>(1, o.RotaryBase);
        Require(o.Scale is null || double.IsFinite(o.Scale.Value), Invariant($"Scale is {o.Scale}; it must be finite."));
        Above(0, o.Scale); // ONNX Runtime's attention takes no other (1.31.1)
        Require(o.NumberOfKeyValueHeads is not int k || o.NumberOfHeads is not int h
            || h % k == 0, $"NumberOfKeyValueHeads {o.NumberOfKeyValueHeads} does not divide NumberOfHeads {o.NumberOfHeads}.");
        Require(o.PositionalEncoding is not (PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved)
            || o.HeadDimension is not int d || d % 2 == 0,
            $"PositionalEncoding {o.PositionalEncoding} turns pairs, but HeadDimension is {o.HeadDimension}.");
        Require(o.WindowSize is null || o.HeadWindowSizes is null, "WindowSize and HeadWindowSizes are both set; set one.");
        if (o.HeadWindowSizes is { } windows)
        {
            Require(o.NumberOfHeads is null ? windows.Count > 0 : windows.Count == o.NumberOfHeads,
                $"HeadWindowSizes has {windows.Count} windows for NumberOfHeads {o.NumberOfHeads}.");
            foreach (var window in windows)
                AtLeast(0, window, nameof(o.HeadWindowSizes));
        }
        Defined<AttentionBlock>(o.Block);
        Defined<AttentionPooling>(o.Pooling);
        Defined<PositionalEncoding>(o.PositionalEncoding);
        Defined<NormalizationOrder>(o.NormalizationOrder);
        Defined<Normalization>(o.Normalization);
        Defined<Activation>(o.Activation);
        Defined<AttentionWeightsLayers>(o.AttentionWeightsLayers);
        CheckLayers(o);
        CheckRuntime(o.Runtime);
    }

    static void CheckLayers(MultiHeadAttentionOptions o)
    {
        AtLeast<int>(0, o.PositionOffset);
        AtLeast(1, o.NumberOfTokenTypes);
        Require(!o.TokenTypesInIds || o.NumberOfTokenTypes is not null, "TokenTypesInIds needs a NumberOfTokenTypes.");
        Require(!o.TokenTypesInIds || o.PatchLength is null && o.MaximumPatches is null,
            "TokenTypesInIds contradicts PatchLength and MaximumPatches: the tokens of a patch may be of several types.");
        Require(!o.TokenTypesInIds
            || o.KeyColumnName is null, "TokenTypesInIds contradicts KeyColumnName: cross-attention's queries and keys have no types.");
        Require(!o.TokenTypesInIds
            || !o.TokenPerElement, "TokenTypesInIds contradicts TokenPerElement, whose tokens are told apart by their indices.");
        Require(o.PositionOffset == 0 || o.PositionalEncoding is PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets,
            $"PositionOffset {o.PositionOffset} contradicts PositionalEncoding {o.PositionalEncoding}, which has no table: set Learned.");
        Require(!o.NormalizeOutput
            || o.Pooling != AttentionPooling.None, "NormalizeOutput needs a Pooling: it is the pooled vector that is brought to length 1.");
        if (o.LayerWindowSizes is { } windows)
        {
            Require(o.WindowSize is null, "WindowSize and LayerWindowSizes are both set; set one.");
            Require(o.HeadWindowSizes is null, "HeadWindowSizes and LayerWindowSizes are both set; set one.");
            Require(windows.Count == o.NumberOfLayers,
                $"LayerWindowSizes has {windows.Count} windows for NumberOfLayers {o.NumberOfLayers}.");
            foreach (var window in windows)
                AtLeast(0, window, nameof(o.LayerWindowSizes));
        }
        if (o.LayerRotaryBases is { } bases)
        {
            Require(bases.Count == o.NumberOfLayers, $"LayerRotaryBases has {bases.Count} bases for NumberOfLayers {o.NumberOfLayers}.");
            foreach (var rotaryBase in bases)
                Above<double>(1, rotaryBase, nameof(o.LayerRotaryBases));
        }
        if (o.RotaryScaling is { } scaling)
        {
            AtLeast<double>(1, scaling.Factor);
            AtLeast<int>(1, scaling.OriginalLength);
            Above<double>(0, scaling.LowFrequencyFactor);
            Above<double>(scaling.LowFrequencyFactor, scaling.HighFrequencyFactor);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static void CheckRuntime(AttentionRuntimeOptions r)
    {
        AtLeast<int>(1, r.BatchSize);
        AtLeast(1, r.IntraOpThreads);
        if (r.IntraOpThreads > MostThreads)
            throw InvariantText.OutOfRange(nameof(r.IntraOpThreads), r.IntraOpThreads,
                $"IntraOpThreads must be at most {MostThreads}: each is a thread of the processor's.");
        Defined(r.ExecutionProvider);
        Defined<AttentionPrecision>(r.Precision);
        AtLeast(0, r.GpuDeviceId);
    }

    static void CheckBlock(MultiHeadAttentionOptions o)
    {
        Require(!o.StandardizeRows || o.Pooling != AttentionPooling.None,
            "StandardizeRows needs a Pooling: each row's means and deviations are given beside its vector.");
        if (o.Pooling == AttentionPooling.Class)
        {
            Require(!o.IsCausal, "Pooling Class contradicts IsCausal: the class token comes first, and would see itself alone; pool Last.");
            Require(o.WindowSize is null, $"Pooling Class contradicts WindowSize {o.WindowSize}: the class token must see all tokens.");
            Require(o.LayerWindowSizes is null, "Pooling Class contradicts LayerWindowSizes: the class token must see all tokens.");
            Require(o.HeadWindowSizes is null, "Pooling Class contradicts HeadWindowSizes: the class token must see all tokens.");
            Require(o.AttentionBiasColumnName is null,
                $"Pooling Class contradicts AttentionBiasColumnName '{o.AttentionBiasColumnName}', which has no values for the "
                    + "class token.");
        }
        if (o.Block == AttentionBlock.Attention)
        {
            Require(o.NumberOfLayers == 1, $"NumberOfLayers {o.NumberOfLayers} needs a Block: set Residual or Encoder.");
            Require(o.FeedForwardDimension is null, "FeedForwardDimension needs Block Encoder.");
            Require(o.FinalNormalization != true, "FinalNormalization needs a Block: set Residual or Encoder.");
            Require(o.AttentionRolloutColumnName is null,
                $"AttentionRolloutColumnName '{o.AttentionRolloutColumnName}' needs a Block, whose residual sums it follows: set "
                    + "Residual or Encoder, or read AttentionWeightsColumnName.");
        }
        else
        {
            Require(o.OutputDimension is null,
                $"OutputDimension {o.OutputDimension} contradicts Block {o.Block}, whose output is as wide as the block; set "
                    + "ModelDimension.");
            Require(o.Block == AttentionBlock.Encoder
                || o.FeedForwardDimension is null,
                $"FeedForwardDimension {o.FeedForwardDimension} contradicts Block Residual, which has no feed-forward network; set "
                    + "Encoder.");
        }
    }

    static void CheckElements(MultiHeadAttentionOptions o)
    {
        AtLeast(1, o.ElementBins);
        Require(o.ElementBins is null || o.TokenPerElement,
            $"ElementBins {o.ElementBins} needs TokenPerElement: they are of the numbers of tables.");
        if (!o.TokenPerElement)
            return;
        Require(o.ElementBins is null || o.StandardizeInputs != true,
            $"ElementBins {o.ElementBins} contradicts StandardizeInputs: bins are of numbers as they are.");
        Require(o.KeyColumnName is null,
            $"TokenPerElement contradicts KeyColumnName '{o.KeyColumnName}': the elements of a row attend to each other.");
        Require(o.MaskColumnName is null,
            $"TokenPerElement contradicts MaskColumnName '{o.MaskColumnName}': missing numbers are NaN, and missing keys missing.");
        Require(o.AttentionBiasColumnName is null, $"TokenPerElement contradicts AttentionBiasColumnName '{o.AttentionBiasColumnName}'.");
        Require(o.EmbeddingDimension is null,
            $"TokenPerElement contradicts EmbeddingDimension {o.EmbeddingDimension}: each number is a token; set ModelDimension.");
        Require(o.PatchLength is null && o.MaximumPatches is null, "TokenPerElement contradicts PatchLength: elements have no order.");
        Require(o.ConvolutionWidth is null,
            $"TokenPerElement contradicts ConvolutionWidth {o.ConvolutionWidth}: elements have no neighbours.");
        Require(!o.StandardizeRows, "TokenPerElement contradicts StandardizeRows: the elements of a row are of different kinds.");
        Require(!o.ShareTokenTable, "TokenPerElement contradicts ShareTokenTable: each element has a table of its own.");
        Require(o.MaximumLength is null, $"TokenPerElement contradicts MaximumLength {o.MaximumLength}: all rows have the same elements.");
        Require(o.ElementOrder == ElementOrder.TokenByToken, $"TokenPerElement contradicts ElementOrder {o.ElementOrder}.");
        Require(o.Training.Augmentation is { Cropping: 0, HiddenFrames: 0 } or { WhereSuited: true },
            "TokenPerElement contradicts Cropping and HiddenFrames: rows have no frames.");
        var learnsFromColumn = o.LabelColumnName is not null || o.PairColumnNames is not null;
        Require(o.Training.Objective is not TrainingObjective.MaskedReconstruction
            && (learnsFromColumn || o.Parameters is not null || o.Training.Objective == TrainingObjective.None),
            "TokenPerElement cannot learn by reconstruction: set LabelColumnName or Parameters, or Objective None for a seeded draw.");
    }

    static void CheckKeptHeads(MultiHeadAttentionOptions o)
    {
        if (o.KeptHeads is not { } kept)
            return;
        Require(o.NumberOfHeads is not null, "KeptHeads needs NumberOfHeads: how many there were before any was pruned.");
        Require(kept.Count == o.NumberOfLayers, $"KeptHeads speaks of {kept.Count} layers, NumberOfLayers is {o.NumberOfLayers}.");
        foreach (var (layer, heads) in kept.Index())
            Require(heads.SequenceEqual(heads.Where(h => h >= 0 && h < o.NumberOfHeads).Distinct().Order()),
                $"KeptHeads of layer {layer} are {heads}: they must be below NumberOfHeads {o.NumberOfHeads}, and in ascending order.");
    }

    static void CheckCrossAttention(MultiHeadAttentionOptions o)
    {
        if (o.KeyColumnName is null)
        {
            Require(o.KeyDimension is null, $"KeyDimension {o.KeyDimension} needs a KeyColumnName.");
            Require(o.ValueDimension is null, $"ValueDimension {o.ValueDimension} needs a ValueColumnName.");
            return;
        }
        Require(o.ValueDimension is null || o.ValueColumnName is not null, $"ValueDimension {o.ValueDimension} needs a ValueColumnName.");
        Require(o.Block != AttentionBlock.Encoder, "Block Encoder contradicts KeyColumnName: cross-attention is Attention or Residual.");
        Require(o.NumberOfLayers == 1, $"NumberOfLayers {o.NumberOfLayers} contradicts KeyColumnName: cross-attention has one layer.");
        Require(o.AttentionRolloutColumnName is null,
            $"AttentionRolloutColumnName '{o.AttentionRolloutColumnName}' contradicts KeyColumnName: in cross-attention no token is "
                + "carried on with those that it attends to; read AttentionWeightsColumnName.");
    }

    static void CheckTraining(MultiHeadAttentionOptions o)
    {
        var t = o.Training;
        Defined<TrainingObjective>(t.Objective);
        Defined<LearningRateSchedule>(t.Schedule);
        AtLeast<int>(1, t.NumberOfEpochs);
        AtLeast(0, t.MinimumSteps);
        AtLeast<int>(1, t.BatchSize);
        Above<double>(0, t.LearningRate);
        AtLeast<double>(0, t.WeightDecay);
        AtLeast<double>(0, t.GradientClip);
        Share(t.WarmupFraction);
        Share(t.Dropout);
        Share(t.HeadDropout);
        Share(t.LabelSmoothing);
        Share(t.ValidationFraction);
        Share(t.MaskedFraction);
        Above<double>(0, t.MaskedFraction);
        AtLeast(1, t.EarlyStoppingPatience);
        Share(t.AverageDecay);
        AtLeast(0, t.FrozenLayers);
        Require(t.FrozenLayers is not int frozen
            || frozen <= o.NumberOfLayers, $"FrozenLayers {t.FrozenLayers} is more than NumberOfLayers {o.NumberOfLayers}.");
        Require(t.FrozenLayers is null || t.NumberOfModels == 1,
            $"FrozenLayers {t.FrozenLayers} contradicts NumberOfModels {t.NumberOfModels}: the models would start alike.");
        AtLeast<int>(1, t.NumberOfModels);
        if (t.NumberOfModels > 1)
        {
            Require(o.AttentionWeightsColumnName is null,
                $"AttentionWeightsColumnName '{o.AttentionWeightsColumnName}' contradicts NumberOfModels {t.NumberOfModels}: each model "
                    + "attends in its own way.");
            Require(o.AttentionRolloutColumnName is null,
                $"AttentionRolloutColumnName '{o.AttentionRolloutColumnName}' contradicts NumberOfModels {t.NumberOfModels}: each model "
                    + "attends in its own way.");
            Require(o.KeptHeads is null, $"KeptHeads contradicts NumberOfModels {t.NumberOfModels}: heads are pruned from one model.");
        }
        CheckAugmentation(o, t.Augmentation);
        Require(t.EarlyStoppingPatience is null
            || t.ValidationFraction > 0, $"EarlyStoppingPatience {t.EarlyStoppingPatience} needs a ValidationFraction above 0.");
        Require(t.Objective != TrainingObjective.Supervised
            || o.LabelColumnName is not null, "Objective Supervised needs a LabelColumnName.");
        Require(t.Objective == TrainingObjective.Auto || t.Objective.ReadsLabel() || o.LabelColumnName is null,
            $"LabelColumnName '{o.LabelColumnName}' contradicts Objective {t.Objective}, which reads no label.");
        Require(o.KeyColumnName is null || t.Objective != TrainingObjective.MaskedReconstruction,
            "Objective MaskedReconstruction contradicts KeyColumnName: cross-attention cannot learn by reconstruction.");
        if (o.KeyColumnName is not null && o.LabelColumnName is null && o.Parameters is null)
            Require(t.Objective == TrainingObjective.None,
                "Cross-attention cannot learn by reconstruction: set LabelColumnName or Parameters, or Objective None for a seeded draw.");
    }

    static void CheckReconstructionError(MultiHeadAttentionOptions o)
    {
        if (o.ReconstructionErrorColumnName is not { } error)
            return;
        Require(error != o.OutputColumnName && error != o.AttentionWeightsColumnName && error != o.AttentionRolloutColumnName,
            $"ReconstructionErrorColumnName '{error}' is the name of another column to write too: they need different names.");
        Require(o.LabelColumnName is null,
            $"ReconstructionErrorColumnName '{error}' contradicts LabelColumnName '{o.LabelColumnName}': it needs a stage that learned "
                + "to reconstruct.");
        Require(o.KeyColumnName is null,
            $"ReconstructionErrorColumnName '{error}' contradicts KeyColumnName '{o.KeyColumnName}': cross-attention cannot learn by "
                + "reconstruction.");
        Require(o.Training.Objective != TrainingObjective.None || o.Parameters is not null,
            $"ReconstructionErrorColumnName '{error}' contradicts Objective None: it needs a stage that learned to reconstruct.");
        Require(o.Training.MaskedFraction * MostRounds >= 1 - 1e-9,
            Invariant(
                $"ReconstructionErrorColumnName '{error}' contradicts MaskedFraction {o.Training.MaskedFraction}: rows are read as many times as it goes into 1, at most {MostRounds}."));
    }

    static void CheckAugmentation(MultiHeadAttentionOptions o, TrainingAugmentation a)
    {
        AtLeast<double>(0, a.Jitter);
        AtLeast<double>(0, a.Scaling);
        AtLeast<double>(0, a.Shifting);
        Share(a.Cropping);
        Share(a.HiddenFrames);
        Require(double.IsFinite(a.Jitter), Invariant($"Jitter is {a.Jitter}; it must be finite."));
        Require(double.IsFinite(a.Scaling), Invariant($"Scaling is {a.Scaling}; it must be finite."));
        Require(double.IsFinite(a.Shifting), Invariant($"Shifting is {a.Shifting}; it must be finite."));
        AtLeast<double>(0, a.Mixup);
        Require(double.IsFinite(a.Mixup), Invariant($"Mixup is {a.Mixup}; it must be finite."));
        if (a.WhereSuited)
            return;
        Require(a.Mixup == 0 || o.LabelColumnName is not null,
            Invariant($"Mixup {a.Mixup} needs a LabelColumnName: what is to be predicted is mixed with the rows."));
        Require(o.KeyColumnName is null || !a.ChangesNumbers && !a.DropsTokens,
            $"KeyColumnName '{o.KeyColumnName}' contradicts Training.Augmentation, which changes the rows of self-attention.");
        Require(o.AttentionBiasColumnName is null || a.Cropping == 0,
            Invariant(
                $"AttentionBiasColumnName '{o.AttentionBiasColumnName}' contradicts Cropping {a.Cropping}: the bias speaks of all tokens."));
    }

    static void AtLeast<T>(T least, T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, INumber<T>
    {
        if (value is { } number && !(number >= least))
            throw InvariantText.OutOfRange(Name(name), number, $"{Name(name)} must be at least {least}.");
    }

    static void Above<T>(T bound, T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, INumber<T>
    {
        if (value is { } number && !(number > bound))
            throw InvariantText.OutOfRange(Name(name), number, $"{Name(name)} must be above {bound}.");
    }

    static void Defined<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, Enum
    {
        if (value is { } some && !Enum.IsDefined(some))
            throw InvariantText.OutOfRange(Name(name), some, $"{Name(name)} must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    static void Share(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
            throw InvariantText.OutOfRange(Name(name), value, $"{Name(name)} must be at least 0 and below 1.");
    }

    static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }

    /// <summary>The option's own name out of an expression such as <c>t.Dropout</c>.</summary>
    static string Name(string expression) => expression[(expression.LastIndexOf('.') + 1)..];
}
