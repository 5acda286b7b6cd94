using Examples;
using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Training;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Fit against bare runs of its own step graph over a batch that was prepared beforehand.</summary>
static class LearningComparison
{
    const int Rounds = 3, Epochs = 5, Rows = 2048, Batch = 32, Classes = 9;

    public static int Run()
    {
        Console.WriteLine(Machine.Description);
        var thresholds = new Thresholds();
        Size(thresholds, length: 16, width: 64);
        Size(thresholds, length: 64, width: 64);
        Size(thresholds, length: 32, width: 128);
        TwoAtOnce();
        Vowels(thresholds, AttentionBlock.Residual, mostSeconds: 2.4);
        Vowels(thresholds, AttentionBlock.Encoder, mostSeconds: 3.8);
        return thresholds.Missed == 0 ? 0 : 1;
    }

    static void Size(Thresholds thresholds, int length, int width)
    {
        var context = new MLContext(seed: 1);
        var view = Labelled(context, [.. Enumerable.Repeat(length, Rows)], width);
        var estimator = Stage(context, AttentionBlock.Encoder, width, Epochs);
        using var bare = new BareStep(length, width);
        const int Steps = Rows / Batch * Epochs;
        var seconds = Paired.Measure(Rounds, () => estimator.Fit(view).Dispose(), () => bare.Run(Steps));
        var outside = 1 - Paired.Ratio(seconds[1], seconds[0]);
        Console.WriteLine($"{Rows} rows of T={length}, encoder of width {width}, 4 heads, batches of {Batch}: "
            + $"{seconds[0].Median() / Epochs:F3} s an epoch, {seconds[0].Median() / Steps * 1e3:F2} ms a step");
        thresholds.AtMost("share of the time outside session runs", outside, 0.15);
        if ((length, width) == (16, 64))
            thresholds.AtMost("times the bare run of the step graph", Paired.Ratio(seconds[0], seconds[1]), 1.1);
    }

    static void TwoAtOnce()
    {
        var context = new MLContext(seed: 1);
        var view = Labelled(context, [.. Enumerable.Repeat(16, Rows)], 64);
        var estimator = Stage(context, AttentionBlock.Encoder, 64, Epochs);
        void Fit() => estimator.Fit(view).Dispose();
        var seconds = Paired.Measure(Rounds, () => Parallel.Invoke(Fit, Fit), Fit);
        Console.WriteLine($"Two fits at once, T=16, width 64: {2 * Paired.Ratio(seconds[1], seconds[0]):F2} times the steps/s of one");
    }

    /// <summary>270 rows of 7 to 29 tokens of 12 channels in 9 classes: the shape of JapaneseVowels.</summary>
    static void Vowels(Thresholds thresholds, AttentionBlock block, double mostSeconds)
    {
        var context = new MLContext(seed: 1);
        var random = new Random(3);
        var view = Labelled(context, [.. Enumerable.Range(0, 270).Select(_ => random.Next(7, 30))], 12);
        var estimator = Stage(context, block, 64, epochs: 60);
        var seconds = Paired.Measure(Rounds, () => estimator.Fit(view).Dispose());
        thresholds.AtMost($"seconds for 60 epochs of 270 rows, block {block}", seconds[0].Median(), mostSeconds);
    }

    static MultiHeadAttentionEstimator Stage(MLContext context, AttentionBlock block, int width, int epochs) =>
        context.Transforms.MultiHeadAttention(new()
        {
            OutputColumnName = "Features",
            InputColumnNames = ["Tokens"],
            LabelColumnName = "Label",
            NumberOfHeads = 4,
            Block = block,
            ModelDimension = width,
            Pooling = AttentionPooling.Mean,
            Training = new() { NumberOfEpochs = epochs, BatchSize = Batch },
        });

    static IDataView Labelled(MLContext context, int[] lengths, int width)
    {
        var schema = SchemaDefinition.Create(typeof(LabelledRow));
        schema[nameof(LabelledRow.Tokens)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, width);
        var rows = EmbeddingRow.Draw(lengths, width)
            .Select((row, i) => new LabelledRow { Tokens = row.Tokens, Label = (uint)(i % Classes) + 1 });
        return context.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    sealed class LabelledRow
    {
        public float[] Tokens { get; init; } = [];

        [KeyType(Classes)]
        public uint Label { get; init; }
    }

    /// <summary>The step graph in a session of its own, fed the same batch and its own state again and again.</summary>
    sealed class BareStep : IDisposable
    {
        readonly InferenceSession _session;
        readonly RunOptions _run = new();
        readonly string[] _inputs;
        readonly string[] _outputs;
        readonly OrtValue[] _values;
        readonly OrtValue[] _results;

        public BareStep(int length, int width)
        {
            var a = new Architecture
            {
                Fields = [new(width)],
                ModelDimension = width,
                OutputDimension = width,
                NumberOfHeads = 4,
                NumberOfKeyValueHeads = 4,
                HeadDimension = width / 4,
                ValueHeadDimension = width / 4,
                Scale = 1 / Math.Sqrt(width / 4),
                Block = AttentionBlock.Encoder,
                FeedForwardDimension = 4 * width,
                Pooling = AttentionPooling.Mean,
            };
            var stage = ParameterResolution.Resolve(a, null, spec => ParameterDraw.Of(spec, new Random(1)));
            var options = new TrainingOptions();
            var objective = new SupervisedObjective(new(LabelKind.Class, Classes), smoothing: options.LabelSmoothing);
            var task = new TrainingTask(a, objective, stage, AttentionParameters.Create([]), HasMask: false, HasBias: false);
            var graph = TrainingGraph.Step(task, new LearnedTensors(task.Learned), new AdamW(options.WeightDecay), options.GradientClip,
                new Dropout(options.Dropout, 0));
            using var session = new SessionOptions();
            session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new InferenceSession(OnnxModel.Serialize(graph.Graph), session);
            var sizes = new Dictionary<string, long> { ["batch"] = Batch, ["sequence"] = length };
            long[] ShapeOf(Value v) => [.. v.Shape.Select(d => d.IsSymbolic ? sizes[d.Symbol!] : d.Size)];
            _inputs = [.. graph.Graph.Inputs.Select(i => i.Name)];
            _values = [.. graph.Graph.Inputs.Select(i => Filled(i, ShapeOf(i)))];
            _outputs = [.. graph.Graph.Outputs.Select(o => o.Name)];
            _results = [.. graph.Graph.Outputs.Select(o =>
                OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
                    ShapeOf(o)))];
        }

        static OrtValue Filled(Value input, long[] shape)
        {
            var count = (int)shape.Aggregate(1L, (product, size) => product * size);
            var random = new Random(1);
            return input.Type switch
            {
                ElementType.Bool =>
                    OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => random.NextDouble() < 0.9)
                        .ToArray(), shape),
                ElementType.Int64 =>
                    OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(i => (long)(i % Classes)).ToArray(), shape),
                _ => OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() * 0.1f)
                    .ToArray(), shape),
            };
        }

        public void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
                _session.Run(_run, _inputs, _values, _outputs, _results);
        }

        public void Dispose()
        {
            foreach (var value in (OrtValue[])[.. _values, .. _results])
                value.Dispose();
            _run.Dispose();
            _session.Dispose();
        }
    }
}
