using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Models of other tools, imported into a user's pipeline, against the same models run as they are.</summary>
[TestClass]
public sealed class CheckpointModelTests
{
    [TestMethod]
    public void PyTorchEncoder_Imported_GivesTheModelsOwnOutputs()
    {
        var path = SharedData.Require("models/pytorch-transformer-encoder.onnx");
        var encoder = AttentionParameters.LoadOnnx(path, "transformer_encoder.");
        var table = AttentionParameters.LoadOnnx(path, "encoder.")["weight"];       // its nn.Embedding is called so
        var parameters = AttentionParameters.Create(encoder.Names.Select(name => KeyValuePair.Create(name, encoder[name]))
            .Append(KeyValuePair.Create("embedding.weight", table)));
        var options = MultiHeadAttentionOptions.FromCheckpoint(parameters, numberOfHeads: 2).Options;
        int[][] rows = [[3, 14, 15, 92, 65, 35], [89, 79, 32, 38, 46, 26], [0, 99, 1, 1, 0, 5]];

        var ours = Score(options, rows, (int)table.Shape[0]);

        // PyTorch's tokens stand on the first axis, its rows on the second.
        int[] turned = [.. Enumerable.Range(0, rows[0].Length).SelectMany(t => rows.Select(row => row[t]))];
        using var input = OrtValue.CreateTensorValueFromMemory(turned, [rows[0].Length, rows.Length]);
        var theirs = Run(File.ReadAllBytes(path), new() { ["input"] = input }, "output")[0].Chunk(16).ToArray();
        for (var b = 0; b < rows.Length; b++)
            new Tolerance(1e-5, 1e-5).Check($"output of row {b}",
                Enumerable.Range(0, rows[0].Length).SelectMany(t => theirs[t * rows.Length + b]).Select(value => (double)value), ours[b]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Gpt2_Imported_GivesTheModelsHiddenStates(int layers)
    {
        const int Layers = 5;
        var path = SharedData.Require("models/tiny-random-gpt2.onnx");
        var all = AttentionParameters.LoadOnnx(path, "transformer.");
        // The final norm follows the last layer only.
        var parameters = AttentionParameters.Create(all.Names.Where(name =>
            IsWithin(name, layers) && (layers == Layers || !name.StartsWith("norm.", StringComparison.Ordinal)))
            .Select(name => KeyValuePair.Create(name, all[name])));
        var options = MultiHeadAttentionOptions.FromCheckpoint(parameters, numberOfHeads: 4).Options with
        {
            IsCausal = true,
            Activation = Activation.GeluTanh,
            NormalizationOrder = NormalizationOrder.Pre,
        };
        int[][] rows = [[31, 415, 926, 535, 897, 9, 323], [0, 999, 2, 2, 718, 281, 828]];
        var hidden = layers == Layers ? "/transformer/ln_f/Add_1_output_0" : $"/transformer/h.{layers - 1}/Add_1_output_0";

        var ours = Score(options, rows, (int)parameters["embedding.weight"].Shape[0]);

        long[] shape = [rows.Length, rows[0].Length];
        var inputs = new Dictionary<string, OrtValue>
        {
            ["input_ids"] = OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row).ToArray(), shape),
            ["position_ids"] = OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row.Select((_, t) => t)).ToArray(), shape),
            ["attention_mask"] = OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row.Select(_ => 1)).ToArray(), shape),
        };
        for (var layer = 0; layer < Layers; layer++)
            inputs[$"past_{layer}"] = OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [2, rows.Length, 4, 0, 8]);
        var theirs = Run(WithOutput(path, hidden), inputs, hidden)[0].Chunk(rows[0].Length * 32).ToArray();
        foreach (var input in inputs.Values)
            input.Dispose();
        for (var b = 0; b < rows.Length; b++)
            new Tolerance(1e-4, 1e-4).Check($"hidden states of row {b} after layer {layers}",
                theirs[b].Select(value => (double)value), ours[b]);
    }

    [TestMethod]
    public void TinyT5_WithRelativePositions_IsRefusedByTheirName()
    {
        var parameters = AttentionParameters.LoadSafetensors(SharedData.Require("models/tiny-t5.safetensors"),
            "encoder.block.0.layer.0.SelfAttention.");
        ReferenceRow[] rows = [new() { Tokens = [new double[8]] }];
        MultiHeadAttentionOptions options = new()
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            NumberOfHeads = 2,
            Parameters = parameters
        };
        var context = new MLContext();

        var error = Assert.ThrowsExactly<NotSupportedException>(() =>
            context.Transforms.MultiHeadAttention(options).Fit(rows.ToDataView(context, options)));

        Assert.Contains("'relative_attention_bias.weight' is a table of relative positions", error.Message);
        Assert.ThrowsExactly<NotSupportedException>(() => MultiHeadAttentionOptions.FromCheckpoint(parameters));
    }

    [TestMethod]
    public void TinyT5_OfALayerWithoutThem_IsAttention()
    {
        var parameters = AttentionParameters.LoadSafetensors(SharedData.Require("models/tiny-t5.safetensors"),
            "decoder.block.0.layer.1.EncDecAttention.");
        var options = MultiHeadAttentionOptions.FromCheckpoint(parameters, numberOfHeads: 2).Options with
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            KeyColumnName = RowColumns.Keys,
            Scale = 1,                                                              // T5 scales its initial weights instead
        };
        var row = RandomCase.Row(options, new Random(1), 4, 6);
        var context = new MLContext();
        var view = new[] { row }.ToDataView(context, options);

        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);

        new Tolerance(1e-5, 1e-5).Check("output", Reference.Row(options, parameters, row).Output.SelectMany(token => token),
            transformer.Transform(view).GetColumn<float[]>(RowColumns.Output).Single());
    }

    static bool IsWithin(string name, int layers) => name.Split('.') is not ["layers", var layer, ..] || int.Parse(layer) < layers;

    static float[][] Score(MultiHeadAttentionOptions proposed, int[][] rows, int vocabulary)
    {
        var options = proposed with { OutputColumnName = RowColumns.Output, InputColumnNames = [RowColumns.Ids] };
        var context = new MLContext();
        var view = rows.Select(row => new ReferenceRow { Ids = [.. row.Select(id => (int?)id)] }).ToArray()
            .ToDataView(context, options, numberOfIds: vocabulary);
        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);
        return [.. transformer.Transform(view).GetColumn<float[]>(options.OutputColumnName)];
    }

    /// <summary>The model with one of its values as one more output.</summary>
    static byte[] WithOutput(string path, string value)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Output.Add(new ValueInfoProto { Name = value });
        return model.ToByteArray();
    }

    static float[][] Run(byte[] model, Dictionary<string, OrtValue> inputs, params string[] outputs)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        using var results = session.Run(run, inputs, outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }
}
