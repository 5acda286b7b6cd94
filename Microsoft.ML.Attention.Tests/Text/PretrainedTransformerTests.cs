using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Text;

[TestClass]
public sealed class PretrainedTransformerTests
{
    static readonly string[] Texts = ["The cats sat on the mat.", "", "cat", "On the mat the cat sat, on the mat the cats sat"];

    // float32 against double through four layers
    static readonly Tolerance Rounding = new(2e-5, 2e-5);

    static IEnumerable<string> Families => TinyTextModel.Configurations.Keys;

    sealed class Row
    {
        public string Text { get; set; } = "";

        public bool IsLong { get; set; }

        public string Other { get; set; } = "";
    }

    sealed class Scored
    {
        public float[] Features { get; set; } = [];
    }

    static IDataView View(MLContext context, params string[] texts) =>
        context.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text, IsLong = text.Length > 5 }));

    [TestMethod, DynamicData(nameof(Families))]
    public void Tokens_OfEachFamily_AreThoseOfItsDescription(string family)
    {
        using var folder = new TemporaryFolder();
        var tensors = TinyTextModel.Write(folder, family);
        var model = PretrainedTextModel.Load(folder[""]);
        var context = new MLContext(1);
        using var stage = context.Transforms.Text.PretrainedTransformer(new() { Model = model, Pooling = AttentionPooling.None })
            .Fit(View(context));

        var rows = stage.Transform(View(context, Texts)).GetColumn<float[]>("Features").ToArray();

        foreach (var (text, row) in Texts.Zip(rows))
            Rounding.Check($"{family}, '{text}'", TextOracle.Run(family, tensors, model.EncodeToIds(text)).SelectMany(token => token), row);
    }

    [TestMethod]
    public void Vector_OfASentenceModel_IsPooledAndOfLengthOne_AndComesBackFromAFile()
    {
        using var folder = new TemporaryFolder();
        var tensors = TinyTextModel.Write(folder, "bert");
        WriteModules(folder);
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        var view = View(context, Texts);
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(view);
        var vectors = stage.Transform(view).GetColumn<float[]>("Features").ToArray();

        foreach (var (text, vector) in Texts.Zip(vectors))
        {
            var tokens = TextOracle.Run("bert", tensors, model.EncodeToIds(text));
            double[] mean = [.. Enumerable.Range(0, TinyTextModel.Width).Select(e => tokens.Average(token => token[e]))];
            var length = Math.Sqrt(mean.Sum(x => x * x));
            Rounding.Check(text, mean.Select(x => x / length), vector);
        }
        using var file = new MemoryStream();
        context.Model.Save(stage, view.Schema, file);
        file.Position = 0;
        File.Delete(folder["tokenizer.json"]);
        var loaded = context.Model.Load(file, out _);
        foreach (var (expected, vector) in vectors.Zip(loaded.Transform(view).GetColumn<float[]>("Features")))
            Assert.AreSequenceEqual(expected, vector);
        using var engine = context.Model.CreatePredictionEngine<Row, Scored>(loaded);
        new Tolerance(1e-6, 1e-6).Check("alone", vectors[0].Select(x => (double)x), engine.Predict(new Row { Text = Texts[0] }).Features);
    }

    [TestMethod]
    public void FreshProcess_ThatKnowsNothingOfTheLibrary_LoadsTokenizerAndTensorsOutOfOneFile()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var context = new MLContext(1);
        var view = View(context, Texts);
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", PretrainedTextModel.Load(folder[""])).Fit(view);
        context.Model.Save(stage, view.Schema, folder["model.zip"]);
        using (var rows = File.Create(folder["rows.idv"]))
            context.Data.SaveAsBinary(view, rows);
        foreach (var file in (string[])["config.json", "tokenizer.json", "model.safetensors"])
            File.Delete(folder[file]);

        var (exitCode, output, error) = FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Features");

        Assert.AreEqual((0, ""), (exitCode, error));
        var expected = stage.Transform(view).GetColumn<float[]>("Features")
            .Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        Assert.AreSequenceEqual(expected, output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }

    [TestMethod]
    [DataRow("bert", new[] { 2, 5, 6, 3, 8, 10, 3 }, new[] { 0, 0, 0, 0, 1, 1, 1 }),
        DataRow("roberta", new[] { 2, 5, 6, 3, 8, 10, 3 }, new[] { 0, 0, 0, 0, 0, 0, 0 })]
    public void Pair_OfTexts_IsOneSequence_TheSecondTextOfItsOwnTypeWhereThereAreSeveral(string family, int[] ids, int[] types)
    {
        using var folder = new TemporaryFolder();
        var tensors = TinyTextModel.Write(folder, family);
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        var view = context.Data.LoadFromEnumerable([new Row { Text = "the cat", Other = "sat on" }]);
        using var stage = context.Transforms.Text.PretrainedTransformer(
            new() { Model = model, SecondInputColumnName = "Other", Pooling = AttentionPooling.None }).Fit(view);

        var tokens = stage.Transform(view).GetColumn<float[]>("Features").Single();

        Assert.AreSequenceEqual(ids, model.EncodeToIds("the cat", "sat on"));
        Rounding.Check("tokens", TextOracle.Run(family, tensors, ids, types).SelectMany(token => token), tokens);
        using var file = new MemoryStream();
        context.Model.Save(stage, view.Schema, file);
        file.Position = 0;
        Assert.AreSequenceEqual(tokens, context.Model.Load(file, out _).Transform(view).GetColumn<float[]>("Features").Single());
    }

    [TestMethod]
    public void Pairs_OfTexts_AreLearnedToBeToldApart()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        string[] words = ["cat", "mat", "the"];
        var view = context.Data.LoadFromEnumerable(Enumerable.Range(0, 72)
            .Select(i => new Row { Text = words[i % 3], Other = words[i / 3 % 3], IsLong = i % 3 == i / 3 % 3 }));

        using var stage =
            context.BinaryClassification.Trainers.PretrainedTransformer(new()
            {
                Model = model,
                SecondInputColumnName = "Other",
                LabelColumnName = "IsLong",
                Training = new() { NumberOfEpochs = 60, MinimumSteps = 0, LearningRate = 1e-2, Dropout = 0, Seed = 1 }
            }).Fit(view);

        Assert.IsGreaterThan(0.9, context.BinaryClassification.Evaluate(stage.Transform(view), "IsLong").Accuracy);
    }

    [TestMethod]
    public async Task EmbeddingGenerator_GivesTheStagesVectors_FromManyThreads()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var context = new MLContext(1);
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", PretrainedTextModel.Load(folder[""]))
            .Fit(View(context));
        var expected = stage.Transform(View(context, Texts)).GetColumn<float[]>("Features").ToArray();

        using var generator = stage.AsEmbeddingGenerator();
        var calls = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => generator.GenerateAsync(Texts)));

        foreach (var embeddings in calls)
            foreach (var (vector, embedding) in expected.Zip(embeddings))
                Assert.AreSequenceEqual(vector, embedding.Vector.ToArray());
        Assert.AreEqual(TinyTextModel.Width, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    [TestMethod]
    public async Task EmbeddingGenerator_IsAServiceByOneLine()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var context = new MLContext(1);
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", PretrainedTextModel.Load(folder[""]))
            .Fit(View(context));
        await using var services = new ServiceCollection().AddSingleton(_ => stage.AsEmbeddingGenerator()).BuildServiceProvider();

        var vector = await services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateVectorAsync(Texts[0]);

        Assert.AreSequenceEqual(stage.Transform(View(context, Texts)).GetColumn<float[]>("Features").First(), vector.ToArray());
    }

    [TestMethod]
    public void AttentionWeights_HaveTheTokensAsNames()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var context = new MLContext(1);
        using var stage = context.Transforms.Text.PretrainedTransformer(
            new() { Model = PretrainedTextModel.Load(folder[""]), AttentionWeightsColumnName = "Weights" }).Fit(View(context));

        var svg = AttentionMaps.Read(stage.Transform(View(context, "cats")), "Weights", tokensColumnName: "Features.Tokens").ToSvg();

        Assert.Contains("##s", svg);
    }

    [TestMethod]
    public void Fit_WithALabel_LearnsTheModelFurther()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        var view = View(context, [.. Enumerable.Range(0, 16).SelectMany(_ => Texts)]);

        using var stage = context.Transforms.Text.PretrainedTransformer(new()
        {
            Model = model,
            LabelColumnName = "IsLong",
            Training = new() { NumberOfEpochs = 6, LearningRate = 1e-2, Seed = 1 }
        }).Fit(view);

        var losses = stage.Attention.Training!.Losses;
        Assert.IsLessThan(losses[0], losses[^1]);
        Assert.AreNotEqual(model.Options.Parameters!["embedding.weight"].Values.Span[5 * TinyTextModel.Width],
            stage.Attention.Parameters["embedding.weight"].Values.Span[5 * TinyTextModel.Width]);
    }

    [TestMethod]
    public void Trainer_OfBinaryClassification_PredictsWithMLNetsNames()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        var view = View(context, [.. Enumerable.Range(0, 16).SelectMany(_ => Texts)]);

        using var stage = context.BinaryClassification.Trainers.PretrainedTransformer(new()
        {
            Model = model,
            LabelColumnName = "IsLong",
            Training = new() { NumberOfEpochs = 30, MinimumSteps = 0, LearningRate = 1e-2, Seed = 1 }
        }).Fit(view);

        var metrics = context.BinaryClassification.Evaluate(stage.Transform(view), "IsLong");
        Assert.IsGreaterThan(0.9, metrics.Accuracy);
    }

    [TestMethod]
    public void FrozenLayers_StayAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        TinyTextModel.Write(folder, "bert");
        var (context, model) = (new MLContext(1), PretrainedTextModel.Load(folder[""]));
        var view = View(context, [.. Enumerable.Range(0, 4).SelectMany(_ => Texts)]);

        using var stage = context.Transforms.Text.PretrainedTransformer(new()
        {
            Model = model,
            LabelColumnName = "IsLong",
            FrozenLayers = 1,
            Training = new() { NumberOfEpochs = 1, MinimumSteps = 0 }
        }).Fit(view);

        var learned = stage.Attention.Parameters;
        string[] same = [.. learned.Names.Where(name =>
            learned[name].Values.Span.SequenceEqual(model.Options.Parameters![name].Values.Span))];
        Assert.AreSequenceEqual(learned.Names.Where(name =>
            !name.StartsWith("layers.1.") && !name.StartsWith("classifier") && !name.StartsWith("pre_classifier")), same);
    }

    static void WriteModules(TemporaryFolder folder)
    {
        File.WriteAllText(folder["modules.json"], """
            [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
             {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
             {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
            """);
        Directory.CreateDirectory(folder["1_Pooling"]);
        File.WriteAllText(Path.Combine(folder["1_Pooling"], "config.json"),
            """{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":false}""");
    }
}
