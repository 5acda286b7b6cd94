using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pictures;

/// <summary>Maps of a row of a view.</summary>
[TestClass]
public sealed class AttentionMapsReadTests
{
    static readonly MLContext MLContext = new(seed: 1);

    [TestMethod]
    public void Weights_OfFixedSize_AreThoseOfTheRow()
    {
        using var stage = MLContext.Transforms.MultiHeadAttention(Frames.Options).Fit(Data(Frames.Rows(3)));
        var view = stage.Transform(Data(Frames.Rows(3)));
        var expected = view.GetColumn<float[]>("Weights").ElementAt(2);
        Assert.AreSequenceEqual(expected, Values(AttentionMaps.Read(view, "Weights", row: 2)));
    }

    /// <summary>Text to words to keys to attention, as in the README: rows of 5 and of 3 words.</summary>
    static IDataView Sentences(MultiHeadAttentionOptions options)
    {
        var data = Data([new { Text = "the dog bites the man" }, new { Text = "man bites dog" }]);
        return MLContext.Transforms.Text.TokenizeIntoWords("Texts", "Text")
            .Append(MLContext.Transforms.Conversion.MapValueToKey("Words", "Texts"))
            .Append(MLContext.Transforms.MultiHeadAttention(options with
            {
                InputColumnNames = ["Words"],
                ModelDimension = 4,
                Block = AttentionBlock.Residual
            })).Fit(data).Transform(data);
    }

    [TestMethod]
    [DataRow("Words", AttentionWeightsLayers.Last)]
    [DataRow("Words", AttentionWeightsLayers.All)]
    [DataRow("Texts", AttentionWeightsLayers.Last)]
    [DataRow(null, AttentionWeightsLayers.Last)]
    public void Weights_OfRaggedRows_TakeTheNamesOfTheRowsTokens(string? tokens, AttentionWeightsLayers layers)
    {
        var view = Sentences(Frames.Options with
        {
            AttentionWeightsLayers = layers,
            NumberOfLayers = layers == AttentionWeightsLayers.All ? 2 : 1
        });
        var tips = Tips(AttentionMaps.Read(view, "Weights", row: 1, tokensColumnName: tokens));
        Assert.HasCount((layers == AttentionWeightsLayers.All ? 2 : 1) * 2 * 9, tips);
        var head = layers == AttentionWeightsLayers.All ? "layer 0, head 0" : "head 0";
        Assert.StartsWith(tokens is null ? $"{head}: 0 → 2: " : $"{head}: man (0) → dog (2): ", tips[2]);
    }

    [TestMethod]
    [DataRow("Words", AttentionPooling.None, "head 0: the…dog (0) → man (2): ", 2)]
    [DataRow(null, AttentionPooling.None, "head 0: 0–1 (0) → 4– (2): ", 2)]
    [DataRow("Words", AttentionPooling.Class, "head 0: class (0) → bites…the (2): ", 2)]
    [DataRow("Words", AttentionPooling.Class, "head 0: class (0) → dog (2): ", null)]
    public void Weights_OfPatches_SayWhichFramesTheyAreOf(string? tokens, AttentionPooling pooling, string expected, int? patch)
    {
        var view = Sentences(Frames.Options with { PatchLength = patch, Pooling = pooling });
        Assert.StartsWith(expected, Tips(AttentionMaps.Read(view, "Weights", row: 0, tokensColumnName: tokens))[2]);
    }

    [TestMethod]
    public void Weights_OfPatchesOfFixedRows_EndWithTheRow()
    {
        var options = Frames.Options with
        {
            InputColumnNames = ["Values"],
            EmbeddingDimension = 1,
            PatchLength = 4,
            PatchStride = 2,
            ModelDimension = 8,
            Block = AttentionBlock.Residual,
            AttentionRolloutColumnName = "Rollout",
        };
        var view = MLContext.Data.LoadFromEnumerable(new[] { new SevenFrames() });
        using var stage = MLContext.Transforms.MultiHeadAttention(options).Fit(view);
        Assert.AreSequenceEqual(["0–3 (0)", "2–5 (1)", "4–6 (2)"],
            Tips(AttentionMaps.Read(stage.Transform(view), "Rollout")).Take(3).Select(tip => tip.Split(" → ")[1].Split(':')[0]));
    }

    sealed class SevenFrames
    {
        [VectorType(7)]
        public float[] Values { get; set; } = new float[7];
    }

    [TestMethod]
    public void Rollout_OfARaggedRow_IsOneMap()
    {
        var tips = Tips(AttentionMaps.Read(Sentences(Frames.Options with { AttentionRolloutColumnName = "Rollout", NumberOfLayers = 2 }),
            "Rollout", row: 1, tokensColumnName: "Words"));
        Assert.HasCount(9, tips);
        Assert.StartsWith("man (0) → dog (2): ", tips[2]);
    }

    [TestMethod]
    public void Weights_OfCrossAttention_AreDividedByTheirTokens()
    {
        var rows =
            Data([new CrossRow { Weights = [1, 0, 0, 0, 0.5f, 0.5f, 0, 0], Questions = ["who", "bites"],
                Words = ["a", "dog", "bites", "it"] }]);
        string[] expected = ["head 0: bites (1) → a (0): 0.5", "head 0: bites (1) → dog (1): 0.5"];
        Assert.AreSequenceEqual(expected, Tips(AttentionMaps.Read(rows, "Weights", 0, "Questions", "Words"))[4..6]);
        Assert.AreSequenceEqual(["head 0: 1 → a (0): 0.5"], Tips(AttentionMaps.Read(rows, "Weights", 0, null, "Words"))[4..5]);
        Assert.AreSequenceEqual(["head 0: bites (1) → 0: 0.5"], Tips(AttentionMaps.Read(rows, "Weights", 0, "Questions"))[4..5]);
    }

    [TestMethod]
    public void Title_IsTheRowUnlessGiven()
    {
        var rows = Data([new CrossRow { Weights = [1] }]);
        Assert.AreEqual("Attention of row 0", AttentionMaps.Read(rows, "Weights").Title);
        Assert.AreEqual("Who bites?", AttentionMaps.Read(rows, "Weights", title: "Who bites?").Title);
    }

    [TestMethod]
    public void Weights_OfCrossAttentionWithoutTokens_AreNotTakenForASquare()
    {
        var rows =
            Data([new CrossRow { Weights = [0.25f, 0.25f, 0.25f, 0.25f, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0.5f, 0.25f, 0.25f, 0, 0, 0, 1,
                0, 0, 1, 0, 0, 1, 0, 0, 0, 0.5f, 0, 0.5f, 0] }]);
        Refused("Row 0 of column 'Weights' (Vector<Single, 1, *, *>) has 36 attention weights, which are not those of as many query "
            + "tokens and as many key tokens; name the columns of the tokens' texts.",
            () => AttentionMaps.Read(rows, "Weights"));
    }

    [TestMethod]
    public void Weights_OfOtherTokens_Throw()
    {
        var rows = Data([new CrossRow { Weights = [1, 0, 0, 1], Words = ["a", "dog", "bites"] }]);
        Refused("Row 0 of column 'Weights' (Vector<Single, 1, *, *>) has 4 attention weights, which are not those of 3 query tokens and "
            + "as many key tokens; name the columns of the tokens' texts.",
            () => AttentionMaps.Read(rows, "Weights", tokensColumnName: "Words"));
    }

    [TestMethod]
    public void Columns_ThatAreNotThere_Throw()
    {
        Refused("There is no column 'Weight'. There are: Weights, Questions, Words, Flat.", () =>
            AttentionMaps.Read(Data([new CrossRow()]), "Weight"));
        Refused("There is no column 'Word'. There are: Weights, Questions, Words, Flat.", () =>
            AttentionMaps.Read(Data([new CrossRow()]), "Weights", 0, "Word"));
    }

    [TestMethod]
    public void Columns_OfOtherTypes_Throw()
    {
        Refused("Column 'Flat' is Vector<Single, 4>, but attention weights are a vector of Single of 2 to 4 dimensions: [layers, heads, "
            + "queries, keys], the last two at least.", () => AttentionMaps.Read(Data([new CrossRow()]), "Flat"));
        Refused("Column 'Flat' is Vector<Single, 4>, but the texts of tokens are a vector of Text, or of keys that have text values.", () =>
            AttentionMaps.Read(Data([new CrossRow()]), "Weights", 0, "Flat"));
    }

    [TestMethod]
    public void Row_BeyondTheLast_Throws() =>
        Assert.StartsWith("There is no row 3: the view has 2 rows, and they count from 0.",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
                AttentionMaps.Read(Data([new CrossRow(), new CrossRow()]), "Weights", row: 3)).Message);

    static IDataView Data<T>(IEnumerable<T> rows) where T : class => MLContext.Data.LoadFromEnumerable(rows);

    static string[] Tips(AttentionMaps maps) => [.. Svg.Tips(new Svg(maps.ToSvg()).Shapes("rect", "cell"))];

    static IEnumerable<float> Values(AttentionMaps maps) =>
        Tips(maps).Select(tip => float.Parse(tip.Split(": ")[^1], System.Globalization.CultureInfo.InvariantCulture));

    static void Refused(string message, Action read) => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(read).Message);

    sealed class CrossRow
    {
        [VectorType(1, 0, 0)]
        public float[] Weights { get; set; } = [];

        public string[] Questions { get; set; } = [];

        public string[] Words { get; set; } = [];

        [VectorType(4)]
        public float[] Flat { get; set; } = new float[4];
    }
}
