using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Whatever is wrong with a model file, its stage is loaded and scores, or is refused by name.</summary>
[TestClass]
public sealed class ModelFuzzTests
{
    const int Rounds = 500;

    const string Entries = "TransformerChain/";

    /// <summary>What a field may be made: too large, too small, none, of another type.</summary>
    static readonly Func<JsonNode?>[] Values =
    [
        () => null, () => 0, () => -1, () => 1, () => 2, () => 7, () => 65_535, () => 1_000_000, () => int.MaxValue, () =>
            int.MinValue, () => 4_294_967_296, () => 1e308, () => 0.5,
        () => true, () => "", () => "A", () => "NaN", () => "-Infinity", () => "Encoder", () => new JsonArray(), () =>
            new JsonArray(0), () => new JsonArray((JsonNode?)null), () => new JsonObject(),
    ];

    /// <summary>Heads of one layer; layers with windows and rotary bases; ids with learned positions and types; columns of several widths;
    /// cross-attention. Each with some rows.</summary>
    public static IEnumerable<object[]> Models => [["fixed", 0], ["ragged pooled", 1], ["uint ids", 2], ["columns of several widths", 3]];

    [TestMethod, TestCategory("Fuzz"), DynamicData(nameof(Models))]
    public void Model_Damaged_IsLoadedOrRefused(string input, int kind)
    {
        var ml = new MLContext(1);
        var inputs = InputCase.Of(input);
        var options = inputs.Options with { Training = new() { Objective = TrainingObjective.None, Seed = 1 } };
        options = kind switch
        {
            1 => options with
            {
                NumberOfHeads = 2,
                NumberOfLayers = 2,
                HeadWindowSizes = [1, null],
                AttentionWeightsColumnName = "Weights",
                PositionalEncoding = PositionalEncoding.Rotary,
                LayerRotaryBases = [10, 20],
                RotaryScaling = new() { OriginalLength = 40 },
            },
            2 => options with
            {
                PositionalEncoding = PositionalEncoding.Learned,
                MaximumLength = 9,
                NumberOfHeads = 2,
                PositionOffset = 1,
                NumberOfTokenTypes = 2
            },
            _ => options with { NumberOfHeads = 2 },
        };
        var view = inputs.View(ml, inputs.Rows(2));
        using var stage = ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var file = new MemoryStream();
        ml.Model.Save(stage, null, file);
        var saved = file.ToArray();

        Fuzz.Run(Rounds, kinds: 4, random => Damage(saved, random), bytes =>
        {
            var loaded = ml.Model.Load(new MemoryStream(bytes), out _);
            using var disposable = loaded as IDisposable;
            if (loaded is MultiHeadAttentionTransformer transformer)
                foreach (var row in transformer.Transform(view).GetColumn<VBuffer<float>>(transformer.Options.OutputColumnName))
                    GC.KeepAlive(row);
        }, isOurs: error => error.StackTrace!.Split('\n')
            .Any(frame => frame.Contains("Microsoft.ML.Attention.", StringComparison.Ordinal)
                && !frame.Contains("Microsoft.ML.Attention.Tests.", StringComparison.Ordinal)));
    }

    static byte[] Damage(byte[] saved, Random random)
    {
        if (random.Next(4) == 0)
            return Fuzz.Damage(saved, random);
        var entry = ((string[])["options.json", "architecture.json", "architecture.json", "training.json",
            "parameters.safetensors"])[random.Next(5)];
        using var file = new MemoryStream();
        file.Write(saved);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var content = archive.GetEntry(Entries + entry)!.Open();
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            bytes = random.Next(3) > 0 && entry.EndsWith(".json", StringComparison.Ordinal)
                ? EditJson(bytes, random)
                : Fuzz.Damage(bytes, random);
            content.SetLength(0);
            content.Write(bytes);
        }
        return file.ToArray();
    }

    /// <summary>One to three fields, at any depth, become something else or go.</summary>
    static byte[] EditJson(byte[] json, Random random)
    {
        if (JsonNode.Parse(json) is not JsonObject whole)
            return Fuzz.Damage(json, random);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            JsonNode at = whole;
            for (var isDone = false; !isDone;)
            {
                isDone = true;
                if (at is JsonObject { Count: > 0 } fields)
                {
                    var (name, value) = fields.ElementAt(random.Next(fields.Count));
                    if (value is JsonObject or JsonArray && random.Next(4) > 0)
                        (at, isDone) = (value, false);
                    else if (random.Next(8) == 0)
                        fields.Remove(name);
                    else
                        fields[name] = Values[random.Next(Values.Length)]();
                }
                else if (at is JsonArray { Count: > 0 } items)
                {
                    if (random.Next(3) == 0)
                        items.RemoveAt(random.Next(items.Count));
                    else if (random.Next(2) == 0)
                        items.Add(Values[random.Next(Values.Length)]());
                    else
                        items[random.Next(items.Count)] = Values[random.Next(Values.Length)]();
                }
            }
        }
        return Encoding.UTF8.GetBytes(whole.ToJsonString());
    }
}
