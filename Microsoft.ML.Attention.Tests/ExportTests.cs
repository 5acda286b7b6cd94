using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What SaveOnnx writes is plain ONNX, and gives what the stage gives.</summary>
[TestClass]
public sealed class ExportTests
{
    // two orders of the same float32 sums
    static readonly Tolerance Reordering = new(2e-6, 2e-6);

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Nodes_BearThePathsOfTheirModules_AsPyTorchWritesThem()
    {
        using var folder = new TemporaryFolder();
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["Tokens"],
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            NumberOfLayers = 2,
            Block = AttentionBlock.Encoder,
            Pooling = AttentionPooling.Mean,
            Training = new() { Objective = TrainingObjective.None },
        };
        using var transformer = _ml.Transforms.MultiHeadAttention(options)
            .Fit(_ml.Data.LoadFromEnumerable(new[] { new { Tokens = new float[8] } }));
        transformer.SaveOnnx(folder["stage.onnx"]);

        var paths = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["stage.onnx"])).Graph.Node
            .Where(node => node.OpType is "MatMul" or "LayerNormalization" or "Attention" or "Relu" or "ReduceMean")
            .Select(node => node.Name[..(node.Name.LastIndexOf('/') + 1)]).Distinct();

        string[] layer = ["self_attn/", "self_attn/out_proj/", "norm1/", "linear1/", "", "linear2/", "norm2/"];
        CollectionAssert.AreEqual(
            new[] { 0, 1 }.SelectMany(n => layer.Select(module => $"/layers.{n}/{module}")).Append("/pool/").ToArray(), paths.ToArray());
    }

    [TestMethod]
    public void Nodes_OfClassifierAndConvolution_BearThePathsOfTheirTensors()
    {
        using var folder = new TemporaryFolder();
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["Tokens"],
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            ConvolutionWidth = 3,
            Pooling = AttentionPooling.Mean,
            LabelColumnName = "Label",
            ScoreColumnName = "Score",
            Training = new() { NumberOfEpochs = 1, Seed = 1 },
        };
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(
            new[] { new { Tokens = new float[8], Label = 0f }, new { Tokens = new[] { 1f, 2, 3, 4, 5, 6, 7, 8 }, Label = 1f } }));
        transformer.SaveOnnx(folder["stage.onnx"]);

        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["stage.onnx"])).Graph;

        Assert.IsTrue(graph.Node.Single(node => node.OpType == "Relu").Name.StartsWith("/convolution/", StringComparison.Ordinal));
        Assert.HasCount(1, graph.Node.Where(node =>
            node.OpType == "MatMul" && node.Name.StartsWith("/classifier/", StringComparison.Ordinal)));
    }

    static IEnumerable<string> Inputs => InputCase.Names;

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Model_OfEachTypeOfInput_GivesWhatTheStageGives(string input)
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of(input);
        using var transformer = inputs.Fit(_ml, inputs.Options with { AttentionWeightsColumnName = "Weights" });
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var session = Open(folder["stage.onnx"]);
        // Rows of one model run have one length: each row is a run, and each run has other lengths.
        ReferenceRow[] rows = [.. inputs.Rows(30).Where(row =>
            row.KeyLength > 0 && (row.Ids?.Length ?? row.Columns!.Distinct().Count()) >= transformer.Options.InputColumnNames.Count)];
        var transformed = transformer.Transform(inputs.View(_ml, rows));
        var expected = transformed.GetColumn<float[]>(transformer.Options.OutputColumnName).Zip(transformed.GetColumn<float[]>("Weights"));
        var output = transformer.Options.OutputColumnName == "A" ? "A.output" : "Out";

        foreach (var (row, (values, weights)) in rows.Zip(expected))
        {
            var actual = Run(session, transformer, row, [output, "Weights"]);
            Reordering.Check("Output", values.Select(v => (double)v), actual[0]);
            Reordering.Check("Attention weights", weights.Select(v => (double)v), actual[1]);
        }
    }

    [TestMethod]
    public void Model_OfACausalEncoderWithPositions_GivesWhatTheStageGives()
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of("ragged mask");
        using var transformer = inputs.Fit(_ml, inputs.Options with
        {
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            ModelDimension = 8,
            IsCausal = true,
            WindowSize = 2,
            NumberOfKeyValueHeads = 1,
            PositionalEncoding = PositionalEncoding.Rotary,
            Activation = Activation.SiluGated,
            Pooling = AttentionPooling.Last,
        });
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var session = Open(folder["stage.onnx"]);
        ReferenceRow[] rows = [.. inputs.Rows(20).Where(row => row.QueryLength > 0)];

        foreach (var (row, expected) in rows.Zip(transformer.Transform(inputs.View(_ml, rows)).GetColumn<float[]>("Out")))
            Reordering.Check("Output", expected.Select(v => (double)v), Run(session, transformer, row, ["Out"])[0]);
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Model_HasStandardOperatorsAndTheColumnsNames(string input)
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of(input);
        using var transformer = inputs.Fit(_ml);

        transformer.SaveOnnx(folder["stage.onnx"]);

        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["stage.onnx"]));
        Assert.AreEqual((string.Empty, 23L), (model.OpsetImport.Single().Domain, model.OpsetImport.Single().Version));
        Assert.IsTrue(model.Graph.Node.All(node => node.Domain.Length == 0));
        using var session = Open(folder["stage.onnx"]);
        var o = transformer.Options;
        var columns = o.InputColumnNames.Append(o.KeyColumnName).Append(o.ValueColumnName).Append(o.MaskColumnName)
            .Append(o.AttentionBiasColumnName).OfType<string>();
        CollectionAssert.AreEqual(columns.ToArray(), session.InputNames.ToArray());
        foreach (var (name, metadata) in session.InputMetadata)
        {
            Assert.AreEqual("batch", metadata.SymbolicDimensions[0], name);
            Assert.IsTrue(input == "columns of several widths" || metadata.Dimensions[1] == -1
                || name == "Bias", $"{name} has a fixed length.");
        }
    }

    [TestMethod]
    public void Model_OnARaggedColumn_ThroughApplyOnnxModel_GivesWhatTheStageGives()
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of("ragged");
        var view = inputs.View(_ml, [.. inputs.Rows(12).Where(row => row.QueryLength > 0)]);
        using var transformer = inputs.Fit(_ml);
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var applied = _ml.Transforms.ApplyOnnxModel(["Out"], ["A"], folder["stage.onnx"],
            shapeDictionary: new Dictionary<string, int[]> { ["A"] = [1, -1, 6] }, recursionLimit: 100).Fit(view);

        AreClose(transformer.Transform(view), applied.Transform(view));
    }

    [TestMethod]
    public void Model_OnAFixedColumn_ThroughApplyOnnxModel_GivesWhatTheStageGives()
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of("fixed");
        var view = inputs.View(_ml, inputs.Rows(12));
        using var transformer = inputs.Fit(_ml);
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var applied = _ml.Transforms.ApplyOnnxModel(["Out"], ["A"], folder["stage.onnx"],
            shapeDictionary: new Dictionary<string, int[]> { ["A"] = [-1, 4, 6] }, recursionLimit: 100).Fit(view);

        AreClose(transformer.Transform(view), applied.Transform(view));
    }

    [TestMethod]
    public void Model_OfALoadedStage_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        using var saved = InputCase.Of("mask").Fit(_ml);
        _ml.Model.Save(saved, null, folder["model.zip"]);
        using var loaded = (MultiHeadAttentionTransformer)new MLContext().Model.Load(folder["model.zip"], out _);

        saved.SaveOnnx(folder["saved.onnx"]);
        loaded.SaveOnnx(folder["loaded.onnx"]);

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["saved.onnx"]), File.ReadAllBytes(folder["loaded.onnx"]));
    }

    [TestMethod]
    public void Model_WhoseKeysAreAnInputColumn_HasOneInputForBoth()
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of("fixed");
        foreach (var options in new[] { inputs.Options with { KeyColumnName = "A" },
            inputs.Options with { KeyColumnName = "A", ValueColumnName = "A" }, inputs.Options with { InputColumnNames = ["A", "A"] } })
        {
            using var transformer = inputs.Fit(_ml, options);
            transformer.SaveOnnx(folder["stage.onnx"]);
            using var session = Open(folder["stage.onnx"]);
            var rows = inputs.Rows(3);

            foreach (var (row, expected) in rows.Zip(transformer.Transform(inputs.View(_ml, rows)).GetColumn<float[]>("Out")))
                Reordering.Check("Output", expected.Select(v => (double)v), Run(session, inputs.Options, row, ["Out"])[0]);
        }
    }

    /// <summary>As one that is too large for a message is, whose limit is 2 GB.</summary>
    [TestMethod]
    public void Model_ThatExceedsTheLimit_HasItsParametersBesideIt()
    {
        using var folder = new TemporaryFolder();
        var inputs = InputCase.Of("fixed");
        using var transformer = inputs.Fit(_ml);

        transformer.SaveOnnxWithin(folder["stage.onnx"], mostInside: 100);

        var tensors = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["stage.onnx"])).Graph.Initializer.ToDictionary(tensor =>
            tensor.Name);
        Assert.IsTrue(transformer.Parameters.Names.All(name => tensors[name].DataLocation == TensorProto.Types.DataLocation.External));
        var read = AttentionParameters.LoadOnnx(folder["stage.onnx"]);
        foreach (var name in transformer.Parameters.Names)
            CollectionAssert.AreEqual(transformer.Parameters[name].Values.ToArray(), read[name].Values.ToArray(), name);
        using var session = Open(folder["stage.onnx"]);
        var rows = inputs.Rows(3);
        foreach (var (row, expected) in rows.Zip(transformer.Transform(inputs.View(_ml, rows)).GetColumn<float[]>("Out")))
            Reordering.Check("Output", expected.Select(v => (double)v), Run(session, inputs.Options, row, ["Out"])[0]);
    }

    [TestMethod]
    public void SaveOnnx_OverAFile_ReplacesItAndLeavesNothingBeside()
    {
        using var folder = new TemporaryFolder();
        using var transformer = InputCase.Of("fixed").Fit(_ml);
        var path = folder.Write("stage.onnx", [1, 2, 3]);

        transformer.SaveOnnx(path);

        Assert.AreEqual(path, Directory.GetFiles(Path.GetDirectoryName(path)!).Single());
        Open(path).Dispose();
    }

    [TestMethod]
    public void SaveOnnx_WhereItCannotBeWritten_LeavesWhatWasThere()
    {
        using var folder = new TemporaryFolder();
        using var transformer = InputCase.Of("fixed").Fit(_ml);
        var kept = folder.Write(Path.Combine("stage.onnx", "kept"), [1]);    // a folder of the file's name

        Assert.Throws<Exception>(() => transformer.SaveOnnx(folder["stage.onnx"]));

        Assert.AreEqual(kept,
            Directory.GetFiles(Path.GetDirectoryName(Path.GetDirectoryName(kept))!, "*", SearchOption.AllDirectories).Single());
    }

    void AreClose(IDataView expected, IDataView actual)
    {
        foreach (var (e, a) in expected.GetColumn<float[]>("Out").Zip(actual.GetColumn<float[]>("Out"), (e, a) => (e, a)))
            Reordering.Check("Output", e.Select(v => (double)v), a);
    }

    static float[][] Run(InferenceSession session, MultiHeadAttentionTransformer transformer, ReferenceRow row, string[] outputs) =>
        Run(session, transformer.Options, row, outputs);

    static float[][] Run(InferenceSession session, MultiHeadAttentionOptions o, ReferenceRow row, string[] outputs)
    {
        var inputs = session.InputNames.ToDictionary(name => name, Input);
        using var run = new RunOptions();
        using var values = session.Run(run, inputs, outputs);
        foreach (var input in inputs.Values)
            input.Dispose();
        return [.. values.Select(value => value.GetTensorDataAsSpan<float>().ToArray())];

        OrtValue Input(string name) => name switch
        {
            _ when name == o.KeyColumnName => Embeddings(row.Keys!),
            _ when name == o.ValueColumnName => Embeddings(row.Values!),
            _ when name == o.MaskColumnName => OrtValue.CreateTensorValueFromMemory(row.Mask!, [1, row.KeyLength]),
            _ when name == o.AttentionBiasColumnName => Bias(),
            _ when row.Ids is not null =>
                OrtValue.CreateTensorValueFromMemory<long>([.. row.Ids.Select(id => (long)(id ?? -1))], [1, row.QueryLength]),
            _ => Embeddings([.. row.Tokens.Where((_, t) => o.InputColumnNames[row.Columns![t]] == name)]),
        };

        OrtValue Bias()
        {
            var maps = row.Bias!.Cast<double>().Select(value => (float)value).ToArray();
            var heads = row.Bias!.GetLength(0) == 1 ? Enumerable.Repeat(maps, o.NumberOfHeads!.Value).SelectMany(map => map) : maps;
            return OrtValue.CreateTensorValueFromMemory<float>([.. heads], [1, o.NumberOfHeads!.Value, row.QueryLength, row.KeyLength]);
        }

        static OrtValue Embeddings(double[][] tokens) =>
            OrtValue.CreateTensorValueFromMemory<float>([.. tokens.SelectMany(token => token).Select(value => (float)value)],
                [1, tokens.Length, tokens[0].Length]);
    }

    static InferenceSession Open(string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        return new InferenceSession(path, options);
    }
}
