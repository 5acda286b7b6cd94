using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Twenty steps of training are libtorch's: the losses, the norms of the gradients,
/// the parameters at the end and what they score.</summary>
[TestClass]
public sealed class GoldenTrainingTests
{
    /// <summary>Each with its tensors together in the graph, and each by itself in memory.</summary>
    static IEnumerable<(string, bool)> Cases => Golden.TrainingNames.SelectMany(name => new[] { (name, false), (name, true) });

    [TestMethod, DynamicData(nameof(Cases))]
    public void TrainingStep_TwentyTimes_FollowsLibtorch(string name, bool isApart)
    {
        var golden = Golden.Load(name);
        using var training = new Training(golden, isApart);
        var rate = golden.Settings.GetProperty("optimizer").GetProperty("lr").GetDouble();
        var (losses, norms) = (new List<float>(), new List<float>());

        using var step = training.Step(training.Optimizer, training.Clip);
        for (var n = 0; n < golden.Settings.GetProperty("steps").GetInt32(); n++)
        {
            var (loss, norm) = step.Run(training.Batch, rate);
            losses.Add(loss);
            norms.Add(norm);
        }

        golden.Tolerance("losses").Check("losses", golden.Expected["losses"].Doubles, losses);
        golden.Tolerance("grad_norms").Check("norms of the gradients", golden.Expected["grad_norms"].Doubles, norms);
        using var evaluation = new EvaluationStep(training.Task, training.Tensors, training.Provider);
        golden.Tolerance("losses")
            .Check("final loss", golden.Expected["final_loss"].Doubles, [evaluation.Run(training.Batch, step.Parameters)]);
        var learned = step.Read();
        foreach (var (tensor, values) in learned.All)
            golden.Tolerance("final_parameters")
                .Check($"final.{tensor}", Compared(golden, $"final.{tensor}", golden.Expected[$"final.{tensor}"].Doubles),
                    Compared(golden, $"final.{tensor}", Doubles(values)));
        CheckOutput(golden, training.Initial, "output");
        CheckOutput(golden, learned, "final_output");
    }

    [TestMethod, DynamicData(nameof(Cases))]
    public void TrainingStep_OfPlainDescentAtRateOne_TakesAwayLibtorchsGradients(string name, bool isApart)
    {
        var golden = Golden.Load(name);
        using var training = new Training(golden, isApart);
        using var step = training.Step(new Sgd(), clip: 0);

        step.Run(training.Batch, rate: 1);

        foreach (var (tensor, after) in step.Read().All)
            golden.Tolerance("gradients").Check($"grad.{tensor}", golden.Expected[$"grad.{tensor}"].Doubles,
                Doubles(training.Initial[tensor]).Zip(Doubles(after), (before, now) => before - now));
    }

    [TestMethod]
    public void Decayed_OfAStageAndItsReadOut_AreTheMatricesThatLibtorchDecayed()
    {
        var golden = Golden.Load("F02_train_multiclass_adamw");
        using var training = new Training(golden);

        var decayed = training.Vector.Unpack(training.Vector.Decayed).ToDictionary();

        foreach (var (list, isDecayed) in new[] { ("decayed_parameters", 1f), ("not_decayed_parameters", 0f) })
            foreach (var tensor in golden.Settings.GetProperty("optimizer").GetProperty(list).EnumerateArray())
                Assert.IsTrue(decayed[golden.Renamed(tensor.GetString()!)].Values.Span.IndexOfAnyExcept(isDecayed) < 0, tensor.GetString());
    }

    /// <summary>The stage as a user runs it, and the read-out by hand.</summary>
    static void CheckOutput(Golden golden, AttentionParameters parameters, string expected)
    {
        var context = new MLContext(1);
        var view = Shown(golden).ToDataView(context, golden.Options);
        var stage = AttentionParameters.Create(parameters.All.Where(t => !t.Key.StartsWith(golden.ReadOut, StringComparison.Ordinal)));
        using var transformer = context.Transforms.MultiHeadAttention(golden.Options with { Parameters = stage }).Fit(view);
        var head = new ReferenceParameters(parameters).Affine(golden.ReadOut);
        foreach (var (b, output) in transformer.Transform(view).GetColumn<float[]>(RowColumns.Output).Index())
        {
            double[][] vectors = [.. output.Chunk(golden.Options.ModelDimension!.Value)
                .Select(token => Array.ConvertAll(token, x => (double)x))];
            double[][] wanted = golden.Options.Pooling == AttentionPooling.None
                ? golden.Expected[expected][b].Matrix
                : [golden.Expected[expected][b].Doubles];
            var isToken = golden.Options.Pooling == AttentionPooling.None ? golden.Rows[b].Mask! : [true];
            foreach (var (t, read) in head.Apply(vectors).Index())
                if (isToken[t])
                    golden.Tolerance("output").Check($"{expected} of row {b}, vector {t}", wanted[t], read);
        }
    }

    /// <summary>The rows, zeros in place of the tokens that reconstruction hides.</summary>
    static ReferenceRow[] Shown(Golden golden) => !golden.Inputs.TryGetValue("reconstruction_mask", out var hidden) ? [.. golden.Rows]
        : [.. golden.Rows.Select((row, b) =>
            row with { Tokens = [.. row.Tokens.Select((token, t) => hidden[b].Booleans[t] ? new double[token.Length] : token)] })];

    /// <summary>Without the places where the true gradient is 0 and libtorch's own drift is rounding.</summary>
    static IEnumerable<double> Compared(Golden golden, string tensor, IEnumerable<double> values)
    {
        var ignored = golden.Settings.GetProperty("ignore_ranges").EnumerateArray()
            .Where(range => range.GetProperty("tensor").GetString() == tensor)
            .Select(range => (From: range.GetProperty("from").GetInt32(), To: range.GetProperty("to_exclusive").GetInt32())).ToArray();
        return values.Where((_, i) => !ignored.Any(range => i >= range.From && i < range.To));
    }

    static IEnumerable<double> Doubles(AttentionTensor tensor) => tensor.Values.ToArray().Select(x => (double)x);

    /// <summary>A case's task, its rows in one batch, and its optimizer.</summary>
    sealed class Training : IDisposable
    {
        readonly Golden _golden;

        /// <param name="golden">The case.</param>
        /// <param name="isApart">Whether each tensor is stepped by itself, in memory; otherwise all together, in the graph.</param>
        public Training(Golden golden, bool isApart = false)
        {
            _golden = golden;
            var stage = new GoldenStage(golden);
            var task = golden.Settings.GetProperty("task").GetString();
            Objective objective = task switch
            {
                "multiclass" => new SupervisedObjective(new(LabelKind.Class, golden.Settings.GetProperty("outputs").GetInt32())),
                "binary" => new SupervisedObjective(new(LabelKind.Boolean, 1)),
                "regression" => new SupervisedObjective(new(LabelKind.Number, 1)),
                _ => new ReconstructionObjective(share: 0.5),
            };
            Task = new TrainingTask(stage.Architecture, objective, stage.Parameters, AttentionParameters.Create([]), HasMask: true,
                HasBias: false);
            Tensors = new LearnedTensors(Task.Learned, isApart ? 1 : long.MaxValue);
            Initial = Golden.ToParameters(golden.Tensors);
            Batch = new BatchInputs(Task, stage.Rows.Rows);
            Batch.Fill(LengthGroup.Of(stage.Rows.Rows, Enumerable.Range(0, stage.Rows.Rows.Count).ToArray()));
            if (golden.Inputs.TryGetValue("reconstruction_mask", out var hidden))
                Batch.AddHidden((row, places) => hidden[row].Booleans.AsSpan(0, places.Length).CopyTo(places));
            else
            {
                stage.Rows.Labels.AddRange(golden.Inputs.TryGetValue("labels", out var labels)
                    ? labels.Longs.Select(label => (float)label)
                    : golden.Inputs["targets"].Floats);
                objective.Feed(Batch, stage.Rows, new Random(1));
            }
        }

        public TrainingTask Task { get; }

        public LearnedTensors Tensors { get; }

        public ParameterVector Vector => Tensors.Vectors.Single();

        public AttentionParameters Initial { get; }

        public BatchInputs Batch { get; }

        public ProviderSession Provider { get; } = ProviderSession.Choose(new() { IntraOpThreads = 1 }, null, false, _ => { });

        public Optimizer Optimizer
        {
            get
            {
                var settings = _golden.Settings.GetProperty("optimizer");
                return settings.GetProperty("type").GetString() == "SGD" ? new Sgd()
                    : new AdamW(settings.GetProperty("weight_decay").GetDouble(), settings.GetProperty("beta1").GetDouble(),
                        settings.GetProperty("beta2").GetDouble(), settings.GetProperty("eps").GetDouble());
            }
        }

        public double Clip =>
            _golden.Settings.GetProperty("gradient_clipping") is { ValueKind: System.Text.Json.JsonValueKind.Object } clipping
                ? clipping.GetProperty("max_norm").GetDouble()
                : 0;

        public TrainingStep Step(Optimizer optimizer, double clip) =>
            new(Task, Tensors, Provider, Initial, optimizer, clip, new Dropout(0, 0), seed: 1);

        public void Dispose() => Batch.Dispose();
    }
}
