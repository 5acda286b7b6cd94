using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Losses of pairs through a whole stage, weighted and not, against the oracle in plain loops;
/// their gradients against central differences of it.</summary>
[TestClass]
public sealed class PairObjectiveTests
{
    const int Width = 4, Pairs = 4;
    const double Temperature = 0.3;

    static readonly MultiHeadAttentionOptions Options = new()
    {
        InputColumnNames = [RowColumns.Tokens],
        EmbeddingDimension = Width,
        NumberOfHeads = 2,
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
    };

    static readonly Architecture Stage = new()
    {
        Fields = [new(Width)],
        ModelDimension = Width,
        NumberOfHeads = 2,
        NumberOfKeyValueHeads = 2,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputDimension = Width,
        Scale = 1 / Math.Sqrt(2),
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
    };

    static IEnumerable<(bool HasLabels, bool HasWeights, bool Normalizes)> Cases =>
        from hasLabels in new[] { false, true }
        from hasWeights in new[] { false, true }
        select (hasLabels, hasWeights, hasLabels != hasWeights);

    [TestMethod, DynamicData(nameof(Cases))]
    public void LossAndGradient_OfPairs_AreTheOracles(bool hasLabels, bool hasWeights, bool normalizes)
    {
        var (a, options) = (Stage with { NormalizeOutput = normalizes }, Options with { NormalizeOutput = normalizes });
        var random = new Random(5);
        var initial = ParameterResolution.Resolve(a, null,
            spec => ParameterDraw.Of(spec.Draw == Draw.Zeros ? spec with { Draw = Draw.Normal } : spec, random));
        var rows = Rows(hasLabels, hasWeights, out var references);
        Objective objective = hasLabels ? new CosineRegression(hasWeights) : new InBatchNegatives(Temperature, hasWeights);
        var task = new TrainingTask(a, objective, initial, AttentionParameters.Create([]), HasMask: true, HasBias: false);
        var vector = new ParameterVector(task.Learned);
        var start = vector.Pack(initial);
        using var batch = new BatchInputs(task, rows.Rows);
        batch.Fill(LengthGroup.Of(rows.Rows, Enumerable.Range(0, rows.Rows.Count).ToArray()));
        objective.Feed(batch, rows, random);
        using var step = new TrainingStep(task, new LearnedTensors(task.Learned),
            ProviderSession.Choose(new() { IntraOpThreads = 1 }, null, false, _ => { }), initial, new Sgd(), gradientClip: 0,
            new Dropout(0, 0), seed: 1);

        var (loss, _) = step.Run(batch, rate: 1);
        var after = vector.Pack(step.Read());

        Assert.AreEqual(Oracle(vector.Unpack(start)), loss, 2e-6);
        // A parameter of each tensor; the key bias apart, which has no gradient.
        var place = 0;
        foreach (var spec in task.Learned)
        {
            var count = (int)spec.Shape.Aggregate(1L, (product, length) => product * length);
            var at = place + count / 2 * (spec.Name.EndsWith("in_proj_bias", StringComparison.Ordinal) ? 0 : 1);
            Assert.AreEqual(Difference(at), start[at] - after[at], 2e-5, spec.Name);
            place += count;
        }

        double Difference(int at)
        {
            const float Step = 1f / 2048;
            var (up, down) = (start[at] + Step, start[at] - Step);              // as float32 holds them
            return (Oracle(With(at, up)) - Oracle(With(at, down))) / ((double)up - down);
        }

        IEnumerable<KeyValuePair<string, AttentionTensor>> With(int at, float value)
        {
            var moved = start.ToArray();
            moved[at] = value;
            return vector.Unpack(moved);
        }

        double Oracle(IEnumerable<KeyValuePair<string, AttentionTensor>> tensors) =>
            ReferenceLoss.OfPairs(AttentionParameters.Create(tensors), options, references,
                hasLabels ? [.. OfPairs(rows.Labels)] : null,
                hasWeights ? [.. OfPairs(rows.Weights)] : [.. Enumerable.Repeat(1.0, Pairs)], Temperature);
    }

    static IEnumerable<double> OfPairs(IEnumerable<float> ofRows) => ofRows.Where((_, row) => row % 2 == 0).Select(x => (double)x);

    /// <summary>Rows of 1 to 4 tokens, of which some are hidden; both of a pair have its label and its weight.</summary>
    static LabelledRows Rows(bool hasLabels, bool hasWeights, out List<ReferenceRow> references)
    {
        var random = new Random(9);
        references = [];
        var rows = new LabelledRows(new RowLayout([new(Width)], HasMask: true, HasBias: false, NumberOfHeads: 2)) { RowsOfExample = 2 };
        for (var row = 0; row < 2 * Pairs; row++)
        {
            double[][] tokens = [.. Enumerable.Range(0, 1 + row % 4).Select(_ =>
                Enumerable.Range(0, Width).Select(_ => (double)(random.NextSingle() * 2 - 1)).ToArray())];
            bool[] mask = [.. tokens.Select((_, t) => t != 1)];
            float[] numbers = [.. tokens.SelectMany(token => token).Select(value => (float)value)];
            numbers.CopyTo(rows.Rows.Fields[0].Numbers.Append(numbers.Length));
            mask.CopyTo(rows.Rows.Mask!.Append(mask.Length));
            rows.Rows.Complete(tokens.Length, tokens.Length);
            references.Add(new ReferenceRow { Tokens = tokens, Mask = mask });
            if (hasLabels)
                rows.Labels.Add(0.3f * (row / 2) - 0.5f);
            if (hasWeights)
                rows.Weights.Add(row / 2 + 0.5f);
            rows.Ids.Add((ulong)(row / 2));
        }
        return rows;
    }
}
