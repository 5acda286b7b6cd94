using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Options;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention;

/// <summary>Learns, or takes from <see cref="MultiHeadAttentionOptions.Parameters"/>,
/// the projections of a multi-head attention stage.</summary>
/// <remarks>Made by <see cref="MultiHeadAttentionCatalog"/>.</remarks>
public sealed class MultiHeadAttentionEstimator : IEstimator<MultiHeadAttentionTransformer>
{
    readonly StageEnvironment _environment;
    readonly MultiHeadAttentionOptions _options;
    readonly LabelKind? _trainer;

    /// <param name="environment">The context's.</param>
    /// <param name="options">Every setting.</param>
    /// <param name="trainer">The labels that it is a trainer for; null for a transform, which takes any.</param>
    internal MultiHeadAttentionEstimator(IHostEnvironment environment, MultiHeadAttentionOptions options, LabelKind? trainer = null)
        : this(new StageEnvironment(environment), options, trainer) { }

    MultiHeadAttentionEstimator(StageEnvironment environment, MultiHeadAttentionOptions options, LabelKind? trainer)
    {
        OptionsValidation.Check(options);
        (_environment, _options, _trainer) = (environment, options, trainer);
    }

    /// <summary>Learns from the rows, as <see cref="TrainingOptions.Objective"/> says, and gives the stage that was learned.</summary>
    /// <param name="input">The rows. Not read when nothing is to be learned from them.</param>
    /// <exception cref="ArgumentException">A column is missing, or types, sizes,
    /// options and given tensors do not fit each other.</exception>
    /// <exception cref="InvalidDataException">A row's lengths do not fit each other; the message names the row and the column.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, the loss became NaN or infinite, the execution provider
    /// cannot be used, or there is no native ONNX Runtime.</exception>
    /// <exception cref="NotSupportedException">The execution provider does not have the precision.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public MultiHeadAttentionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var objective = Objective();
        using var activity = Instruments.Fitting($"{objective}");
        try
        {
            return Fit(input, objective);
        }
        catch (Exception e) when (Instruments.Failed("fit", e, activity))
        {
            throw;
        }
    }

    MultiHeadAttentionTransformer Fit(IDataView input, TrainingObjective objective)
    {
        if (Suited(input.Schema, objective) is var suited && suited != _options.Training.Augmentation)
            return new MultiHeadAttentionEstimator(_environment,
                _options with { Training = _options.Training with { Augmentation = suited } }, _trainer).Fit(input, objective);
        using var log = _environment.Log(nameof(MultiHeadAttentionEstimator), "Fit");
        if (objective == TrainingObjective.MaskedReconstruction && _options.Training.Objective == TrainingObjective.Auto)
            log.Warn("Learning without a label, by reconstructing hidden tokens. Set LabelColumnName to learn from a label, or Objective "
                + "None for a seeded draw.");

        var columns = StageNames.Of(_options);
        var bound = BoundColumns.Bind(columns, StageNames.Widths(_options), input.Schema);
        AttentionParameters?[] givenEach = [.. Enumerable.Range(0, _options.Training.NumberOfModels).Select(Given)];
        var given = givenEach[0];
        if (objective == TrainingObjective.Supervised && _options.Pooling == AttentionPooling.None && !_options.Predicts
            && bound.QueryLength is null)
            log.Warn(
                $"Column '{_options.OutputColumnName}' has as many vectors as a row has tokens, which trainers refuse: set Pooling for "
                + "one vector a row.");
        var pairs = bound.BindPairs(columns, StageNames.Widths(_options), input.Schema,
            needsOneLength: _options is { Pooling: AttentionPooling.Flatten, MaximumLength: null });
        var label = objective == TrainingObjective.Supervised ? LabelColumn.Of(input.Schema, _options.LabelColumnName!)
            : objective.ReadsLabel() ? LabelColumn.OfPairs(input.Schema, _options.LabelColumnName!)
            : null;
        if (label is not null && _trainer is { } kind)
            TrainerColumns.Check(kind, label.Prediction.Kind, label.Column.Name, $"{label.Column.Type}");
        if (label is { Prediction.OfTokens: true } && _options.PatchLength is int patch)
            throw new ArgumentException($"PatchLength {patch} contradicts label column '{label.Column.Name}', which is "
                + $"{label.Column.Type}: a patch is one token, and labels are of frames.");
        if (label is { Prediction.OfTokens: true } && _options.TokenPerElement)
            throw new ArgumentException($"TokenPerElement contradicts label column '{label.Column.Name}', which is {label.Column.Type}: "
                + "tokens are the elements of a table, and a row of it has one label.");
        if (label is { Prediction.OfTokens: true } && _options.Training.Augmentation.Mixup is > 0 and var mixup)
            throw new ArgumentException(FormattableString.Invariant($"Mixup {mixup} contradicts label column '{label.Column.Name}', ")
                + $"which is {label.Column.Type}: rows are mixed, and so is the one label of each.");
        var prediction = PredictionResolution.Resolve(_options, label, given);
        var architecture = ArchitectureResolution.Resolve(_options, bound, given, objective, () =>
            LongestRow.Of(input, pairs is null ? [bound] : [bound, pairs], CheckCanceled), prediction,
            hasLabelPerToken: label is { Prediction.OfTokens: true });
        var seed = _options.Training.Seed ?? _environment.Seed;
        var random = seed is int s ? new Random(s) : new Random();

        var learning = objective != TrainingObjective.None || NeedsMeasuring(architecture, given)
            ? new Learning(_options, objective, architecture.Member, bound, pairs, label, input, CheckCanceled)
            : null;
        var drawn = new List<string>();
        AttentionParameters[] initial = [.. givenEach.Select(tensors =>
            ParameterResolution.Resolve(architecture.Member, Measured(tensors), objective != TrainingObjective.None
                || tensors is null ? Draw : null))];
        if (given is not null && drawn.Count > 0)
            log.Info($"Drawn, because the parameters lack them: {string.Join(", ", drawn)}.");
        if (given is not null && ParameterResolution.LeftOut(architecture.Member, given) is { Count: > 0 } leftOut)
            log.Info($"Left out of the parameters, because they are no part of this stage: {TensorNames.Listed(leftOut)}.");
        if (objective == TrainingObjective.None)
            return new MultiHeadAttentionTransformer(_environment, _options, architecture, ModelTensors.Join(architecture, initial),
                training: null, labels: null);

        var provider = _environment.Provider(_options.Runtime, log.Warn);
        var results = initial.Select((tensors, model) => learning!.Run(tensors, provider,
            new TrainingEnvironment(LinesOf(model, log.Info), CheckCanceled) { Warn = LinesOf(model, log.Warn) }, random,
            isClassifierGiven: givenEach[model]?.Find(ModuleNames.Classifier.Weight) is not null)).ToArray();
        return new MultiHeadAttentionTransformer(_environment, _options, architecture,
            ModelTensors.Join(architecture, [.. results.Select(r => r.Learned)]), TrainingReport.Mean([.. results.Select(r => r.Report)]),
            prediction is null ? null : LabelValues.Of(label!.Column));

        Action<string> LinesOf(int model, Action<string> say) =>
            initial.Length == 1 ? say : line => say($"Model {model + 1} of {initial.Length}: {line}");

        AttentionTensor Draw(ParameterSpec spec)
        {
            drawn.Add(spec.Name);
            return ParameterDraw.Of(spec, random);
        }

        // What Fit measures counts as given, unless it was given already.
        AttentionParameters? Measured(AttentionParameters? tensors) => learning?.Measured is not { } measured || !measured.Any() ? tensors
            : AttentionParameters.Create(measured.Where(m => tensors?.Find(m.Key) is null).Concat(tensors?.All ?? []));
    }

    /// <summary>The schema's columns, and those that the stage adds.</summary>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var shape = StageShape.Append(inputSchema, StageNames.Of(_options), _options.Pooling, PredictionResolution.Of(_options, Given(0)));
        if (_options.LabelColumnName is { } name)
        {
            var label = inputSchema.First(column => column.Name == name);
            var found = StageShape.LabelKindOf(label);
            if (_options.PairColumnNames is not null)
                LabelColumn.CheckPairs(name, StageShape.PredictionOf(label), StageShape.Described(label));
            if (_trainer is { } kind)
                TrainerColumns.Check(kind, found, name, StageShape.Described(label));
            PredictionResolution.CheckColumns(_options, found, $"label column '{name}' is {StageShape.Described(label)}, which is");
        }
        return shape;
    }

    /// <summary>The tensors that one of the models starts from, under canonical names.</summary>
    AttentionParameters? Given(int model)
    {
        if (_options.Parameters is not { } parameters)
            return null;
        var models = ModelTensors.Count(parameters);
        if (models > 1 && models != _options.Training.NumberOfModels)
            throw new ArgumentException(
                $"The parameters are of {models} models, but NumberOfModels is {_options.Training.NumberOfModels}: set it to {models}.");
        return ParameterResolution.Canonical(ModelTensors.Of(parameters, model), _options.Block, _options.NumberOfLayers);
    }

    /// <summary>The ways in which learning changes rows, but for those that these rows do not allow.</summary>
    TrainingAugmentation Suited(DataViewSchema schema, TrainingObjective objective)
    {
        var ways = _options.Training.Augmentation;
        if (!ways.WhereSuited)
            return ways;
        if (_options.KeyColumnName is not null)
            return new() { WhereSuited = true };
        var bound = BoundColumns.Bind(StageNames.Of(_options), StageNames.Widths(_options), schema);
        if (bound.Inputs.Any(column => column.HoldsIds))
            ways = ways with { Jitter = 0, Scaling = 0, Shifting = 0, Mixup = 0 };
        if (objective != TrainingObjective.Supervised || LabelColumn.Of(schema, _options.LabelColumnName!).Prediction.OfTokens)
            ways = ways with { Mixup = 0 };
        if (!bound.IsOneField || _options.AttentionBiasColumnName is not null)
            ways = ways with { Cropping = 0 };
        return _options.TokenPerElement ? ways with { Cropping = 0, HiddenFrames = 0 } : ways;
    }

    TrainingObjective Objective() => _options.Training.Objective != TrainingObjective.Auto ? _options.Training.Objective
        : _options.PairColumnNames is not null && _options.LabelColumnName is null ? TrainingObjective.InBatchNegatives
        : _options.PairColumnNames is not null ? TrainingObjective.CosineRegression
        : _options.LabelColumnName is not null ? TrainingObjective.Supervised
        : _options.Parameters is not null ? TrainingObjective.None
        : TrainingObjective.MaskedReconstruction;

    static bool NeedsMeasuring(Architecture a, AttentionParameters? given) =>
        a.StandardizeInputs && ParameterLayout.StandardizedSources(a).Any(s => given?.Find(ModuleNames.MeanOf(s.Role)) is null)
        || a.ElementBins is not null && given?.Find(ModuleNames.ElementBins) is null;

    void CheckCanceled() => _environment.CheckCanceled("Fit", _options.Training.CancellationToken);
}
