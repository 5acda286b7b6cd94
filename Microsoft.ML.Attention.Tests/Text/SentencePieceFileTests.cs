using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Text;

namespace Microsoft.ML.Attention.Tests.Text;

/// <summary>A SentencePiece model in place of a tokenizer.json.</summary>
[TestClass]
public sealed class SentencePieceFileTests
{
    static readonly (string Piece, float Score)[] Pieces =
        [("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁the", -1), ("▁cat", -2), ("s", -3), ("▁", -4), ("c", -5), ("at", -5), ("▁sat", -6)];

    const string Configuration =
        """{"model_type":"xlm-roberta","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,"vocab_size":12,"max_position_embeddings":20,"type_vocab_size":1,"hidden_act":"gelu","layer_norm_eps":0.001,"pad_token_id":1}""";

    [TestMethod]
    [DataRow("the cats  sat", new[] { 0, 4, 5, 6, 10, 2 })]            // pieces are numbered from 4: after the three come four of fairseq's
    [DataRow("cat the\ncat", new[] { 0, 5, 4, 5, 2 })]
    [DataRow("scat", new[] { 0, 7, 6, 8, 9, 2 })]
    [DataRow("the ☃ cat<mask>", new[] { 0, 4, 7, 3, 5, 11, 2 })]       // an unknown character, and the mask, which is last
    [DataRow("", new[] { 0, 2 })]
    public void Ids_OfXlmRoberta_AreFairseqs_AndThoseOfItsTokenizerFile(string text, int[] expected)
    {
        using var folder = new TemporaryFolder();
        Write(folder, kind: 1);
        var model = PretrainedTextModel.Load(folder[""]);
        File.WriteAllText(folder["tokenizer.json"], TokenizerFile());

        Assert.AreSequenceEqual(expected, model.EncodeToIds(text));
        Assert.AreSequenceEqual(PretrainedTextModel.Load(folder[""]).EncodeToIds(text), model.EncodeToIds(text));
        Assert.AreSequenceEqual([0, 5, 2, 2, 4, 2], model.EncodeToIds("cat", "the"));
    }

    [TestMethod]
    public void SentencePiece_OfAnotherKindOrFamily_IsRefusedByItsName()
    {
        using var folder = new TemporaryFolder();
        Write(folder, kind: 2);
        Assert.AreEqual(
            $"'{folder["sentencepiece.bpe.model"]}' is of model_type 2, and XLM-R's is 1, unigram: save the tokenizer as tokenizer.json.",
            Assert.ThrowsExactly<NotSupportedException>(() => PretrainedTextModel.Load(folder[""])).Message);

        File.WriteAllBytes(folder["sentencepiece.bpe.model"], [0x0a, 0x7f, 1]);
        Assert.StartsWith($"'{folder["sentencepiece.bpe.model"]}' is no SentencePiece model: ",
            Assert.ThrowsExactly<InvalidDataException>(() => PretrainedTextModel.Load(folder[""])).Message);

        File.Delete(folder["sentencepiece.bpe.model"]);
        TinyTextModel.Write(folder, "llama");
        File.Move(folder["tokenizer.json"], folder["tokenizer.model"]);
        Assert.AreEqual($"'{folder["tokenizer.model"]}' is a SentencePiece model, which is read of XLM-R alone: "
            + "AutoTokenizer.from_pretrained(...).save_pretrained(...) writes a tokenizer.json, which is read.",
            Assert.ThrowsExactly<NotSupportedException>(() => PretrainedTextModel.Load(folder[""])).Message);
    }

    static void Write(TemporaryFolder folder, int kind)
    {
        var tensors = TinyTextModel.Write(folder, "roberta").All.ToDictionary();
        var table = tensors["embeddings.word_embeddings.weight"];
        tensors["embeddings.word_embeddings.weight"] = new AttentionTensor([12, TinyTextModel.Width],
            new[] { table.Values.ToArray(), new float[TinyTextModel.Width] }.SelectMany(values => values).ToArray());
        AttentionParameters.Create(tensors).SaveSafetensors(folder["model.safetensors"]);
        File.WriteAllText(folder["config.json"], Configuration);
        File.Delete(folder["tokenizer.json"]);
        File.WriteAllBytes(folder["sentencepiece.bpe.model"], Model(kind));
    }

    /// <summary>sentencepiece_model.proto: pieces are field 1, the trainer's settings 2, whose field 3 is the kind.</summary>
    static byte[] Model(int kind) => Message(output =>
    {
        foreach (var (piece, score) in Pieces)
            Field(output, 1, Message(inner =>
            {
                inner.WriteTag(1, WireFormat.WireType.LengthDelimited);
                inner.WriteString(piece);
                inner.WriteTag(2, WireFormat.WireType.Fixed32);
                inner.WriteFloat(score);
            }));
        Field(output, 2, Message(inner =>
        {
            inner.WriteTag(3, WireFormat.WireType.Varint);
            inner.WriteEnum(kind);
        }));
    });

    static void Field(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }

    /// <summary>What transformers' converter makes of the model.</summary>
    static string TokenizerFile()
    {
        (string Token, float Score)[] vocabulary =
            [("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), .. Pieces[3..], ("<mask>", 0)];
        string[] special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];
        object Special(string token) => new { SpecialToken = new { id = token, type_id = 0 } };
        object Text(string which) => new { Sequence = new { id = which, type_id = 0 } };
        return JsonSerializer.Serialize(new
        {
            added_tokens = special.Select(token => new
            {
                id = Array.FindIndex(vocabulary, entry => entry.Token == token),
                content = token,
                special = true,
                lstrip = token == "<mask>",
            }),
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[] { new { type = "WhitespaceSplit" },
                    new { type = "Metaspace", replacement = "▁", add_prefix_space = true } },
            },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new[] { Special("<s>"), Text("A"), Special("</s>") },
                pair = new[] { Special("<s>"), Text("A"), Special("</s>"), Special("</s>"), Text("B"), Special("</s>") },
                special_tokens = new Dictionary<string, object>
                {
                    ["<s>"] = new { id = "<s>", ids = new[] { 0 }, tokens = new[] { "<s>" } },
                    ["</s>"] = new { id = "</s>", ids = new[] { 2 }, tokens = new[] { "</s>" } },
                },
            },
            model = new { type = "Unigram", unk_id = 3, vocab = vocabulary.Select(entry => new object[] { entry.Token, entry.Score }) },
        });
    }
}
