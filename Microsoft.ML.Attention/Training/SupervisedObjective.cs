using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Learns from labels, through a linear layer over the pooled row; without pooling, over the mean of its tokens.</summary>
/// <param name="kind">What they are.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="mean">Taken from numbers.</param>
/// <param name="deviation">What numbers are then divided by.</param>
/// <param name="smoothing">The share of each class's target that all classes divide among them.</param>
sealed class SupervisedObjective(LabelKind kind, int classes = 1, double mean = 0, double deviation = 1, double smoothing = 0) : Objective
{
    public override IEnumerable<ParameterSpec> ReadOut(Architecture a) => Linear("head", a.OutputDimension, kind == LabelKind.Class ? classes : 1);

    public override TargetInputs Inputs(Graph graph, Architecture a) =>
        new(Labels: graph.Input("labels", kind == LabelKind.Class ? ElementType.Int64 : graph.Real, ScoringGraph.Batch));

    public override Value Loss(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters, TargetInputs targets)
    {
        var row = outputs.Pooled ?? pass.MeanOf(outputs.Tokens, outputs.QueryMask);                 // [B, W]
        var read = Read("head", row, parameters);                                                   // [B, C]
        return kind switch
        {
            LabelKind.Class => Losses.CrossEntropy(read, targets.Labels!, smoothing),
            LabelKind.Boolean => Losses.BinaryCrossEntropy(read.Squeeze(1), targets.Labels!),
            LabelKind.Number => Losses.SquaredError(read.Squeeze(1), targets.Labels!),
            _ => throw new NotSupportedException($"Labels of kind {kind} are not known."),
        };
    }

    public override void Feed(BatchInputs batch, LabelledRows rows, Random random)
    {
        if (kind == LabelKind.Class)
            batch.AddClasses(row => (long)rows.Labels[row]);
        else if (kind == LabelKind.Boolean)
            batch.AddNumbers(row => (float)(rows.Labels[row] * (1 - smoothing) + smoothing / 2));
        else
            batch.AddNumbers(row => (float)((rows.Labels[row] - mean) / deviation));
    }
}
