using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Text.Pipeline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention.Text;

/// <summary>Makes a stage of a pretrained model, or learns it further.</summary>
/// <remarks>Made by <see cref="PretrainedTransformerCatalog"/>.</remarks>
public sealed class PretrainedTransformerEstimator : IEstimator<PretrainedTransformer>
{
    readonly IHostEnvironment _environment;
    readonly PretrainedTransformerOptions _options;
    readonly MultiHeadAttentionEstimator _attention;

    /// <param name="environment">The context's.</param>
    /// <param name="options">Every setting.</param>
    /// <param name="trainer">The labels that it is a trainer for; null for a transform, which takes any.</param>
    internal PretrainedTransformerEstimator(IHostEnvironment environment, PretrainedTransformerOptions options, LabelKind? trainer = null)
    {
        var model = options.Model
            ?? throw new ArgumentException("Model is not set: give a PretrainedTextModel, as PretrainedTextModel.Load reads it.");
        if (string.IsNullOrWhiteSpace(options.InputColumnName))
            throw new ArgumentException("InputColumnName is empty: name the column of texts.");
        if (options.MaximumTokens is int most && (most < 1 || most > model.MostPositions))
            throw new ArgumentOutOfRangeException(nameof(options), most,
                $"MaximumTokens must be from 1 to the {model.MostPositions} positions of the model.");
        if (options.PairColumnName is { } pair && options.SecondInputColumnName is { } second)
            throw new ArgumentException($"PairColumnName '{pair}' contradicts SecondInputColumnName '{second}': "
                + "either two texts are compared, or both are read as one.");
        (_environment, _options) = (environment, options);
        var stage = StageOptions(options, model);
        _attention = new MultiHeadAttentionEstimator(environment, trainer is { } kind ? TrainerColumns.Named(stage, kind) : stage, trainer);
    }

    /// <summary>Learns further where <see cref="PretrainedTransformerOptions.LabelColumnName"/>,
    /// <see cref="PretrainedTransformerOptions.PairColumnName"/> or the objective says so, and gives the stage.</summary>
    /// <param name="input">The rows. Not read when nothing is to be learned from them.</param>
    /// <exception cref="ArgumentException">A column is missing, or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, the loss became NaN or infinite, the execution provider
    /// cannot be used, or there is no native ONNX Runtime.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public PretrainedTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var tokenizing = new TokenizingTransformer(_options, _options.Model!);
        var tokens = tokenizing.Transform(input);
        if (PairOf(_options) is { } pair)
            tokens = new TokenizingTransformer(pair, _options.Model!).Transform(tokens);
        return new PretrainedTransformer(_options, _options.Model!, tokenizing, _attention.Fit(tokens));
    }

    /// <summary>The schema's columns, and those that the stage adds.</summary>
    /// <exception cref="ArgumentException">A column is missing, or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var tokens = TokenizingTransformer.Append(inputSchema, _options);
        if (PairOf(_options) is not { } pair)
            return _attention.GetOutputSchema(tokens);
        var shape = _attention.GetOutputSchema(TokenizingTransformer.Append(tokens, pair));
        var own = TokenizingTransformer.TokensColumnName(pair);                     // Fit alone has it
        return new SchemaShape(shape.Where(column => column.Name != own));
    }

    /// <summary>How the other texts of pairs become tokens; null where there are none.</summary>
    static PretrainedTransformerOptions? PairOf(PretrainedTransformerOptions options) => options.PairColumnName is not { } pair ? null
        : options with { InputColumnName = pair, OutputColumnName = $"{options.OutputColumnName}.Pair" };

    static MultiHeadAttentionOptions StageOptions(PretrainedTransformerOptions options, PretrainedTextModel model)
    {
        var pooling = options.Pooling ?? model.Options.Pooling;
        return model.Options with
        {
            OutputColumnName = options.OutputColumnName,
            InputColumnNames = [TokenizingTransformer.TokensColumnName(options)],
            AttentionWeightsColumnName = options.AttentionWeightsColumnName,
            PairColumnNames = PairOf(options) is { } pair ? [TokenizingTransformer.TokensColumnName(pair)] : null,
            LabelColumnName = options.LabelColumnName,
            ExampleWeightColumnName = options.ExampleWeightColumnName,
            PredictedLabelColumnName = options.PredictedLabelColumnName,
            ScoreColumnName = options.ScoreColumnName,
            ProbabilityColumnName = options.ProbabilityColumnName,
            TokenTypesInIds = TokenizingTransformer.TellsTypes(options, model),
            Pooling = pooling,
            NormalizeOutput = options.NormalizeOutput ?? (model.Options.NormalizeOutput && pooling != AttentionPooling.None),
            Training = options.FrozenLayers is int frozen ? options.Training with { FrozenLayers = frozen } : options.Training,
            Runtime = options.Runtime,
        };
    }
}
