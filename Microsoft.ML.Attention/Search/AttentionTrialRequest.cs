using System.Text.Json;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Search;

namespace Microsoft.ML.Attention;

/// <summary>What it takes, beside the rows, to score one trial of a search anywhere: the same request on the same rows gives the same
/// scores, on one kind of processor bit for bit.</summary>
public sealed record AttentionTrialRequest
{
    /// <summary>Which trial it is, counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The options to score, with the epochs of this round and every seed.</summary>
    public required MultiHeadAttentionOptions Options { get; init; }

    /// <summary>What it is scored by.</summary>
    public required AttentionSearchMetric Metric { get; init; }

    /// <summary>Folds of the cross-validation.</summary>
    public required int NumberOfFolds { get; init; }

    /// <summary>A column whose rows of one value stay in one fold; null for none.</summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>The seed of the folds and of the trainer.</summary>
    public required int Seed { get; init; }

    /// <summary>Scores the trial by cross-validation, as a search does by itself.</summary>
    /// <param name="context">What to learn in.</param>
    /// <param name="data">The rows of the search.</param>
    /// <param name="trainer">As <see cref="AttentionSearchOptions.Trainer"/>.</param>
    /// <param name="cancellationToken">Ends it within one step of learning.</param>
    /// <returns>The metric of each fold.</returns>
    /// <exception cref="ArgumentException">The metric is not for the label's type, or the options do not go with the rows.</exception>
    /// <exception cref="InvalidOperationException">The metric of a fold is not a number, or learning failed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public IReadOnlyList<double> Evaluate(MLContext context, IDataView data, IEstimator<ITransformer>? trainer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(data);
        var label = LabelColumn.Of(data.Schema, Options.LabelColumnName
            ?? throw new ArgumentException("LabelColumnName is unset: a trial is scored by a label."));
        var metric = MetricRule.For(Metric, label.Prediction.Kind, label.Column, label.Prediction.OfTokens);
        var isPrediction = Options.Predicts || label.Prediction.OfTokens;
        return CrossValidation.Of(context.Transforms, data, metric, NumberOfFolds, SamplingKeyColumnName, trainer, Seed, isPrediction)
            .Scores(Options with { Training = Options.Training with { CancellationToken = cancellationToken } });
    }

    /// <summary>The request as JSON, for a process elsewhere.</summary>
    /// <exception cref="NotSupportedException">The options hold what JSON does not: Parameters, or ConfigureSession.</exception>
    public string ToJson() => Options.Parameters is not null
        ? throw new NotSupportedException("The options' Parameters do not go into JSON: a search elsewhere begins with drawn ones.")
        : Options.Runtime.ConfigureSession is not null
            ? throw new NotSupportedException("ConfigureSession is code, which does not go into JSON.")
        : JsonSerializer.Serialize(this, MultiHeadAttentionTransformer.Json);

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is not such a request.</exception>
    public static AttentionTrialRequest FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return JsonSerializer.Deserialize<AttentionTrialRequest>(json, MultiHeadAttentionTransformer.Json)
            ?? throw new JsonException("The request is null.");
    }
}
