using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Losses of labels, of rows and of tokens, weighted and not, against the oracle in plain loops;
/// their gradients against central differences of it.</summary>
[TestClass]
public sealed class SupervisedObjectiveTests
{
    const int Width = 4, Classes = 3;

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

    static IEnumerable<(string Kind, int Size, bool OfTokens, bool HasWeights, double Smoothing, bool HasDense, bool Mixes)> Cases =>
        from kind in Enum.GetValues<LabelKind>()
        from ofTokens in new[] { false, true }
        from hasWeights in new[] { false, true }
        from mixes in ofTokens ? new[] { false } : [false, true]
        let size = kind == LabelKind.Class ? Classes : kind == LabelKind.Number && ofTokens && hasWeights ? 2 : 1
        select ($"{kind}", size, ofTokens, hasWeights, kind == LabelKind.Number ? 0 : hasWeights ? 0.2 : 0, ofTokens, mixes);

    [TestMethod, DynamicData(nameof(Cases))]
    public void LossAndGradient_OfEachKindOfLabel_AreTheOracles(
        string label, int size, bool ofTokens, bool hasWeights, double smoothing, bool hasDense, bool mixes)
    {
        var kind = Enum.Parse<LabelKind>(label);
        var prediction = new Prediction(kind, size, ofTokens, hasDense);
        var a = Stage with { Prediction = prediction };
        var random = new Random(5);
        var initial = ParameterResolution.Resolve(a, null, spec =>
            ParameterDraw.Of(spec.Draw == Draw.Zeros ? spec with { Draw = Draw.Normal } : spec, random));
        var rows = Rows(prediction, hasWeights, mixes, out var references);
        var (mean, deviation) = kind == LabelKind.Number ? (0.5, 2) : (0, 1);
        var objective = new SupervisedObjective(prediction, mean, deviation, smoothing, hasWeights, mixes);
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
            ReferenceLoss.Of(AttentionParameters.Create(tensors), Options, references, rows, prediction, smoothing, mean, deviation);
    }

    /// <summary>Rows of 1 to 4 tokens, of which some are hidden and some have no label.</summary>
    static LabelledRows Rows(Prediction prediction, bool hasWeights, bool mixes, out List<ReferenceRow> references)
    {
        var random = new Random(9);
        references = [];
        var rows = new LabelledRows(new RowLayout([new(Width)], HasMask: true, HasBias: false, NumberOfHeads: 2))
        {
            LabelsPerToken = !prediction.OfTokens ? 0 : prediction.Kind == LabelKind.Number ? prediction.Size : 1,
        };
        for (var row = 0; row < 5; row++)
        {
            var tokens = Enumerable.Range(0, 1 + row % 4)
                .Select(_ => Enumerable.Range(0, Width).Select(_ => (double)(random.NextSingle() * 2 - 1)).ToArray()).ToArray();
            bool[] mask = [.. tokens.Select((_, t) => t != 1)];
            tokens.SelectMany(token => token).Select(value => (float)value).ToArray()
                .CopyTo(rows.Rows.Fields[0].Numbers.Append(tokens.Length * Width));
            mask.CopyTo(rows.Rows.Mask!.Append(mask.Length));
            rows.Rows.Complete(tokens.Length, tokens.Length);
            references.Add(new ReferenceRow { Tokens = tokens, Mask = mask });
            if (prediction.OfTokens)
                foreach (ref var label in rows.TokenLabels.Append(tokens.Length * rows.LabelsPerToken))
                    label = random.Next(4) == 0 ? float.NaN : Label();
            else
                rows.Labels.Add(Label());
            if (hasWeights)
                rows.Weights.Add(row + 0.5f);
            if (mixes)
            {
                rows.OtherLabels.Add(Label());
                rows.Shares.Add(random.NextSingle());
            }
            rows.Ids.Add((ulong)row);
        }
        return rows;

        float Label() => prediction.Kind switch
        {
            LabelKind.Class => random.Next(Classes),
            LabelKind.Boolean => random.Next(2),
            _ => random.NextSingle() * 4,
        };
    }
}
