using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Learns from labels, through a linear layer over the pooled row, or over each token; without pooling,
/// a row is the mean of its tokens.</summary>
/// <param name="prediction">What they are.</param>
/// <param name="mean">Taken from numbers.</param>
/// <param name="deviation">What numbers are then divided by.</param>
/// <param name="smoothing">The share of each class's target that all classes divide among them.</param>
/// <param name="hasWeights">Whether rows count differently. Of tokens, those without a label never count.</param>
/// <param name="mixes">Whether rows are mixed two by two.</param>
sealed class SupervisedObjective(Prediction prediction, double mean = 0, double deviation = 1, double smoothing = 0,
    bool hasWeights = false, bool mixes = false) : Objective
{
    bool IsWeighted => hasWeights || prediction.OfTokens;

    /// <summary>Whether a row has two classes; numbers and Booleans are mixed themselves, which has the same gradient.</summary>
    bool HasTwoClasses => mixes && prediction.Kind == LabelKind.Class;

    Dim[] Shape => !prediction.OfTokens ? [ScoringGraph.Batch]
        : prediction.Kind == LabelKind.Class || prediction.Size == 1 ? [ScoringGraph.Batch, ScoringGraph.Sequence]
        : [ScoringGraph.Batch, ScoringGraph.Sequence, prediction.Size];

    /// <summary>The classifier, where the stage does not keep it.</summary>
    public override IEnumerable<ParameterSpec> ReadOut(Architecture a) =>
        a.Prediction is null ? ParameterLayout.Classifier(a, prediction) : [];

    public override TargetInputs Inputs(Graph graph, Architecture a)
    {
        Dim[] shape = prediction.OfTokens && a.Inputs.Count > 1
            ? [Shape[0], a.Inputs.Sum(field => field.Length!.Value), .. Shape[2..]]
            : Shape;
        return new(Labels: graph.Input("labels", prediction.Kind == LabelKind.Class ? ElementType.Int64 : graph.Real, shape))
        {
            Weights = IsWeighted ? graph.Input("weights", shape) : null,
            OtherLabels = HasTwoClasses ? graph.Input("other_labels", ElementType.Int64, shape) : null,
            Shares = HasTwoClasses ? graph.Input("shares", shape) : null,
        };
    }

    public override Value Loss(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters,
        TargetInputs targets)
    {
        var read = pass.Logits(outputs, prediction.OfTokens);                                       // [B, C] or [B, T, C]
        if (prediction.Kind != LabelKind.Class)
        {
            read = prediction.Size == 1 ? read.Squeeze(-1) : read;
            return prediction.Kind == LabelKind.Boolean
                ? Losses.BinaryCrossEntropy(read, targets.Labels!, targets.Weights)
                : Losses.SquaredError(read, targets.Labels!, targets.Weights);
        }
        return targets.Shares is { } share ? MixedCrossEntropy(read, share, targets)
            : prediction.OfTokens
            ? Losses.CrossEntropy(Flat(read), Flat(targets.Labels!), smoothing, Flat(targets.Weights!))
            : Losses.CrossEntropy(read, targets.Labels!, smoothing, targets.Weights);
    }

    public override Objective? Calibration(double weight) => prediction.Kind == LabelKind.Number ? null
        : new SupervisedObjective(prediction, smoothing: Temperature.Doubt / (weight + Temperature.Doubt), hasWeights: hasWeights);

    /// <summary>The loss of either class, each counted by its share.</summary>
    Value MixedCrossEntropy(Value read, Value share, TargetInputs targets)
    {
        var (own, other) = (share, 1 - share);
        if (targets.Weights is { } weights)
            (own, other) = (own * weights, other * weights);
        return Losses.CrossEntropy(read.Concat(0, read), targets.Labels!.Concat(0, targets.OtherLabels!), smoothing, own.Concat(0, other));
    }

    public override double Feed(BatchInputs batch, LabelledRows rows, Random random)
    {
        Func<float, float> target = prediction.Kind switch
        {
            LabelKind.Class => label => label,
            LabelKind.Boolean => label => (float)(label * (1 - smoothing) + smoothing / 2),
            _ => label => (float)((label - mean) / deviation),
        };
        batch.AddLabels(rows, target, areClasses: prediction.Kind == LabelKind.Class);
        if (HasTwoClasses)
            batch.AddOtherLabels(rows);
        return IsWeighted ? batch.AddWeights(rows) : batch.Rows;
    }
}
