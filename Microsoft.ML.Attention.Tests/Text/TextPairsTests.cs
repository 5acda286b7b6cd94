using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Text;

/// <summary>A pretrained model learned further from pairs of texts, each read by itself.</summary>
[TestClass]
public sealed class TextPairsTests
{
    static readonly string[] Texts = ["the cat", "cats", "the mat", "mats", "sat on", "on", "on the", "sat"];

    readonly MLContext _ml = new(1);

    sealed class Row
    {
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";

        public float Cosine { get; set; }
    }

    sealed class Asked
    {
        public string Text { get; set; } = "";
    }

    /// <summary>Texts at even places belong to the next one.</summary>
    static readonly Row[] Pairs =
        [.. Enumerable.Range(0, 4).Select(pair => new Row { Text = Texts[2 * pair], Other = Texts[2 * pair + 1], Cosine = pair % 2 })];

    static readonly TrainingOptions Training =
        new() { NumberOfEpochs = 60, MinimumSteps = 0, BatchSize = 4, LearningRate = 5e-3, Dropout = 0, Seed = 1 };

    [TestMethod]
    public async Task Fit_FromPairs_RaisesTheirSimilarityAboveThatOfOthers()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var model = PretrainedTextModel.Load(folder[""]);
        var view = _ml.Data.LoadFromEnumerable(Pairs);
        var options = new PretrainedTransformerOptions { Model = model, PairColumnName = "Other", Training = Training };
        using var before = _ml.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(view);

        using var stage = _ml.Transforms.Text.PretrainedTransformer(options).Fit(view);

        Assert.AreEqual(TrainingObjective.InBatchNegatives, stage.Attention.Training!.Objective);
        Assert.IsGreaterThan(await Contrast(before) + 0.5, await Contrast(stage));

        // the stage reads one text, also after it was saved
        var asked = _ml.Data.LoadFromEnumerable([new Asked { Text = Texts[1] }]);
        var vector = stage.Transform(asked).GetColumn<float[]>("Features").Single();
        Assert.IsFalse(stage.Transform(view).Schema.Any(column => column.Name.Contains("Pair", StringComparison.Ordinal)));
        using var file = new MemoryStream();
        _ml.Model.Save(stage, asked.Schema, file);
        file.Position = 0;
        using var loaded = (PretrainedTransformer)_ml.Model.Load(file, out _);
        Assert.AreEqual(stage.Options, loaded.Options);
        Assert.AreSequenceEqual(vector, loaded.Transform(asked).GetColumn<float[]>("Features").Single());
    }

    [TestMethod]
    public void Fit_FromScoredPairs_BringsTheirCosinesToTheScores()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var view = _ml.Data.LoadFromEnumerable(Pairs);

        using var stage = _ml.Transforms.Text.PretrainedTransformer(new()
        {
            Model = PretrainedTextModel.Load(folder[""]),
            PairColumnName = "Other",
            LabelColumnName = "Cosine",
            FrozenLayers = 0,
            Training = Training with { NumberOfEpochs = 200 },
        }).Fit(view);

        Assert.AreEqual(TrainingObjective.CosineRegression, stage.Attention.Training!.Objective);
        Assert.IsLessThan(0.05, stage.Attention.Training.Losses[^1]);
    }

    [TestMethod]
    public void Fit_FromPairsWithAPrefix_IntroducesBothSides()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var options = new PretrainedTransformerOptions
        {
            Model = PretrainedTextModel.Load(folder[""]),
            PairColumnName = "Other",
            Training = Training with { NumberOfEpochs = 2 },
        };
        var introduced = Pairs.Select(pair => new Row { Text = $"sat {pair.Text}", Other = $"sat {pair.Other}" });

        using var asked = _ml.Transforms.Text.PretrainedTransformer(options with { Prefix = "sat " })
            .Fit(_ml.Data.LoadFromEnumerable(Pairs));
        using var written = _ml.Transforms.Text.PretrainedTransformer(options).Fit(_ml.Data.LoadFromEnumerable(introduced));

        Assert.AreSequenceEqual(written.Attention.Training!.Losses, asked.Attention.Training!.Losses);
    }

    [TestMethod]
    public void GetOutputSchema_OfPairs_HasTheTokensOfTheFirstTextAlone()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var options = new PretrainedTransformerOptions { Model = PretrainedTextModel.Load(folder[""]), PairColumnName = "Other" };
        var shape = MLNetInternals.ShapeOf(_ml.Data.LoadFromEnumerable(Pairs).Schema);

        Assert.AreEqual("Text Other Cosine Features.Tokens Features",
            string.Join(' ', _ml.Transforms.Text.PretrainedTransformer(options).GetOutputSchema(shape).Select(column => column.Name)));
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.Text.PretrainedTransformer(options with { PairColumnName = "Third" }).GetOutputSchema(shape));
        Assert.AreEqual("There is no column 'Third'. There are: Text, Other, Cosine, Features.Tokens.", error.Message);
    }

    [TestMethod]
    public void Options_ThatContradictPairs_AreNamed()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var options = new PretrainedTransformerOptions { Model = PretrainedTextModel.Load(folder[""]), PairColumnName = "Other" };
        var view = _ml.Data.LoadFromEnumerable(Pairs);

        Assert.AreEqual("PairColumnName 'Other' contradicts SecondInputColumnName 'Text': "
            + "either two texts are compared, or both are read as one.",
            Refused(() => _ml.Transforms.Text.PretrainedTransformer(options with { SecondInputColumnName = "Text" })));
        Assert.AreEqual("PairColumnNames 'Features.Pair.Tokens' contradicts ScoreColumnName 'Score': pairs teach no prediction.",
            Refused(() => _ml.Regression.Trainers.PretrainedTransformer(options with { LabelColumnName = "Cosine" })));
        Assert.AreEqual("There is no column 'Third'. There are: Text, Other, Cosine, Features.Tokens.",
            Refused(() => _ml.Transforms.Text.PretrainedTransformer(options with { PairColumnName = "Third" }).Fit(view)));

        static string Refused(Func<object> make) => Assert.ThrowsExactly<ArgumentException>(make).Message;
    }

    /// <summary>How much nearer pairs are than texts of different pairs.</summary>
    static async Task<double> Contrast(PretrainedTransformer stage)
    {
        using var generator = stage.AsEmbeddingGenerator();
        var vectors = (await generator.GenerateAsync(Texts)).Select(embedding => embedding.Vector.ToArray()).ToArray();
        var pairs = Enumerable.Range(0, 4).Average(pair => Cosine(vectors[2 * pair], vectors[2 * pair + 1]));
        return pairs - Enumerable.Range(0, 4).Average(pair => Cosine(vectors[2 * pair], vectors[(2 * pair + 3) % 8]));
    }

    static double Cosine(float[] a, float[] b) => Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b));

    static double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
