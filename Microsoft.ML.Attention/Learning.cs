using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention;

/// <summary>Brings together what Fit learns from: the rows, what one look at them tells,
/// the objective that follows, and the loop.</summary>
sealed class Learning
{
    readonly MultiHeadAttentionOptions _options;
    readonly TrainingObjective _objective;
    readonly Architecture _architecture;
    readonly LabelColumn? _label;
    readonly DataViewRows _rows;
    readonly Survey _survey;

    /// <exception cref="InvalidOperationException">No row can be learned from, or the label never changes.</exception>
    public Learning(MultiHeadAttentionOptions options, TrainingObjective objective, Architecture architecture, BoundColumns columns,
        BoundColumns? pairs, LabelColumn? label, IDataView input, Action checkCanceled)
    {
        (_options, _objective, _architecture) = (options, objective, architecture);
        _label = label;
        var weight = options.ExampleWeightColumnName is { } name ? WeightReader.Find(input.Schema, name) : (DataViewSchema.Column?)null;
        _rows = new DataViewRows(input, columns, architecture, _label, checkCanceled, weight: weight, pairs: pairs);
        _survey = Survey.Of(_rows, _rows.Layout, _label is not null, objective == TrainingObjective.MaskedReconstruction ? 2 : 1,
            TrainingLoop.MostCachedNumbers, checkCanceled);
        CheckSurvey();
    }

    /// <summary>
    /// What Fit measures, under the names of the stage's tensors: the mean and scale of what is standardized, and the bins of numbers.
    /// </summary>
    public IEnumerable<KeyValuePair<string, AttentionTensor>> Measured =>
        [.. _architecture.StandardizeInputs ? Standardization : [], .. Bins];

    IEnumerable<KeyValuePair<string, AttentionTensor>> Bins => _architecture.ElementBins is int bins
        ? [KeyValuePair.Create(ModuleNames.ElementBins.Path,
            new AttentionTensor([_architecture.Inputs.First(input => !input.HoldsIds).Width, bins + 1], _survey.Edges(bins)))]
        : [];

    IEnumerable<KeyValuePair<string, AttentionTensor>> Standardization =>
        ParameterLayout.StandardizedSources(_architecture).Zip(_survey.Standardization(_rows.Layout)).SelectMany(s => new[]
        {
            KeyValuePair.Create(ModuleNames.MeanOf(s.First.Role).Path, new AttentionTensor([s.First.Width], s.Second.Mean)),
            KeyValuePair.Create(ModuleNames.ScaleOf(s.First.Role).Path, new AttentionTensor([s.First.Width], s.Second.Scale)),
        });

    /// <summary>Learns the stage's tensors from these on.</summary>
    /// <param name="initial">The tensors.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="environment">Who is told, and who stops it.</param>
    /// <param name="random">Every draw.</param>
    /// <param name="isClassifierGiven">Whether the classifier among them predicts labels already.</param>
    public (AttentionParameters Learned, TrainingReport Report) Run(AttentionParameters initial, ProviderSession provider,
        TrainingEnvironment environment, Random random, bool isClassifierGiven)
    {
        if (_rows.RowsCut > 0)
            environment.Log($"Cut {_rows.RowsCut} rows to the {_architecture.MaximumLength} tokens that the stage takes; see "
                + "MaximumLength and LongerRows.");
        if (_survey.RowsSkipped > 0)
            environment.Warn($"Skipped {_survey.RowsSkipped} of {_survey.RowsSkipped + _survey.RowsUsed} rows: {Reasons()}.");
        Objective objective = _objective switch
        {
            TrainingObjective.Supervised =>
                Supervised(_label!.Prediction with { HasDense = _architecture.Prediction?.HasDense ?? false }, LabelMean(initial)),
            TrainingObjective.InBatchNegatives => new InBatchNegatives(_options.Training.SimilarityTemperature, HasWeights),
            TrainingObjective.CosineRegression => new CosineRegression(HasWeights),
            _ => new ReconstructionObjective(_options.Training.MaskedFraction, HasWeights),
        };
        var lowest = _options.Training.FrozenLayers is int layers
            ? ParameterLayout.Lowest(_architecture, layers).Select(spec => spec.Name).ToHashSet()
            : [];
        var isFixed = ParameterLayout.Of(_architecture)
            .Where(spec => spec.Draw == Draw.Measured || lowest.Contains(spec.Name) && initial.Find(spec.Name) is not null);
        var measured = AttentionParameters.Create(isFixed.Select(spec => KeyValuePair.Create(spec.Name, initial[spec.Name])));
        var layout = _rows.Layout;
        var mayMiss = layout.HasMask || _options.Training.Augmentation.DropsTokens
            || !_survey.AllLengthsEqual && !layout.ShowsPadding;
        var task = new TrainingTask(_architecture, objective, initial, measured, mayMiss, layout.HasBias);
        if (task.Learned.Count == 0)
            throw new ArgumentException($"Objective {_objective} has nothing to learn, with PairColumnNames and "
                + (_options.Training.FrozenLayers is int all
                    ? $"FrozenLayers {all}: freeze fewer."
                    : "KeptHeads that leave no head: keep one."));
        var readOut = objective.ReadOut(_architecture).Select(spec => KeyValuePair.Create(spec.Name, ParameterDraw.Of(spec, random)));
        var loop = new TrainingLoop(task, _options.Training, _rows, _survey, provider, environment, random);
        var start = isClassifierGiven ? Classifier(initial, 1 / LabelDeviation, -LabelMean(initial) / LabelDeviation) : initial;
        var (learned, report) = loop.Run(AttentionParameters.Create(start.All.Concat(readOut)), _objective);
        Instruments.FitEnded(report.Seconds, $"{_objective}");
        report = report with
        {
            RowsNotFinite = _survey.RowsNotFinite,
            RowsWithoutLabel = _survey.RowsWithoutLabel,
            RowsWithoutWeight = _survey.RowsWithoutWeight,
            RowsTooShort = _survey.RowsTooShort
        };
        var stage =
            AttentionParameters.Create(initial.Names.Select(name => KeyValuePair.Create(name, learned.Find(name) ?? initial[name])));
        return (Classifier(stage, LabelDeviation, LabelMean(initial)), report);
    }

    SupervisedObjective Supervised(Prediction prediction, double mean) => prediction.Kind == LabelKind.Number
        ? new(prediction, mean, LabelDeviation, hasWeights: HasWeights, mixes: Mixes)
        : new(prediction, smoothing: _options.Training.LabelSmoothing, hasWeights: HasWeights, mixes: Mixes);

    bool HasWeights => _options.ExampleWeightColumnName is not null;

    bool Mixes => _options.Training.Augmentation.Mixup > 0;

    bool PredictsNumbers => _label?.Prediction.Kind == LabelKind.Number;

    /// <summary>What is taken from numbers before they are learned from: nothing,
    /// where a classifier was given that has no bias to add it again.</summary>
    double LabelMean(AttentionParameters initial) =>
        PredictsNumbers && (_architecture.Prediction is null || initial.Find(ModuleNames.Classifier.Bias) is not null)
            ? _survey.LabelMean
            : 0;

    double LabelDeviation => PredictsNumbers ? _survey.LabelDeviation : 1;

    /// <summary>The tensors with a classifier of numbers that gives so many times as much, and so much more.</summary>
    AttentionParameters Classifier(AttentionParameters tensors, double factor, double shift) =>
        _architecture.Prediction is null || !PredictsNumbers ? tensors
        : AttentionParameters.Create(tensors.All.Select(t => KeyValuePair.Create(t.Key,
            t.Key == ModuleNames.Classifier.Weight ? Scaled(t.Value, factor, 0)
            : t.Key == ModuleNames.Classifier.Bias ? Scaled(t.Value, factor, shift)
            : t.Value)));

    static AttentionTensor Scaled(AttentionTensor tensor, double factor, double shift)
    {
        var values = tensor.Values.ToArray();
        foreach (ref var value in values.AsSpan())
            value = (float)(value * factor + shift);
        return new(tensor.Shape, values);
    }

    void CheckSurvey()
    {
        if (_survey.RowsUsed == 0)
            throw new InvalidOperationException(_survey.RowsSkipped == 0
                ? _survey.RowsWeightless > 0
                    ? $"There is nothing to learn from: weight column '{_options.ExampleWeightColumnName}' has 0 in all "
                        + $"{_survey.RowsWeightless} rows."
                : "There is nothing to learn from: Fit was given no rows."
                : $"There is nothing to learn from: of {_survey.RowsSkipped} rows, {Reasons()}.");
        if (_objective == TrainingObjective.InBatchNegatives && _survey.RowsUsed < 2)
            throw new InvalidOperationException("There is one pair to learn from; Objective InBatchNegatives tells a pair from others.");
        if (_label is { } label && _survey.DistinctLabels < 2)
            throw new InvalidOperationException($"Label column '{label.Column.Name}' has one value in all {_survey.RowsUsed} rows that "
                + "can be learned from; learning needs at least two.");
    }

    string Reasons() => string.Join(", ", Counts().Where(c => c.Count > 0).Select(c => $"{c.Count} {c.Reason}"));

    (long Count, string Reason)[] Counts() =>
    [
        (_survey.RowsNotFinite, "with NaN or infinity"),
        (_survey.RowsWithoutLabel, "without a label"),
        (_survey.RowsWithoutWeight, "with a weight that is NaN or infinite"),
        (_survey.RowsTooShort, _objective == TrainingObjective.MaskedReconstruction ? "with fewer than 2 tokens" : "without tokens"),
    ];
}
