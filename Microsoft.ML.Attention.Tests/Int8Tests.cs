using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Change = System.Func<Microsoft.ML.Attention.MultiHeadAttentionOptions, Microsoft.ML.Attention.MultiHeadAttentionOptions>;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Precision Int8 through the whole stage: near float32, a row what it is alone, and only where rows are scored.</summary>
[TestClass]
public sealed class Int8Tests
{
    const int Width = 32, Ids = 40, Lengths = 6;

    static readonly AttentionRuntimeOptions Int8 = new() { Precision = AttentionPrecision.Int8 };

    // What the contract allows: a row with other rows, in batches of any size.
    static readonly Tolerance BatchMates = new(1e-5, 0);

    readonly MLContext _ml = new(seed: 1);

    static readonly Dictionary<string, Change> Stages = new()
    {
        ["attention"] = o => o,
        ["attention, pooled by mean"] = o => o with { Pooling = AttentionPooling.Mean },
        ["attention, pooled by attention"] = o => o with { Pooling = AttentionPooling.Attention },
        ["grouped-query attention with rotary positions"] = o =>
            o with { NumberOfKeyValueHeads = 2, PositionalEncoding = PositionalEncoding.Rotary },
        ["causal attention with QK-norm, without biases"] = o =>
            o with { IsCausal = true, NormalizeQueriesAndKeys = true, UseBias = false },
        ["cross-attention"] = o => o with { KeyColumnName = RowColumns.Keys },
        ["cross-attention to keys of another width, and values"] = o =>
            o with { KeyColumnName = RowColumns.Keys, KeyDimension = 24, ValueColumnName = RowColumns.Values, ValueDimension = 8 },
        ["residual"] = o => o with { Block = AttentionBlock.Residual },
        ["residual, projected inputs, two layers"] = o =>
            o with { Block = AttentionBlock.Residual, ModelDimension = 48, NumberOfLayers = 2 },
        ["encoder"] = o => o with { Block = AttentionBlock.Encoder },
        ["encoder, GELU, norms before"] = o =>
            o with { Block = AttentionBlock.Encoder, Activation = Activation.Gelu, NormalizationOrder = NormalizationOrder.Pre },
        ["encoder, three layers"] = o => o with { Block = AttentionBlock.Encoder, NumberOfLayers = 3 },
        ["encoder, gated, RMS norm"] = o =>
            o with { Block = AttentionBlock.Encoder, Activation = Activation.SiluGated, Normalization = Normalization.RmsNorm },
        ["token ids"] = o =>
            o with
            {
                Block = AttentionBlock.Encoder,
                InputColumnNames = [RowColumns.Ids],
                EmbeddingDimension = null,
                ModelDimension = Width
            },
        ["masked rows"] = o => o with { Block = AttentionBlock.Encoder, MaskColumnName = RowColumns.Mask },
    };

    static IEnumerable<string> StageNames => Stages.Keys;

    static IEnumerable<string> Inputs => InputCase.Names;

    [TestMethod, DynamicData(nameof(StageNames))]
    public void Output_OfAnyStage_IsFloat32WithinOneAndAHalfPercent(string stage)
    {
        var (options, rows) = Stage(stage);
        using var real = Fit(options, rows);
        using var int8 = real.WithRuntime(Int8);

        var error = RootMeanSquare.Error(Outputs(real, rows), Outputs(int8, rows));

        Assert.IsTrue(error is > 1e-4 and < 0.015, $"{stage}: {error:P2}");
    }

    [TestMethod, DynamicData(nameof(StageNames))]
    public void Row_BesideALouderOne_IsItsOwn(string stage)
    {
        var (options, rows) = Stage(stage);
        using var real = Fit(options, rows);
        using var int8 = real.WithRuntime(Int8);
        // Of each length the rows that come first are as they were.
        ReferenceRow[] louder = [.. rows[..Lengths],
            .. rows[Lengths..].Select(row => row with { Tokens = Louder(row.Tokens), Keys = row.Keys is null ? null : Louder(row.Keys) })];

        var (quiet, loud) = (Outputs(int8, rows), Outputs(int8, louder));

        for (var n = 0; n < Lengths; n++)
            BatchMates.Check($"{stage}, row {n}", quiet[n].Select(value => (double)value), loud[n]);

        static double[][] Louder(double[][] tokens) => [.. tokens.Select(token => token.Select(value => 1000 * value).ToArray())];
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Row_OfEachTypeOfInput_InBatchesOfAnySize_IsTheSame(string input)
    {
        var inputs = InputCase.Of(input);
        var view = inputs.View(_ml, inputs.Rows(70));
        using var batched = inputs.Fit(_ml, inputs.Options with { Runtime = Int8 });
        var expected = Outputs(batched, view);

        foreach (var size in new[] { 1, 7, 64 })
        {
            using var other = batched.WithRuntime(Int8 with { BatchSize = size });
            var outputs = Outputs(other, view);
            for (var n = 0; n < expected.Length; n++)
                BatchMates.Check($"row {n} in batches of {size}", expected[n].Select(value => (double)value), outputs[n]);
        }
    }

    [TestMethod]
    [DataRow(AttentionBlock.Attention)]
    [DataRow(AttentionBlock.Residual)]
    [DataRow(AttentionBlock.Encoder)]
    public void NaN_InAToken_StaysNaN_AndInItsRow(AttentionBlock block)
    {
        var inputs = InputCase.Of("ragged");
        using var transformer = inputs.Fit(_ml, inputs.Options with { Block = block, WindowSize = 0, Runtime = Int8 });
        ReferenceRow[] rows = [.. inputs.Rows(12).Where(row => row.QueryLength > 1)];
        var clean = Outputs(transformer, inputs.View(_ml, rows));

        for (var place = 0; place < 6; place++)
        {
            double[] token = [.. rows[0].Tokens[1].Select((value, i) => i == place ? double.NaN : value)];
            var spoiled = Outputs(transformer,
                inputs.View(_ml, [rows[0] with { Tokens = [rows[0].Tokens[0], token, .. rows[0].Tokens[2..]] }, .. rows[1..]]));

            Assert.IsTrue(spoiled[0][6..12].All(float.IsNaN), $"[{string.Join(", ", spoiled[0])}]");
            for (var n = 1; n < rows.Length; n++)
                CollectionAssert.AreEqual(clean[n], spoiled[n], $"row {n}");
        }
    }

    [TestMethod]
    public void TokensOfZeros_GiveWhatTheyDoInFloat32()
    {
        var (options, rows) = Stage("attention");
        using var real = Fit(options, rows);
        using var int8 = real.WithRuntime(Int8);
        ReferenceRow[] zeros = [new() { Tokens = [new double[Width], new double[Width]] }];

        CollectionAssert.AreEqual(Outputs(real, zeros)[0], Outputs(int8, zeros)[0]);    // no product of a zero has been rounded
    }

    [TestMethod]
    public void LoadedStage_IsInt8_AndGivesTheSameRows()
    {
        var (options, rows) = Stage("encoder");
        using var saved = Fit(options with { Runtime = Int8 }, rows);
        using var file = new MemoryStream();
        _ml.Model.Save(saved, null, file);
        file.Position = 0;

        using var loaded = (MultiHeadAttentionTransformer)new MLContext().Model.Load(file, out _);

        Assert.AreEqual(AttentionPrecision.Int8, loaded.Options.Runtime.Precision);
        foreach (var (expected, actual) in Outputs(saved, rows).Zip(Outputs(loaded, rows)))
            CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Parameters_AndTheExportedModel_AreThoseOfFloat32()
    {
        using var folder = new TemporaryFolder();
        var (options, rows) = Stage("encoder");
        using var real = Fit(options, rows);
        using var int8 = real.WithRuntime(Int8);

        real.SaveOnnx(folder["float32.onnx"]);
        int8.SaveOnnx(folder["int8.onnx"]);

        Assert.AreSame(real.Parameters, int8.Parameters);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["float32.onnx"]), File.ReadAllBytes(folder["int8.onnx"]));
    }

    [TestMethod]
    public void AnalyzeHeads_IsThatOfFloat32()
    {
        var (options, rows) = Stage("encoder");
        using var real = Fit(options, rows);
        using var int8 = real.WithRuntime(Int8);
        var view = View(options, rows);

        Assert.AreEqual(real.AnalyzeHeads(view).ToString(), int8.AnalyzeHeads(view).ToString());
    }

    [TestMethod]
    public void Fit_LearnsInFloat32()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(20));
        var options = Frames.Options with { LabelColumnName = nameof(Frames.Label), Training = new() { NumberOfEpochs = 2, Seed = 1 } };
        using var real = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var int8 = _ml.Transforms.MultiHeadAttention(options with { Runtime = Int8 }).Fit(view);

        foreach (var name in real.Parameters.Names)
            TensorAssert.AreEqual(real.Parameters[name], int8.Parameters[name], name);
        Assert.AreEqual(AttentionPrecision.Int8, int8.Options.Runtime.Precision);
    }

    [TestMethod]
    public void FallbackToTheCpu_OfInt8_RunsIt()
    {
        var (options, rows) = Stage("attention");

        using var transformer =
            Fit(options with { Runtime = Int8 with { ExecutionProvider = ExecutionProvider.OpenVino, FallbackToCpu = true } }, rows);

        Assert.AreEqual(ExecutionProvider.Cpu, transformer.Provider);
    }

    /// <summary>Options, and 24 rows of 3 to 8 tokens of numbers between -1 and 1.</summary>
    static (MultiHeadAttentionOptions Options, ReferenceRow[] Rows) Stage(string name)
    {
        var options = Stages[name](new()
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            EmbeddingDimension = Width,
            NumberOfHeads = 4,
            Training = new() { Objective = TrainingObjective.None, Seed = 1 },
        });
        var random = new Random(5);
        return (options, [.. Enumerable.Range(0, 24)
            .Select(n => RandomCase.Row(options, random, 3 + n % Lengths, 8 - n % Lengths, options.EmbeddingDimension is null ? Ids : 0))]);
    }

    IDataView View(MultiHeadAttentionOptions options, ReferenceRow[] rows) =>
        rows.ToDataView(_ml, options, options.EmbeddingDimension is null ? TokenShape.Ragged : TokenShape.FlatRagged,
            options.EmbeddingDimension is null ? Ids : 0);

    MultiHeadAttentionTransformer Fit(MultiHeadAttentionOptions options, ReferenceRow[] rows) =>
        _ml.Transforms.MultiHeadAttention(options).Fit(View(options, rows));

    float[][] Outputs(MultiHeadAttentionTransformer transformer, ReferenceRow[] rows) =>
        Outputs(transformer, View(transformer.Options, rows));

    static float[][] Outputs(MultiHeadAttentionTransformer transformer, IDataView view) =>
        [.. transformer.Transform(view).GetColumn<float[]>(transformer.Options.OutputColumnName)];
}
