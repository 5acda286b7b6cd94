using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention;

/// <summary>Learns, or takes from <see cref="MultiHeadAttentionOptions.Parameters"/>, the projections of a multi-head attention stage.</summary>
/// <remarks>Made by <see cref="MultiHeadAttentionCatalog"/>.</remarks>
public sealed class MultiHeadAttentionEstimator : IEstimator<MultiHeadAttentionTransformer>
{
    readonly IHostEnvironment _environment;
    readonly MultiHeadAttentionOptions _options;

    internal MultiHeadAttentionEstimator(IHostEnvironment environment, MultiHeadAttentionOptions options)
    {
        OptionsValidation.Check(options);
        (_environment, _options) = (environment, options);
    }

    /// <summary>Learns from the rows, as <see cref="TrainingOptions.Objective"/> says, and gives the stage that was learned.</summary>
    /// <param name="input">The rows. Not read when nothing is to be learned from them.</param>
    /// <exception cref="ArgumentException">A column is missing, or types, sizes, options and given tensors do not fit each other.</exception>
    /// <exception cref="InvalidOperationException">The execution provider cannot be used, or there is no native ONNX Runtime.</exception>
    public MultiHeadAttentionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _environment.Register(nameof(MultiHeadAttentionEstimator)).Start("Fit");
        var objective = Objective();
        var learns = objective != TrainingObjective.None;
        var columns = StageNames.Of(_options);
        var bound = BoundColumns.Bind(columns, StageNames.Widths(_options), input.Schema);
        var given = _options.Parameters is { } parameters ? ParameterResolution.Canonical(parameters, _options.Block, _options.NumberOfLayers) : null;
        var architecture = ArchitectureResolution.Resolve(_options, bound, given, learns, () => throw new NotSupportedException());
        var seed = _options.Training.Seed ?? MLNetInternals.SeedOf(_environment);
        var random = seed is int s ? new Random(s) : new Random();
        var drawn = new List<string>();
        var resolved = ParameterResolution.Resolve(architecture, given, given is null || learns ? Draw : null);
        if (given is not null && drawn.Count > 0)
            channel.Info(MessageSensitivity.None, "Drawn, because the parameters lack them: {0}.", string.Join(", ", drawn));
        if (learns)
            throw new NotSupportedException("Learning is not there yet: set Parameters, or Objective None for a seeded draw.");
        return new MultiHeadAttentionTransformer(_environment, _options, architecture, resolved, null);

        AttentionTensor Draw(ParameterSpec spec)
        {
            drawn.Add(spec.Name);
            return ParameterDraw.Of(spec, random);
        }
    }

    /// <summary>The schema's columns, and those that the stage adds.</summary>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => StageShape.Append(inputSchema, StageNames.Of(_options), _options.Pooling);

    TrainingObjective Objective() => _options.Training.Objective != TrainingObjective.Auto ? _options.Training.Objective
        : _options.LabelColumnName is not null ? TrainingObjective.Supervised
        : _options.Parameters is not null ? TrainingObjective.None
        : TrainingObjective.MaskedReconstruction;
}
