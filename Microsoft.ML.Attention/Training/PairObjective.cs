using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Learns from pairs, by the cosine of the vectors of their two rows, which stand next to each other in a batch.</summary>
/// <param name="hasWeights">Whether pairs count differently.</param>
abstract class PairObjective(bool hasWeights) : Objective
{
    static readonly Dim Pairs = "pairs";

    public override int RowsOfExample => 2;

    /// <summary>None: vectors are compared as they are.</summary>
    public override IEnumerable<ParameterSpec> ReadOut(Architecture a) => [];

    public override TargetInputs Inputs(Graph graph, Architecture a) =>
        new() { Weights = hasWeights ? graph.Input("weights", ScoringGraph.Batch) : null };

    public override Value Loss(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters,
        TargetInputs targets)
    {
        var vectors = pass.UnitLength(outputs.Pooled!);                                             // [B, W]
        var pairs = vectors.Reshape(Pairs, 2, vectors.Shape[1]);                                    // [N, 2, W]
        return Loss(pairs.Slice(1, 0, 1).Squeeze(1), pairs.Slice(1, 1, 2).Squeeze(1), targets);
    }

    /// <summary>The loss of directions <c>[N, W]</c> of as many pairs.</summary>
    protected abstract Value Loss(Value firsts, Value seconds, TargetInputs targets);

    public override double Feed(BatchInputs batch, LabelledRows rows, Random random) => hasWeights ? batch.AddRowWeights(rows) : batch.Rows;

    /// <summary>What both rows of a pair have, once: from <c>[B]</c> to <c>[N]</c>.</summary>
    protected static Value? OfPairs(Value? ofRows) => ofRows?.Reshape(Pairs, 2).Slice(1, 0, 1).Squeeze(1);
}

/// <summary>Finds the second of each pair among the seconds of the whole batch. Henderson et al. 2017, section 4.</summary>
/// <param name="temperature">What cosines are divided by.</param>
/// <param name="hasWeights">Whether pairs count differently.</param>
sealed class InBatchNegatives(double temperature, bool hasWeights = false) : PairObjective(hasWeights)
{
    protected override Value Loss(Value firsts, Value seconds, TargetInputs targets) =>
        Losses.InBatchNegatives(firsts, seconds, temperature, OfPairs(targets.Weights));
}

/// <summary>Brings the cosine of each pair to its label. Reimers and Gurevych 2019, section 3, the regression objective.</summary>
/// <param name="hasWeights">Whether pairs count differently.</param>
sealed class CosineRegression(bool hasWeights = false) : PairObjective(hasWeights)
{
    public override TargetInputs Inputs(Graph graph, Architecture a) =>
        base.Inputs(graph, a) with { Labels = graph.Input("labels", ScoringGraph.Batch) };

    protected override Value Loss(Value firsts, Value seconds, TargetInputs targets) =>
        Losses.SquaredError(Losses.Products(firsts, seconds), OfPairs(targets.Labels)!, OfPairs(targets.Weights));

    public override double Feed(BatchInputs batch, LabelledRows rows, Random random)
    {
        batch.AddLabels(rows, label => label, areClasses: false);
        return base.Feed(batch, rows, random);
    }
}
