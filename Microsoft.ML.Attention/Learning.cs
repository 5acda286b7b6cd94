using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention;

/// <summary>Brings together what Fit learns from: the rows, what one look at them tells, the objective that follows, and the loop.</summary>
sealed class Learning
{
    readonly MultiHeadAttentionOptions _options;
    readonly TrainingObjective _objective;
    readonly Architecture _architecture;
    readonly DataViewSchema.Column? _label;
    readonly DataViewRows _rows;
    readonly Survey _survey;

    /// <exception cref="InvalidOperationException">No row can be learned from, or the label never changes.</exception>
    public Learning(MultiHeadAttentionOptions options, TrainingObjective objective, Architecture architecture, BoundColumns columns, IDataView input, Action checkCanceled)
    {
        (_options, _objective, _architecture) = (options, objective, architecture);
        _label = objective == TrainingObjective.Supervised ? LabelOf(input.Schema, options.LabelColumnName!) : null;
        _rows = new DataViewRows(input, columns, architecture, _label, checkCanceled);
        _survey = Survey.Of(_rows, _rows.Layout, _label is not null, objective == TrainingObjective.MaskedReconstruction ? 2 : 1, TrainingLoop.MostCachedNumbers, checkCanceled);
        CheckSurvey();
    }

    /// <summary>The mean and scale of what is standardized, under the names of the stage's tensors.</summary>
    public IEnumerable<KeyValuePair<string, AttentionTensor>> Standardization =>
        ParameterLayout.StandardizedSources(_architecture).Zip(_survey.Standardization(_rows.Layout)).SelectMany(s => new[]
        {
            KeyValuePair.Create($"{s.First.Source}_mean", new AttentionTensor([s.First.Width], s.Second.Mean)),
            KeyValuePair.Create($"{s.First.Source}_scale", new AttentionTensor([s.First.Width], s.Second.Scale)),
        });

    /// <summary>Learns the stage's tensors from these on.</summary>
    public (AttentionParameters Learned, TrainingReport Report) Run(AttentionParameters initial, ProviderSession provider, TrainingEnvironment environment, Random random)
    {
        if (_rows.RowsCut > 0)
            environment.Log($"Cut {_rows.RowsCut} rows to the {_architecture.MaximumLength} tokens that the stage takes; see MaximumLength and LongerRows.");
        if (_survey.RowsSkipped > 0)
            environment.Warn($"Skipped {_survey.RowsSkipped} of {_survey.RowsSkipped + _survey.RowsUsed} rows: {Reasons()}.");
        Objective objective = _objective == TrainingObjective.Supervised
            ? Supervised(_label!.Value)
            : new ReconstructionObjective(_options.Training.MaskedFraction);
        var measured = AttentionParameters.Create(ParameterLayout.Of(_architecture).Where(spec => spec.Draw == Draw.Measured).Select(spec => KeyValuePair.Create(spec.Name, initial[spec.Name])));
        var layout = _rows.Layout;
        var mayMiss = layout.HasMask || _options.Training.Augmentation.DropsTokens
            || !_survey.AllLengthsEqual && !layout.ShowsPadding;
        var task = new TrainingTask(_architecture, objective, initial, measured, mayMiss, layout.HasBias);
        var readOut = objective.ReadOut(_architecture).Select(spec => KeyValuePair.Create(spec.Name, ParameterDraw.Of(spec, random)));
        var loop = new TrainingLoop(task, _options.Training, _rows, _survey, provider, environment, random);
        var (learned, report) = loop.Run(AttentionParameters.Create(initial.All.Concat(readOut)), _objective);
        Instruments.FitEnded(report.Seconds, $"{_objective}");
        report = report with { RowsNotFinite = _survey.RowsNotFinite, RowsWithoutLabel = _survey.RowsWithoutLabel, RowsTooShort = _survey.RowsTooShort };
        return (AttentionParameters.Create(initial.Names.Select(name => KeyValuePair.Create(name, learned.Find(name) ?? initial[name]))), report);
    }

    SupervisedObjective Supervised(DataViewSchema.Column label) => LabelGetter.KindOf(label) switch
    {
        LabelKind.Class => new(LabelKind.Class, (int)((KeyDataViewType)label.Type).Count, smoothing: _options.Training.LabelSmoothing),
        LabelKind.Number => new(LabelKind.Number, mean: _survey.LabelMean, deviation: _survey.LabelDeviation),
        var kind => new(kind, smoothing: _options.Training.LabelSmoothing),
    };

    static DataViewSchema.Column LabelOf(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"There is no label column '{name}'. There are: {string.Join(", ", schema.Select(c => c.Name).Distinct())}.");
        if (LabelGetter.KindOf(column) == LabelKind.Class && ((KeyDataViewType)column.Type).Count > int.MaxValue)
            throw new ArgumentException($"Label column '{name}' is {column.Type}, which does not say how many classes there are: map it with MapValueToKey.");
        return column;
    }

    void CheckSurvey()
    {
        if (_survey.RowsUsed == 0)
            throw new InvalidOperationException(_survey.RowsSkipped == 0
                ? "There is nothing to learn from: Fit was given no rows."
                : $"There is nothing to learn from: of {_survey.RowsSkipped} rows, {Reasons()}.");
        if (_label is { } label && _survey.DistinctLabels < 2)
            throw new InvalidOperationException($"Label column '{label.Name}' has one value in all {_survey.RowsUsed} rows that can be learned from; learning needs at least two.");
    }

    string Reasons() => string.Join(", ", Counts().Where(c => c.Count > 0).Select(c => $"{c.Count} {c.Reason}"));

    (long Count, string Reason)[] Counts() =>
    [
        (_survey.RowsNotFinite, "with NaN or infinity"),
        (_survey.RowsWithoutLabel, "without a label"),
        (_survey.RowsTooShort, _objective == TrainingObjective.MaskedReconstruction ? "with fewer than 2 tokens" : "without tokens"),
    ];
}
