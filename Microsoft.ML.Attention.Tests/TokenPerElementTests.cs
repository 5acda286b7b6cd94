using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Tables, each element of which is a token.</summary>
[TestClass]
public sealed class TokenPerElementTests
{
    const int Width = 8;

    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    readonly MLContext _ml = new(1);

    sealed class Row
    {
        public float Age { get; set; }

        [VectorType(2)]
        public float[] Sums { get; set; } = [];

        [KeyType(3)]
        public uint Town { get; set; }

        [VectorType(2), KeyType(4)]
        public uint[] Goods { get; set; } = [];

        public bool Label { get; set; }

        [NoColumn]
        public uint TownKey => unchecked(Town + 1);
    }

    /// <summary>ML.NET reads a key from a scalar as zero-based, from a vector as it is.</summary>
    static uint Key(uint key) => unchecked(key - 1);

    static readonly Row[] Rows =
    [
        new() { Age = 1, Sums = [2, -1], Town = Key(1), Goods = [1, 4] },
        new() { Age = float.NaN, Sums = [0.5f, float.NaN], Town = Key(3), Goods = [4, 0], Label = true },
        new() { Age = -2, Sums = [0, 1], Town = Key(0), Goods = [2, 2] },
        new() { Age = float.NaN, Sums = [float.NaN, float.NaN], Town = Key(0), Goods = [0, 0], Label = true },
    ];

    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = "Out",
        InputColumnNames = ["Town", "Age", "Goods", "Sums"],    // numbers come first all the same
        TokenPerElement = true,
        ModelDimension = Width,
        NumberOfHeads = 2,
        StandardizeInputs = true,
        Block = AttentionBlock.Encoder,
        Training = new() { Objective = TrainingObjective.None },
    };

    static IEnumerable<MultiHeadAttentionOptions> Cases =>
    [
        Options with { AttentionWeightsColumnName = "Weights" },
        Options with { Block = AttentionBlock.Attention, StandardizeInputs = false },
        Options with { InputColumnNames = ["Sums", "Age"] },
        Options with { InputColumnNames = ["Goods"], StandardizeInputs = null },
        Options with { UseBias = false, Pooling = AttentionPooling.Mean },
        Options with { Pooling = AttentionPooling.Class, AttentionWeightsColumnName = "Weights", NumberOfLayers = 2 },
        Options with { Pooling = AttentionPooling.Flatten, PositionalEncoding = PositionalEncoding.Learned },
        Options with { Pooling = AttentionPooling.MeanAndMax, PositionalEncoding = PositionalEncoding.Rotary },
        Options with { ElementBins = 2, StandardizeInputs = null, Pooling = AttentionPooling.Class },
        // more bins than numbers
        Options with { ElementBins = 5, StandardizeInputs = false, InputColumnNames = ["Sums", "Age"], UseBias = false },
        Options with { ElementBins = 3, StandardizeInputs = null, InputColumnNames = ["Goods"], Pooling = AttentionPooling.Mean },
    ];

    [TestMethod, DynamicData(nameof(Cases))]
    public void Elements_OfAnyKind_AreTheOraclesTokens_HoweverTheStageRuns(MultiHeadAttentionOptions options)
    {
        var view = _ml.Data.LoadFromEnumerable(Rows);
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        var outputs = transformer.Transform(view).GetColumn<float[]>("Out").ToArray();

        var tokens = options.InputColumnNames.Sum(name => name is "Sums" or "Goods" ? 2 : 1);
        foreach (var (row, output) in Rows.Zip(outputs))
            Rounding.Check("output", Expected(options, transformer.Parameters, row, tokens), output);
        using var loaded = SavedAndLoaded(transformer, view);
        using var alone = loaded.WithRuntime(new() { BatchSize = 1, IntraOpThreads = 1 });
        foreach (var (output, again) in outputs.Zip(alone.Transform(view).GetColumn<float[]>("Out")))
            new Tolerance(2e-6, 2e-6).Check("output, saved and loaded, alone", output.Select(value => (double)value), again);
        using var folder = new TemporaryFolder();
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var session = new InferenceSession(folder["stage.onnx"]);
        foreach (var (row, output) in Rows.Zip(outputs))
            new Tolerance(2e-6, 2e-6).Check("output, exported", output.Select(value => (double)value), Exported(session, row));
    }

    [TestMethod]
    public void Table_WithMissingNumbers_IsLearnedWithoutSkippingRows()
    {
        var random = new Random(1);
        // The label is whether the first number is there, or else whether two keys are the same.
        Row[] rows = [.. Enumerable.Range(0, 200)
            .Select(_ => (Known: random.Next(2) == 0, A: (uint)random.Next(1, 5), B: (uint)random.Next(1, 5))).Select(d => new Row
        {
            Age = d.Known ? random.NextSingle() : float.NaN,
            Sums = [random.NextSingle(), random.NextSingle()],
            Town = Key((uint)random.Next(1, 4)),
            Goods = [d.A, d.B],
            Label = d.Known,
        })];
        var view = _ml.Data.LoadFromEnumerable(rows);

        using var transformer = _ml.Transforms.MultiHeadAttention(Options with
        {
            LabelColumnName = "Label",
            StandardizeInputs = null,
            Pooling = AttentionPooling.Class,
            Training = new() { NumberOfEpochs = 20 }
        }).Fit(view);

        Assert.AreEqual((200L, 0L), (transformer.Training!.RowsUsed, transformer.Training.RowsSkipped));
        Assert.IsLessThan(0.3, transformer.Training.Losses[^1]);
        Assert.AreSequenceEqual([4L * 2, Width], transformer.Parameters["embedding.1.weight"].Shape);
        var known = rows.Where(row => !float.IsNaN(row.Age)).Select(row => (double)row.Age).ToArray();
        Assert.AreEqual(known.Average(), transformer.Parameters["input_mean"].Values.Span[0], 1e-5);
    }

    static IEnumerable<(MultiHeadAttentionOptions, string)> Contradictions =>
    [
        (Options with { EmbeddingDimension = 2 }, "EmbeddingDimension"), (Options with { PatchLength = 2 }, "PatchLength"),
        (Options with { ConvolutionWidth = 3 }, "ConvolutionWidth"),
        (Options with { MaskColumnName = "M" }, "MaskColumnName"), (Options with { MaximumLength = 3 }, "MaximumLength"),
        (Options with { ShareTokenTable = true }, "ShareTokenTable"),
        (Options with { Training = new() }, "LabelColumnName"), (Options with { TokenPerElement = false, ElementBins = 3 }, "ElementBins"),
    ];

    [TestMethod, DynamicData(nameof(Contradictions))]
    public void TokenPerElement_WithWhatReadsSequences_IsRefused(MultiHeadAttentionOptions options, string named)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.MultiHeadAttention(options));

        Assert.Contains("TokenPerElement", error.Message);
        Assert.Contains(named, error.Message);
    }

    /// <summary>The oracle of tokens that are made here, in loops: <c>x w + b</c>, a row of a table,
    /// or what stands for a missing number.</summary>
    static IEnumerable<double> Expected(MultiHeadAttentionOptions options, AttentionParameters parameters, Row row, int count)
    {
        var p = new ReferenceParameters(parameters);
        List<double[]> tokens = [];
        List<bool> there = [];
        foreach (var (value, n) in options.InputColumnNames.SelectMany(name => name == "Age" ? [row.Age] : name == "Sums" ? row.Sums : [])
            .Select((value, n) => (value, n)))
        {
            var x = p.Vector("input_mean") is { } mean ? (value - mean[n]) * p.Vector("input_scale")![n] : value;
            double[] product = options.ElementBins is int bins ? InBins(p, n, bins, value)
                : [.. p.Matrix("element.weight")[n].Select(weight => x * weight)];
            var bias = p.Has("element.bias") ? p.Matrix("element.bias")[n] : new double[Width];
            tokens.Add(float.IsNaN(value) ? p.Matrix("element.missing")[n] : [.. product.Zip(bias, (sum, b) => sum + b)]);
            there.Add(true);
        }
        var (table, tables) = (0, parameters.Names.Count(name => name.StartsWith("embedding.", StringComparison.Ordinal)));
        foreach (var name in options.InputColumnNames.Where(name => name is "Town" or "Goods"))
        {
            var (keys, ids) = name == "Town" ? (new[] { row.TownKey }, 3) : (row.Goods, 4);
            var rows = p.Matrix(tables == 1 ? "embedding.weight" : $"embedding.{table++}.weight");
            foreach (var (place, key) in keys.Index())
            {
                tokens.Add(key == 0 ? new double[Width] : rows[place * ids + (int)key - 1]);
                there.Add(key > 0);
            }
        }
        Assert.HasCount(count, tokens);
        var others = AttentionParameters.Create(parameters.Names.Where(name => !name.StartsWith("input_", StringComparison.Ordinal))
            .Select(name => KeyValuePair.Create(name, parameters[name])));
        var plain = options with { TokenPerElement = false, EmbeddingDimension = Width, MaskColumnName = "Mask", MaximumLength = count };
        return Reference.Row(plain, others, new() { Tokens = [.. tokens], Mask = [.. there] }).Output.SelectMany(token => token);
    }

    /// <summary>Each bin's vector, as far as the number reaches into the bin. Gorishniy et al. 2022, equation 1.</summary>
    static double[] InBins(ReferenceParameters p, int number, int bins, double x)
    {
        var (edges, vectors) = (p.Matrix("element.bins")[number], p.Filters("element.weight"));
        double[] distinct = [.. edges.Distinct()];
        var sum = new double[Width];
        for (var t = 0; t < distinct.Length - 1; t++)
        {
            var reach = (x - distinct[t]) / (distinct[t + 1] - distinct[t]);
            if (t > 0)
                reach = Math.Max(reach, 0);
            if (t < distinct.Length - 2)
                reach = Math.Min(reach, 1);
            for (var e = 0; e < Width; e++)
                sum[e] += reach * vectors[number * bins + t][e];
        }
        return sum;
    }

    [TestMethod]
    public void Bins_OfANumber_AreLearnedAsACurve_AndHaveTheEdgesOfItsQuantiles()
    {
        // true between the quartiles: no line through the number tells that
        Row[] rows = [.. Enumerable.Range(0, 101).Select(i => new Row { Age = i, Label = i is > 25 and < 75 })];
        var view = _ml.Data.LoadFromEnumerable(rows);
        var options = Options with
        {
            InputColumnNames = ["Age"],
            Block = AttentionBlock.Attention,
            StandardizeInputs = null,
            LabelColumnName = "Label",
            ScoreColumnName = "Score",
            Pooling = AttentionPooling.Mean,
            Training = new() { NumberOfEpochs = 60 },
        };

        Assert.IsGreaterThan(0.6, Loss(options));
        Assert.IsLessThan(0.5, Loss(options with { ElementBins = 4 }));     // smoothed labels cost .2 at least

        double Loss(MultiHeadAttentionOptions options)
        {
            using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);
            if (options.ElementBins is not null)
                Assert.AreSequenceEqual([0f, 25, 50, 75, 100], transformer.Parameters["element.bins"].Values.ToArray());
            var proposed = MultiHeadAttentionOptions.FromCheckpoint(transformer.Parameters, 2).Options;
            Assert.AreEqual((true, options.ElementBins), (proposed.TokenPerElement, proposed.ElementBins));
            return transformer.Training!.Losses[^1];
        }
    }

    static float[] Exported(InferenceSession session, Row row)
    {
        var inputs = session.InputNames.ToDictionary(name => name, name => name switch
        {
            "Age" => OrtValue.CreateTensorValueFromMemory([row.Age], [1, 1, 1]),
            "Sums" => OrtValue.CreateTensorValueFromMemory(row.Sums, [1, 1, 2]),
            "Town" => OrtValue.CreateTensorValueFromMemory([(long)row.TownKey - 1], [1, 1]),
            _ => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(row.Goods, key => (long)key - 1), [1, 2]),
        });
        using var run = new RunOptions();
        using var results = session.Run(run, inputs, ["Out"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    MultiHeadAttentionTransformer SavedAndLoaded(MultiHeadAttentionTransformer transformer, IDataView view)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        return (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);
    }
}
