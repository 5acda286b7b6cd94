using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Text;

namespace Microsoft.ML.Attention.Tests.Text;

/// <summary>A folder from a stranger runs nothing, reads nothing outside itself, and fails with the file and the field named.</summary>
[TestClass]
public sealed class PretrainedTextModelTests
{
    static readonly (string Was, string Is, string Said)[] Changes =
    [
        ("\"bert\"", "\"albert\"", "model_type is \"albert\": ALBERT's layers share one set of tensors"),
        ("\"bert\"", "\"deberta-v2\"", "model_type is \"deberta-v2\""),
        ("\"bert\"", "\"t5\"", "model_type is \"t5\""),
        ("\"bert\"", "\"gemma2\"", "model_type is \"gemma2\""),
        ("\"bert\"", "\"gpt_neox\"", "model_type is \"gpt_neox\""),
        ("\"bert\"", "\"mine\"", "a family that is not known here"),
        ("{", "{\"auto_map\":{\"AutoModel\":\"modeling.Model\"},", "auto_map"),
        ("{", "{\"quantization_config\":{\"bits\":4},", "quantization_config"),
        ("\"gelu\"", "\"tanh\"", "hidden_act is \"tanh\""),
        ("{", "{\"position_embedding_type\":\"relative_key\",", "position_embedding_type is \"relative_key\""),
        ("\"hidden_size\":8", "\"hidden_size\":1000000000", "'embedding.weight' of [11, 8], but config.json says [11, 1000000000]"),
        ("\"num_hidden_layers\":2", "\"num_hidden_layers\":2000000000", "has 2 layers, but config.json says 2000000000"),
        ("\"num_hidden_layers\":2", "\"num_hidden_layers\":-1", "num_hidden_layers is -1; needed is a whole number from 0 on"),
        ("\"num_attention_heads\":2", "\"num_attention_heads\":3",
            "num_attention_heads is 3; needed is a number that divides the width, 8"),
        ("\"vocab_size\":11,", "", "vocab_size is not there; needed is a whole number from 0 on"),
        ("\"vocab_size\":11", "\"vocab_size\":\"many\"", "vocab_size is \"many\""),
    ];

    static IEnumerable<(string, string, string)> Bad => Changes;

    [TestMethod, DynamicData(nameof(Bad))]
    public void Configuration_ThatCannotBe_IsRefusedByName(string was, string @is, string said)
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var config = File.ReadAllText(folder["config.json"]);
        var at = config.IndexOf(was, StringComparison.Ordinal);
        File.WriteAllText(folder["config.json"], config[..at] + @is + config[(at + was.Length)..]);

        var error = Assert.Throws<Exception>(() => PretrainedTextModel.Load(folder[""]));

        Assert.IsTrue(error is NotSupportedException or InvalidDataException, $"{error}");
        Assert.Contains(said, error.Message);
    }

    [TestMethod]
    public void Pickles_AreNotOpened()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        File.Delete(folder["model.safetensors"]);
        File.WriteAllText(folder["pytorch_model.bin"], "not looked at");

        var error = Assert.ThrowsExactly<NotSupportedException>(() => PretrainedTextModel.Load(folder[""]));

        Assert.Contains("pytorch_model.bin' is the only file of tensors, and reading it may run code", error.Message);
    }

    [TestMethod]
    public void Links_AreNotFollowed()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        File.Move(folder["model.safetensors"], folder["elsewhere"]);
        try
        {
            File.CreateSymbolicLink(folder["model.safetensors"], folder["elsewhere"]);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            Assert.Inconclusive("Windows lets only developers and administrators make links.");
        }

        Assert.Contains("is a link to", Assert.ThrowsExactly<InvalidDataException>(() => PretrainedTextModel.Load(folder[""])).Message);
    }

    [TestMethod]
    public void Modules_ThatLeadOutside_AreRefused()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        File.WriteAllText(folder["modules.json"],
            """[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"../../etc","type":"sentence_transformers.models.Pooling"}]""");

        Assert.Contains("would lie outside the folder",
            Assert.ThrowsExactly<InvalidDataException>(() => PretrainedTextModel.Load(folder[""])).Message);
    }

    [TestMethod]
    public void Dense_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        File.WriteAllText(folder["modules.json"], """[{"path":"","type":"sentence_transformers.models.Dense"}]""");

        Assert.Contains("sentence_transformers.models.Dense",
            Assert.ThrowsExactly<NotSupportedException>(() => PretrainedTextModel.Load(folder[""])).Message);
    }

    [TestMethod]
    public void TextsThatAreTooLong_LoseTheirEnd_AndOfTwoTheLonger()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        File.WriteAllText(folder["sentence_bert_config.json"], """{"max_seq_length":7}""");
        var model = PretrainedTextModel.Load(folder[""]);

        Assert.AreEqual(7, model.MaximumTokens);
        Assert.AreSequenceEqual([2, 5, 6, 7, 8, 10, 3], model.EncodeToIds("the cats sat on the mat"));
        Assert.AreSequenceEqual([2, 5, 6, 7, 3, 9, 3], model.EncodeToIds("the cats sat on", "mat"));
    }

    [TestMethod]
    public void Folder_OfASmallBertInRealForm_IsComplete()
    {
        var model = PretrainedTextModel.Load(SharedData.Require("models/hf/tiny-bert-2"));

        Assert.AreEqual(128, model.MaximumTokens);
        Assert.AreEqual(AttentionPooling.Mean, model.Options.Pooling);
        Assert.AreSequenceEqual([2, 5, 6, 3], model.EncodeToIds("t5 t6"));
        Assert.AreSequenceEqual([256, 32], model.Options.Parameters!["embedding.weight"].Shape);
    }
}
