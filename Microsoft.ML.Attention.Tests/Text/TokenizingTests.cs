using System.Text;
using System.Text.Json;
using Microsoft.ML.Attention.Text.Folders;
using Microsoft.ML.Attention.Text.Unicode;

namespace Microsoft.ML.Attention.Tests.Text;

[TestClass]
public sealed class TokenizingTests
{
    static IEnumerable<(string, NormalizationForm, string)> Forms =>
    [
        ("é", NormalizationForm.FormD, "e\u0301"), ("e\u0301", NormalizationForm.FormC, "é"),
        ("ﬁ½", NormalizationForm.FormKC, "fi1\u20442"), ("각", NormalizationForm.FormD, "\u1100\u1161\u11a8"),
        ("\u1100\u1161\u11a8", NormalizationForm.FormC, "각"), ("q\u0307\u0323", NormalizationForm.FormD, "q\u0323\u0307"),
        ("ệ", NormalizationForm.FormD, "e\u0323\u0302"),
        ("e\u0302\u0323", NormalizationForm.FormC, "ệ"), ("\u0344", NormalizationForm.FormC, "\u0308\u0301"),
        ("plain", NormalizationForm.FormKD, "plain"),
    ];

    [TestMethod, DynamicData(nameof(Forms))]
    public void Normalization_NeedsNoGlobalization(string text, NormalizationForm form, string expected) =>
        Assert.AreEqual(expected, UnicodeForms.Normalize(text, form));

    static string[] Tokens(object normalizer, object splitter, object model, string text, object[]? added = null)
    {
        var files = new KeptFiles(new Dictionary<string, byte[]>
        {
            ["tokenizer.json"] = JsonSerializer.SerializeToUtf8Bytes(
                new { added_tokens = added ?? [], normalizer, pre_tokenizer = splitter, model }),
        });
        return [.. TokenizerFile.Read(files).Tokenizer.EncodeToTokens(text, out _).Select(token => token.Value)];
    }

    static string[] Words(string text, bool lowercase = true) =>
        Tokens(new { type = "BertNormalizer", lowercase }, new { type = "BertPreTokenizer" },
        new
        {
            type = "WordPiece",
            unk_token = "[UNK]",
            vocab = new[] { "[UNK]", "cafe", "naive", "café", "a", "b", "##b", "$", "+", "=", "<", ">", "~", "中", "文", "[SEP]",
                "i" }.Index().ToDictionary(token => token.Item, token => token.Index),
        }, text, [new { id = 15, content = "[SEP]", special = true }]);

    static IEnumerable<(string, string)> Hard =>
    [
        ("Café NAÏVE", "cafe naive"), ("$+=<>~", "$ + = < > ~"), ("a\nb\r\na\tb", "a b a b"), ("a\u00a0b\u2028a", "a b a"),
        ("中文a", "中 文 a"), ("a\u200bb", "a ##b"),
        ("a[SEP]b", "a [SEP] b"), ("🤗 a", "[UNK] a"), ("İ", "i"), ("", ""), (new string('a', 101), "[UNK]"),
    ];

    [TestMethod, DynamicData(nameof(Hard))]
    public void WordPieces_OfHardText_AreThoseOfHuggingFace(string text, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', Words(text)));

    [TestMethod]
    public void WordPieces_OfACasedModel_KeepAccents() => Assert.AreSequenceEqual(["café"], Words("café", lowercase: false));

    /// <summary>By hand: "low" is merged before "er", whose pair has a lower rank; the emoji stays four bytes.</summary>
    [TestMethod]
    public void BytePairs_AreMergedByRank_AndBytesAreSpelled()
    {
        var alphabet = Enumerable.Range(0, 256)
            .Select(b => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)b : (char)0).ToArray();
        var next = 256;
        for (var b = 0; b < 256; b++)
            if (alphabet[b] == 0)
                alphabet[b] = (char)next++;
        var vocabulary = alphabet.Select(c => c.ToString()).Concat(["lo", "low", "er", "Ġlow", "lower"]).Index()
            .ToDictionary(token => token.Item, token => token.Index);
        var model = new { type = "BPE", vocab = vocabulary, merges = new[] { "l o", "lo w", "e r", "Ġ low", "low er" } };

        string[] Split(string text) => Tokens(null!, new { type = "ByteLevel", add_prefix_space = false }, model, text);

        Assert.AreSequenceEqual(["lower", "Ġlow", "er"], Split("lower lower"));
        Assert.AreSequenceEqual(["Ã", "©"], Split("é"));
        Assert.HasCount(4, Split("🤗"));
    }

    /// <summary>By hand: -1 + -1.5 for "ab" + "c" beats -1 + -2 for "a" + "bc"; what no token holds is one unknown.</summary>
    [TestMethod]
    public void Unigram_TakesTheLikeliestSpelling()
    {
        object[] Entry(string token, double score) => [token, score];
        var model = new
        {
            type = "Unigram",
            unk_id = 0,
            vocab = new[] { Entry("<unk>", 0), Entry("▁", -3), Entry("a", -1), Entry("bc", -2), Entry("ab", -1), Entry("c", -1.5),
                Entry("▁a", -1) }
        };

        string[] Split(string text) => Tokens(null!, new { type = "Metaspace", replacement = "▁", prepend_scheme = "never" }, model, text);

        Assert.AreSequenceEqual(["ab", "c"], Split("abc"));
        Assert.AreSequenceEqual(["a", "<unk>", "▁a"], Split("axyz a"));
    }
}
