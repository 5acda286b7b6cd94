using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>A step of plain descent by some objective through a whole stage: its loss against an oracle in plain loops, its gradients
/// against central differences of that.</summary>
static class ObjectiveStep
{
    public const int Width = 4;

    public static readonly MultiHeadAttentionOptions Options = new()
    {
        InputColumnNames = [RowColumns.Tokens],
        EmbeddingDimension = Width,
        NumberOfHeads = 2,
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
    };

    /// <summary>What <see cref="Options"/> mean.</summary>
    public static readonly Architecture Stage = new()
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

    public static readonly RowLayout Layout = new([new(Width)], HasMask: true, HasBias: false, NumberOfHeads: 2);

    /// <summary>Adds a row of 1 to 4 tokens, the second of which is hidden.</summary>
    public static ReferenceRow AddRow(RaggedRows rows, Random random)
    {
        double[][] tokens = [.. Enumerable.Range(0, 1 + rows.Count % 4)
            .Select(_ => Enumerable.Range(0, Width).Select(_ => (double)(random.NextSingle() * 2 - 1)).ToArray())];
        bool[] mask = [.. tokens.Select((_, t) => t != 1)];
        float[] numbers = [.. tokens.SelectMany(token => token).Select(value => (float)value)];
        numbers.CopyTo(rows.Fields[0].Numbers.Append(numbers.Length));
        mask.CopyTo(rows.Mask!.Append(mask.Length));
        rows.Complete(tokens.Length, tokens.Length);
        return new ReferenceRow { Tokens = tokens, Mask = mask };
    }

    /// <param name="a">The stage, with all parameters drawn.</param>
    /// <param name="objective">What is minimized.</param>
    /// <param name="rows">One batch of them.</param>
    /// <param name="oracle">The loss of these rows by some parameters.</param>
    public static void Check(Architecture a, Objective objective, LabelledRows rows, Func<AttentionParameters, double> oracle)
    {
        var random = new Random(5);
        var initial = ParameterResolution.Resolve(a, null,
            spec => ParameterDraw.Of(spec.Draw == Draw.Zeros ? spec with { Draw = Draw.Normal } : spec, random));
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

        Assert.AreEqual(Oracle(start), loss, 2e-6);
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

        float[] With(int at, float value)
        {
            var moved = start.ToArray();
            moved[at] = value;
            return moved;
        }

        double Oracle(float[] parameters) => oracle(AttentionParameters.Create(vector.Unpack(parameters)));
    }
}
