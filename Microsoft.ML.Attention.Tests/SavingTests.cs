using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Model.Save and Model.Load, in this process and in a fresh one, of good files and damaged ones.</summary>
[TestClass]
public sealed class SavingTests
{
    const string Entries = "TransformerChain/";

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Inputs => InputCase.Names;

    [TestMethod, DynamicData(nameof(Inputs))]
    public void LoadedStage_OfEachTypeOfInput_GivesTheSameRowsAndOptions(string input)
    {
        var inputs = InputCase.Of(input);
        var view = inputs.View(_ml, inputs.Rows(5));
        using var saved = inputs.Fit(_ml, inputs.Options with { AttentionWeightsColumnName = "Weights" });

        using var loaded = Load(Save(saved, view.Schema), out var schema);

        Assert.AreEqual(saved.Options, loaded.Options);
        Assert.AreEqual(view.Schema.ToString(), schema.ToString());
        Assert.AreEqual(saved.Transform(view).Read().Text(), loaded.Transform(view).Read().Text());
    }

    [TestMethod]
    public void LoadedStage_HasTheSameTensorsAndReport()
    {
        var options = Frames.Options with
        {
            Training = new() { NumberOfEpochs = 2, Seed = 1 },
            HeadWindowSizes = [1, null],
            StandardizeInputs = true
        };
        using var saved = _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(20)));

        using var loaded = Load(Save(saved, null), out _);

        Assert.AreSequenceEqual(saved.Parameters.Names, loaded.Parameters.Names);
        foreach (var name in saved.Parameters.Names)
            TensorAssert.AreEqual(saved.Parameters[name], loaded.Parameters[name], name);
        Assert.AreEqual(JsonSerializer.Serialize(saved.Training), JsonSerializer.Serialize(loaded.Training));
        Assert.IsNotNull(loaded.Training);
    }

    [TestMethod]
    public void Options_ThatConcernThisProcessAlone_AreNotSaved()
    {
        using var canceled = new CancellationTokenSource();
        var options = Frames.Options with
        {
            Runtime = new() { BatchSize = 3, GpuDeviceId = 0, FallbackToCpu = true, ConfigureSession = _ => { } },
            Training = Frames.Options.Training with { Progress = new Progress<TrainingProgress>(), CancellationToken = canceled.Token },
        };
        using var saved = _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));

        using var loaded = Load(Save(saved, null), out _);

        Assert.AreEqual(Frames.Options with { Runtime = new() { BatchSize = 3 } }, loaded.Options);
    }

    [TestMethod]
    public void LoadedStage_TakesTheGpuOfTheContextThatLoads()
    {
        var log = new List<string>();
        using var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
        var file = Save(saved, null);
        var context = new MLContext { GpuDeviceId = 0, FallbackToCpu = true };
        context.Log += (_, line) => log.Add($"{line.Kind}: {line.RawMessage}");

        using var loaded = (IDisposable)context.Model.Load(new MemoryStream(file), out _);

        Assert.HasCount(1, log.Where(line => line.StartsWith("Warning: GPU 0 cannot be used: ", StringComparison.Ordinal)));
        var error = ErrorOf<InvalidOperationException>(() => new MLContext { GpuDeviceId = 0 }.Model.Load(new MemoryStream(file), out _));
        StringAssert.EndsWith(error.Message, "Add the package Microsoft.ML.OnnxRuntime.Gpu to the application, or set FallbackToCpu.");
    }

    [TestMethod]
    public void LoadedStage_RunOtherwise_GivesTheSameRows()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(9));
        using var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(view);
        using var loaded = Load(Save(saved, null), out _);

        using var other = loaded.WithRuntime(new() { BatchSize = 2 });

        Assert.AreSame(loaded.Parameters, other.Parameters);
        foreach (var (expected, actual) in saved.Transform(view).GetColumn<float[]>("Out")
            .Zip(other.Transform(view).GetColumn<float[]>("Out")))
            new Tolerance(2e-6, 2e-6).Check("Output", expected.Select(v => (double)v), actual);
    }

    [TestMethod]
    public void Save_OfADisposedTransformer_Saves()
    {
        var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
        saved.Dispose();

        using var loaded = Load(Save(saved, null), out _);

        Assert.AreEqual(saved.Options, loaded.Options);
    }

    [TestMethod]
    public void FreshProcess_ThatKnowsNothingOfTheLibrary_LoadsTheModelAndGivesTheSameRows()
    {
        using var folder = new TemporaryFolder();
        var (transformer, view) = SaveIn(folder);

        var (exitCode, output, error) = FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Out");

        Assert.AreEqual((0, ""), (exitCode, error));
        var expected = transformer.Transform(view).GetColumn<float[]>("Out")
            .Select(row => string.Join(' ', row.Select(value => value.ToString("R"))));
        Assert.AreSequenceEqual(expected, output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
        transformer.Dispose();
    }

    [TestMethod]
    public void FreshProcess_WithoutTheNativeRuntime_NamesThePackageToAdd()
    {
        using var folder = new TemporaryFolder();
        SaveIn(folder).Transformer.Dispose();

        var (exitCode, output, error) = FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Out", withNativeRuntime: false);

        Assert.AreEqual((1, ""), (exitCode, output));
        StringAssert.StartsWith(error,
            "System.InvalidOperationException: There is no native ONNX Runtime: add the package Microsoft.ML.OnnxRuntime to the "
                + "application. The reason: ");
    }

    [TestMethod]
    public void Load_OfANewerFormat_NamesThePackageToUpdate()
    {
        using var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
        var file = Edit(Save(saved, null), archive =>
        {
            using var header = archive.GetEntry($"{Entries}Model.key")!.Open();
            var bytes = new byte[header.Length];
            header.ReadExactly(bytes);
            var signature = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(MLNetInternals.ModelSignature));
            bytes[signature + 8] = bytes[signature + 12] = 2;   // written and readable versions
            header.Position = 0;
            header.Write(bytes);
        });

        var error = ErrorOf<InvalidDataException>(() => Load(file, out _));

        Assert.AreEqual("The model file's MultiHeadAttention stage has format 2, and this version of Microsoft.ML.Attention reads "
            + "formats up to 1: update the package AttentionMLNet.", error.Message);
    }

    static IEnumerable<(string, Func<byte[], byte[]?>, string)> Damages =>
    [
        ("options.json", bytes => bytes[..20], "The model file is damaged: its entry 'options.json' cannot be read: "),
        ("options.json", _ => null, "The model file is damaged: its MultiHeadAttention stage has no entry 'options.json'."),
        ("options.json", _ => "null"u8.ToArray(), "The model file is damaged: its entry 'options.json' is empty."),
        ("options.json", bytes =>
            Changed(bytes, "NumberOfHeads", "two"), "The model file is damaged: its entry 'options.json' cannot be read: "),
        ("options.json", bytes => Changed(bytes, "Runtime", null), "The model file is damaged: its entry 'options.json' cannot be read: "),
        ("options.json", bytes =>
            Changed(bytes, "AttentionWeightsColumnName", ""),
            "The model file is damaged: its entry 'options.json' contradicts itself: AttentionWeightsColumnName is empty: name a column, "
                + "or leave it unset."),
        ("architecture.json", bytes => bytes[..^3], "The model file is damaged: its entry 'architecture.json' cannot be read: "),
        ("architecture.json", _ => "{}"u8.ToArray(), "The model file is damaged: its entry 'architecture.json' cannot be read: "),
        ("architecture.json", bytes =>
            Changed(bytes, "OutputWidth", 7),
            "The model file is damaged: its entries 'architecture.json' and 'parameters.safetensors' do not fit: The tensor "
                + "'out_proj.weight' is [6, 6]; needed is [7, 6]."),
        .. Fields("Layers", 0, -1, 1_000_000), .. Fields("Heads", 0, -1, 100_000_000, int.MaxValue),
        .. Fields("KeyValueHeads", 0, 5, int.MinValue),
        .. Fields("HeadDimension", 0, int.MaxValue), .. Fields("ValueHeadDimension", -3, int.MaxValue), .. Fields("Width", 0, int.MaxValue),
        .. Fields("OutputWidth", 0, int.MaxValue), .. Fields("TableSizes", new JsonArray(0), new JsonArray(int.MaxValue)),
        .. Fields("Scale", "NaN", "Infinity", -1, 0), .. Fields("Epsilon", -1, 0, "NaN"), .. Fields("Softcap", 0, "NaN"),
        .. Fields("RotaryBase", -1, "Infinity"),
        .. Fields("Fields", new JsonArray(), new JsonArray((JsonNode?)null), new JsonArray(Field(0)), new JsonArray(Field(int.MaxValue)),
            new JsonArray(Field(7)), new JsonArray(Field(6), Field(6))),
        .. Fields("Fields", new JsonArray(Field(6, "Key")), new JsonArray(Field(6), Field(6, "Value")),
            new JsonArray(Field(6), Field(6, "Key"), Field(6, "Key")), new JsonArray(Field(1, tables: [3]))),
        .. Fields("Windows", new JsonArray(), new JsonArray(1, 2, 3, 4, 5, 6, 7, 8, 9), new JsonArray(-1)),
        .. Fields("KeptHeads", new JsonArray(), new JsonArray(new JsonArray(1, 0)), new JsonArray(new JsonArray(99)),
            new JsonArray(new JsonArray(-1))),
        .. Fields("LayerWindowSizes", new JsonArray(), new JsonArray(1, 2), new JsonArray(-1)),
        .. Fields("LayerRotaryBases", new JsonArray(), new JsonArray(10, 20), new JsonArray(0)),
        .. Fields("PositionOffset", -1, int.MaxValue), .. Fields("RelativeBuckets", 0, int.MaxValue),
        .. Fields("NumberOfTokenTypes", 0, int.MaxValue), .. Fields("ReconstructionRounds", 0, 1_000_000),
        .. Fields("RotaryScaling", new JsonObject { ["Factor"] = 0 }, new JsonObject { ["OriginalLength"] = 0 },
            new JsonObject { ["LowFrequencyFactor"] = 9 }),
        .. Fields("Block", 99), .. Fields("Pooling", 99), .. Fields("Positions", 99, "Learned"), .. Fields("Order", -1),
        .. Fields("Normalization", 7), .. Fields("Activation", 7),
        ("architecture.json", bytes => Changed(bytes, "KeptHeads", new JsonArray((JsonNode?)null)),
            "The model file is damaged: its entry 'architecture.json' cannot be read: "),
        ("options.json", bytes => Changed(bytes, "AttentionWeightsLayers", int.MaxValue),
            "The model file is damaged: its entry 'options.json' contradicts itself: AttentionWeightsLayers must be one of Last, All."),
        ("options.json", bytes => Changed(bytes, "Runtime", new JsonObject { ["IntraOpThreads"] = 65_535 }),
            "The model file is damaged: its entry 'options.json' contradicts itself: IntraOpThreads must be at most 1024"),
        ("options.json", bytes =>
            Changed(bytes, "KeyColumnName", "Keys"),
            "The model file is damaged: its entry 'options.json' has KeyColumnName set True, its entry 'architecture.json' "
                + "IsCrossAttention False."),
        ("training.json", _ => "["u8.ToArray(), "The model file is damaged: its entry 'training.json' cannot be read: "),
        ("parameters.safetensors", bytes => bytes[..100], "'parameters.safetensors'"),
        ("parameters.safetensors", _ =>
            null, "The model file is damaged: its MultiHeadAttention stage has no entry 'parameters.safetensors'."),
    ];

    static JsonObject Field(int width, string role = "Input", params int[] tables) =>
        new() { ["Width"] = width, ["Role"] = role, ["Tables"] = new JsonArray([.. tables.Select(table => (JsonNode)table)]) };

    static IEnumerable<(string, Func<byte[], byte[]?>, string)> Fields(string field, params JsonNode[] values) => values.Select(value =>
        ("architecture.json", (Func<byte[], byte[]?>)(bytes => Changed(bytes, field, value.DeepClone())),
            "The model file is damaged: its entry 'architecture.json' has "
                + $"{(field == "Positions" && $"{value}" == "Learned" ? "MaximumLength" : field)} "));

    // A value that is not there, or not the stage's, is named before anything is made of it: no run of minutes, no gigabytes.
    [TestMethod, DynamicData(nameof(Damages))]
    public void Load_OfADamagedEntry_NamesIt(string entry, Func<byte[], byte[]?> damage, string expected)
    {
        using var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
        var file = Edit(Save(saved, null), archive => Replace(archive.GetEntry(Entries + entry)!, damage));

        var error = ErrorOf<InvalidDataException>(() => Load(file, out _));

        StringAssert.StartsWith(error.Message, expected);
    }

    [TestMethod]
    public void Load_OfFewerColumnsThanWereFitted_NamesTheEntries()
    {
        var inputs = InputCase.Of("columns of several widths");
        using var saved = inputs.Fit(_ml);
        var file = Edit(Save(saved, null), archive =>
            Replace(archive.GetEntry(Entries + "options.json")!, bytes => Changed(bytes, "InputColumnNames", new JsonArray("A"))));

        var error = ErrorOf<InvalidDataException>(() => Load(file, out _));

        Assert.AreEqual("The model file is damaged: its entry 'options.json' has InputColumnNames.Count 1, its entry 'architecture.json' "
            + "Fields, whose columns are 3.", error.Message);
    }

    [TestMethod]
    public void Load_OfAPredictionThatItsColumnsDoNotFit_NamesTheEntries()
    {
        using var saved = _ml.Transforms.MultiHeadAttention(Needle.Options with
        {
            ProbabilityColumnName = "P",
            Training = Needle.Options.Training with { NumberOfEpochs = 1 }
        }).Fit(Needle.Flags(_ml, 12));
        var prediction = new JsonObject { ["Kind"] = "Class", ["Size"] = 1 };
        var file = Edit(Save(saved, null), archive =>
            Replace(archive.GetEntry(Entries + "architecture.json")!, bytes => Changed(bytes, "Prediction", prediction)));

        var error = ErrorOf<InvalidDataException>(() => Load(file, out _));

        Assert.AreEqual("The model file is damaged: its entry 'options.json' contradicts its entry 'architecture.json': "
            + "ProbabilityColumnName 'P' needs a Boolean label, but Prediction is for classes: the score of a class is its probability.",
            error.Message);
    }

    // The archive's directory points at each entry's own header, whose first four bytes tell that it is one.
    [TestMethod]
    [DataRow("options.json")]
    [DataRow("parameters.safetensors")]
    public void Load_OfAnArchiveThatIsDamagedAtAnEntry_NamesIt(string entry)
    {
        using var saved = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
        var file = Save(saved, null);
        var name = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(entry));
        file[name - Encoding.UTF8.GetByteCount(Entries) - 30] ^= 1;

        var error = ErrorOf<InvalidDataException>(() => Load(file, out _));

        StringAssert.StartsWith(error.Message,
            $"The model file is damaged: entry '{entry}' of its MultiHeadAttention stage cannot be read: ");
    }

    /// <summary>ML.NET calls loaders by reflection and lets the wrapped exception through (Microsoft.ML 5.0.1).</summary>
    static T ErrorOf<T>(Action load) where T : Exception
    {
        var error = Assert.ThrowsExactly<TargetInvocationException>(load).InnerException;
        Assert.IsExactInstanceOfType<T>(error);
        return (T)error!;
    }

    static byte[] Changed(byte[] json, string property, JsonNode? value)
    {
        var node = JsonNode.Parse(json)!;
        Assert.IsTrue(node.AsObject().ContainsKey(property));
        node[property] = value;
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    static byte[] Edit(byte[] file, Action<ZipArchive> edit)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
            edit(archive);
        return stream.ToArray();
    }

    static void Replace(ZipArchiveEntry entry, Func<byte[], byte[]?> change)
    {
        var (archive, name) = (entry.Archive!, entry.FullName);
        using var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        entry.Delete();
        if (change(content.ToArray()) is not { } changed)
            return;
        using var replaced = archive.CreateEntry(name).Open();
        replaced.Write(changed);
    }

    (MultiHeadAttentionTransformer Transformer, IDataView View) SaveIn(TemporaryFolder folder)
    {
        var inputs = InputCase.Of("ragged mask");
        var view = inputs.View(_ml, inputs.Rows(10));
        var transformer = inputs.Fit(_ml);
        _ml.Model.Save(transformer, view.Schema, folder["model.zip"]);
        using var rows = File.Create(folder["rows.idv"]);
        _ml.Data.SaveAsBinary(view, rows);
        return (transformer, view);
    }

    byte[] Save(ITransformer transformer, DataViewSchema? schema)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, schema, file);
        return file.ToArray();
    }

    static MultiHeadAttentionTransformer Load(byte[] file, out DataViewSchema schema) =>
        (MultiHeadAttentionTransformer)new MLContext().Model.Load(new MemoryStream(file), out schema);
}
