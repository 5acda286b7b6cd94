using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The stage as a trainer: what follows one of ML.NET's own trainers follows it.</summary>
[TestClass]
public sealed class TrainerTests
{
    static readonly MultiHeadAttentionOptions Options = Needle.Options with { OutputColumnName = "" };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Classes_AreLearnedEvaluatedAndNamed()
    {
        using var model = FitNamed(out var data);

        var predictions = model.Transform(data);
        var metrics = _ml.MulticlassClassification.Evaluate(predictions);

        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
        Assert.IsLessThan(0.3, metrics.LogLoss);
        CollectionAssert.AreEqual(new[] { "none", "less", "more" }, KeyValues(predictions.Schema["PredictedLabel"]));
        CollectionAssert.AreEqual(new[] { "none", "less", "more" }, SlotNames(predictions.Schema["Score"]));
        CollectionAssert.AreEqual(new[] { "none", "less", "more" }, KeyValues(predictions.Schema["Score"], "TrainingLabelValues"));
        foreach (var scores in predictions.GetColumn<float[]>("Score"))
            Assert.AreEqual(1, scores.Sum(), 1e-5);
        var named = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(predictions).Transform(predictions);
        CollectionAssert.IsSubsetOf(named.GetColumn<string>("PredictedLabel").Distinct().ToArray(), new[] { "none", "less", "more" });
    }

    [TestMethod]
    public void Columns_CarryTheAnnotationsOfMLNETsTrainers()
    {
        using var ours = FitNamed(out var data);
        var theirs = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Flat").Fit(WithFlat(data))
            .Transform(WithFlat(data)).Schema;
        var schema = ours.Transform(data).Schema;

        foreach (var column in new[] { "PredictedLabel", "Score" })
        {
            var found = schema[column].Annotations.Schema.ToDictionary(a => a.Name, a => a.Type.ToString());
            foreach (var annotation in theirs[column].Annotations.Schema)
                Assert.AreEqual(annotation.Type.ToString(), found.GetValueOrDefault(annotation.Name), $"{column}, {annotation.Name}");
            Assert.AreEqual(theirs[column].Type.ToString(), schema[column].Type.ToString(), column);
            foreach (var kind in new[] { "ScoreColumnKind", "ScoreValueKind" })
                Assert.AreEqual(Text(theirs[column], kind), Text(schema[column], kind), $"{column}, {kind}");
        }
    }

    [TestMethod]
    public void Booleans_AreLearnedAndEvaluated()
    {
        var data = Needle.Flags(_ml, 160);
        using var model = _ml.BinaryClassification.Trainers.MultiHeadAttention(Options).Fit(data);

        var predictions = model.Transform(data);
        var metrics = _ml.BinaryClassification.Evaluate(predictions);

        Assert.IsGreaterThan(0.95, metrics.Accuracy);
        Assert.IsLessThan(0.3, metrics.LogLoss);
        Assert.AreSequenceEqual(["PredictedLabel", "Score", "Probability"],
            predictions.Schema.Skip(data.Schema.Count).Select(column => column.Name));
        foreach (var (score, probability) in predictions.GetColumn<float>("Score").Zip(predictions.GetColumn<float>("Probability")))
            Assert.AreEqual(1 / (1 + Math.Exp(-score)), probability, 1e-6);
    }

    [TestMethod]
    public void Numbers_FarFromZero_AreLearnedInTheirOwnUnit()
    {
        var data = Needle.Numbers(_ml, 160);
        using var model = _ml.Regression.Trainers.MultiHeadAttention(Options).Fit(data);

        var metrics = _ml.Regression.Evaluate(model.Transform(data));

        Assert.IsGreaterThan(0.9, metrics.RSquared);
        Assert.AreSequenceEqual(["Score"], model.Transform(data).Schema.Skip(data.Schema.Count).Select(column => column.Name));
    }

    [TestMethod]
    public void Numbers_LearnedOnFromTheirParameters_BeginWhereTheyEnded()
    {
        var data = Needle.Numbers(_ml, 60);
        using var model = _ml.Regression.Trainers.MultiHeadAttention(Options).Fit(data);
        var still = Options with
        {
            Parameters = model.Parameters,
            StandardizeInputs = true,
            Training = Options.Training with { NumberOfEpochs = 1, LearningRate = 1e-12 }
        };

        using var again = _ml.Regression.Trainers.MultiHeadAttention(still).Fit(data);

        foreach (var (then, now) in model.Transform(data).GetColumn<float>("Score").Zip(again.Transform(data).GetColumn<float>("Score")))
            Assert.AreEqual(then, now, 1f);       // of a million: float32 holds steps of 1/16
    }

    [TestMethod]
    public void Model_SavedAndLoaded_PredictsTheSameUnderTheSameNames()
    {
        using var model = FitNamed(out var data);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;

        using var loaded = (MultiHeadAttentionTransformer)new MLContext().Model.Load(file, out _);

        Assert.AreEqual(model.Transform(data).Read("Score").First(), loaded.Transform(data).Read("Score").First());
        Assert.AreSequenceEqual(model.Transform(data).Read("PredictedLabel"), loaded.Transform(data).Read("PredictedLabel"));
        CollectionAssert.AreEqual(new[] { "none", "less", "more" }, KeyValues(loaded.Transform(data).Schema["PredictedLabel"]));
    }

    [TestMethod]
    public void Engine_PredictsWhatTheViewDoes()
    {
        var frames = _ml.Data.LoadFromEnumerable(Frames.Rows(30));
        var pipeline = _ml.BinaryClassification.Trainers.MultiHeadAttention("Label", "A", numberOfHeads: 2);
        var model = pipeline.Fit(frames);
        using var engine = _ml.Model.CreatePredictionEngine<Frames, Predicted>(model);

        var one = Frames.Rows(30).Select(row => engine.Predict(row)).ToArray();

        CollectionAssert.AreEqual(model.Transform(frames).GetColumn<bool>("PredictedLabel").ToArray(),
            one.Select(p => p.PredictedLabel).ToArray());
        new Tolerance(1e-5, 1e-5).Check("probability", model.Transform(frames).GetColumn<float>("Probability").Select(p => (double)p),
            one.Select(p => p.Probability));
    }

    [TestMethod]
    public void CrossValidate_FitsAndEvaluatesEachFold()
    {
        var results = _ml.BinaryClassification.CrossValidate(Needle.Flags(_ml, 90),
            _ml.BinaryClassification.Trainers.MultiHeadAttention(Options), numberOfFolds: 3);

        Assert.HasCount(3, results);
        Assert.IsGreaterThan(0.8, results.Average(result => result.Metrics.Accuracy));
        foreach (var result in results)
            ((IDisposable)result.Model).Dispose();
    }

    [TestMethod]
    public void PermutationFeatureImportance_OfFixedFeatures_FindsThoseThatTell()
    {
        var frames = _ml.Data.LoadFromEnumerable(Frames.Rows(60));
        using var model = _ml.BinaryClassification.Trainers.MultiHeadAttention("Label", "A", numberOfHeads: 2).Fit(frames);

        var importance = _ml.BinaryClassification.PermutationFeatureImportance(model, frames);

        Assert.HasCount(24, importance);
        Assert.IsLessThanOrEqualTo(0, importance.Sum(feature => feature.AreaUnderRocCurve.Mean));
    }

    /// <summary>Of classes and of numbers, as of Booleans: what tells is missed where it is shuffled.</summary>
    [TestMethod]
    public void PermutationFeatureImportance_OfClassesAndNumbers_FindsTheOneThatTells()
    {
        const int Telling = 7;
        var random = new Random(1);
        var frames = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(n => new Frames
        {
            Label = n % 2 == 1,
            A = [.. Enumerable.Range(0, 24).Select(i => random.NextSingle() + (i == Telling ? 2 * (n % 2) : 0))],
        }).ToArray());
        var data = _ml.Transforms.Conversion.MapValueToKey("Key", "Class").Append(_ml.Transforms.Conversion.ConvertType("Number", "Label"))
            .Fit(frames).Transform(frames);
        using var classes = _ml.MulticlassClassification.Trainers.MultiHeadAttention("Key", "A", numberOfHeads: 2, modelDimension: 16)
            .Fit(data);
        using var numbers = _ml.Regression.Trainers.MultiHeadAttention("Number", "A", numberOfHeads: 2, modelDimension: 16).Fit(data);

        var (byClass, byNumber) = (_ml.MulticlassClassification.PermutationFeatureImportance(classes, data, "Key"),
            _ml.Regression.PermutationFeatureImportance(numbers, data, "Number"));
        Assert.AreEqual((Telling, Telling), (byClass.Index().MinBy(slot => slot.Item.MicroAccuracy.Mean).Index,
            byNumber.Index().MinBy(slot => slot.Item.RSquared.Mean).Index));
        Assert.IsLessThan(-0.1, byClass[Telling].MicroAccuracy.Mean);
        Assert.IsLessThan(-0.1, byNumber[Telling].RSquared.Mean);
    }

    [TestMethod]
    public void OutputSchema_IsWhatTheTransformerKeeps()
    {
        using var model = FitNamed(out var data);
        var shape = Named(out _).GetOutputSchema(MLNetInternals.ShapeOf(data.Schema));
        var kept = MLNetInternals.ShapeOf(model.Transform(data).Schema);

        foreach (var name in new[] { "PredictedLabel", "Score" })
        {
            var (promised, found) = (shape.Single(c => c.Name == name), kept.Single(c => c.Name == name));
            Assert.AreEqual((found.Kind, found.ItemType, found.IsKey), (promised.Kind, promised.ItemType, promised.IsKey), name);
            CollectionAssert.AreEquivalent(found.Annotations.Select(a => a.Name).ToArray(),
                promised.Annotations.Select(a => a.Name).ToArray(), name);
        }
    }

    [TestMethod]
    public void PrunedAndInt8_KeepTheClassifier()
    {
        using var model = FitNamed(out var data);
        using var pruned = model.Prune([(0, 1)]);
        using var int8 = model.WithRuntime(new() { Precision = AttentionPrecision.Int8 });

        Assert.AreSame(model.Parameters["classifier.weight"], pruned.Parameters["classifier.weight"]);
        CollectionAssert.AreEqual(new long[] { 3, 8 }, pruned.Parameters["classifier.weight"].Shape.ToArray());
        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(int8.Transform(data)).MicroAccuracy);
        CollectionAssert.AreEqual(new[] { "none", "less", "more" }, KeyValues(pruned.Transform(data).Schema["PredictedLabel"]));
    }

    [TestMethod]
    public void Classifier_OfACheckpoint_PredictsWithoutLearning_AndScoreWeightIsOne()
    {
        using var model = FitNamed(out var data);
        var renamed = AttentionParameters.Create(model.Parameters.Names.Where(name => name != "classifier.bias")
            .Select(name => KeyValuePair.Create(name == "classifier.weight" ? "score.weight" : name, model.Parameters[name])));
        var options = Options with
        {
            LabelColumnName = null,
            Parameters = renamed,
            ScoreColumnName = "Score",
            PredictedLabelColumnName = "PredictedLabel"
        };

        using var given = _ml.Transforms.MultiHeadAttention(options).Fit(data);

        Assert.IsNull(given.Training);
        Assert.AreEqual("Vector<Single, 3>", given.Transform(data).Schema["Score"].Type.ToString());
        var bias = model.Parameters["classifier.bias"].Values.ToArray();
        foreach (var (with, without) in model.Transform(data).GetColumn<float[]>("Score")
            .Zip(given.Transform(data).GetColumn<float[]>("Score")))
        {
            double[] shifted = [.. without.Zip(bias, (p, b) => p * Math.Exp(b))];
            new Tolerance(1e-5, 1e-5).Check("score", shifted.Select(p => p / shifted.Sum()), with);
        }
    }

    /// <summary>As DistilBERT's: a dense layer and ReLU before the classifier,
    /// computed here once more in plain loops from the pooled vector.</summary>
    [TestMethod]
    public void Classifier_WithADenseLayerBeforeIt_ReadsWhatThatMakesOfTheRow_AndLearnsOn()
    {
        using var model = FitNamed(out var data);
        float[] dense = [.. Enumerable.Range(0, 64).Select(i => MathF.Sin(i))], bias = [.. Enumerable.Range(0, 8).Select(i => 0.1f * i)];
        var parameters = AttentionParameters.Create(model.Parameters.All.Concat(
            [KeyValuePair.Create("pre_classifier.weight", new AttentionTensor([8, 8], dense)),
                KeyValuePair.Create("pre_classifier.bias", new AttentionTensor([8], bias))]));
        var options = Options with
        {
            LabelColumnName = null,
            Parameters = parameters,
            OutputColumnName = "Vector",
            ScoreColumnName = "Score"
        };
        using var given = _ml.Transforms.MultiHeadAttention(options).Fit(data);
        var (weights, biases) = (parameters["classifier.weight"].Values.ToArray(), parameters["classifier.bias"].Values.ToArray());

        foreach (var (vector, score) in given.Transform(data).GetColumn<float[]>("Vector")
            .Zip(given.Transform(data).GetColumn<float[]>("Score")))
        {
            double[] hidden = [.. bias.Select((b, i) =>
                Math.Max(0, b + Enumerable.Range(0, 8).Sum(j => (double)dense[8 * i + j] * vector[j])))];
            double[] odds = [.. biases.Select((b, c) => Math.Exp(b + Enumerable.Range(0, 8).Sum(i => weights[8 * c + i] * hidden[i])))];
            new Tolerance(1e-5, 1e-5).Check("score", odds.Select(o => o / odds.Sum()), score);
        }
        using var further = _ml.MulticlassClassification.Trainers.MultiHeadAttention(
            options with { LabelColumnName = "Label", Training = options.Training with { NumberOfEpochs = 1 } }).Fit(data);
        Assert.AreNotEqual(dense[9], further.Parameters["pre_classifier.weight"].Values.Span[9]);
    }

    [TestMethod]
    public void RowWithoutTokens_IsScoredAsOneWhoseTokensAreHidden()
    {
        var options = Options with { MaskColumnName = RowColumns.Mask };
        ReferenceRow[] rows = [.. Needle.Rows(40).Rows.Select(row => row with { Mask = [.. row.Tokens.Select(_ => true)] })];
        using var model = _ml.BinaryClassification.Trainers.MultiHeadAttention(options)
            .Fit(rows.ToDataView(_ml, options, TokenShape.Ragged, labels: rows.Select((_, n) => n % 2 == 0).ToArray()));

        var view = new ReferenceRow[] { new() { Mask = [] }, rows[0] with { Mask = [.. rows[0].Mask!.Select(_ => false)] } }.ToDataView(_ml,
            options, TokenShape.Ragged);
        var scores = model.Transform(view).GetColumn<float>("Score").ToArray();

        Assert.AreEqual(model.Parameters["classifier.bias"].Values.Span[0], scores[0], 1e-6);
        Assert.AreEqual(scores[1], scores[0], 1e-6);
    }

    static IEnumerable<(Func<MLContext, IEstimator<ITransformer>>, string)> WrongLabels =>
    [
        (ml => ml.MulticlassClassification.Trainers.MultiHeadAttention("Number", "A"),
            "Label column 'Number' is Single, but MulticlassClassification.Trainers.MultiHeadAttention needs a key: map it with "
                + "Conversion.MapValueToKey, or use Regression.Trainers.MultiHeadAttention."),
        (ml => ml.BinaryClassification.Trainers.MultiHeadAttention("Number", "A"),
            "Label column 'Number' is Single, but BinaryClassification.Trainers.MultiHeadAttention needs a Boolean: convert it with "
                + "Conversion.ConvertType to Boolean, or use Regression.Trainers.MultiHeadAttention."),
        (ml => ml.Regression.Trainers.MultiHeadAttention("Label", "A"),
            "Label column 'Label' is Boolean, but Regression.Trainers.MultiHeadAttention needs a Single: convert it with "
                + "Conversion.ConvertType to Single, or use BinaryClassification.Trainers.MultiHeadAttention."),
        (ml => ml.Regression.Trainers.MultiHeadAttention("Class", "A"),
            "Label column 'Class' is String, but must be a key, a Boolean or a Single: map it with Conversion.MapValueToKey."),
        (ml => ml.Regression.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions { LabelColumnName = "Number",
            InputColumnNames = ["A"], PredictedLabelColumnName = "P" }),
    "PredictedLabelColumnName 'P' needs a key or a Boolean, but label column 'Number' is Single, which is for numbers: the score is what "
        + "is predicted."),
        (ml => ml.Regression.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions { LabelColumnName = "Number",
            InputColumnNames = ["A"], ProbabilityColumnName = "P" }),
    "ProbabilityColumnName 'P' needs a Boolean label, but label column 'Number' is Single, which is for numbers."),
        (ml => ml.Regression.Trainers.MultiHeadAttention("Number", "A", "Class"), "Weight column 'Class' is String, but must be a Single."),
        (ml => ml.Regression.Trainers.MultiHeadAttention("Number", "A", "A"),
            "Weight column 'A' is a vector of Single, but must be a Single."),
    ];

    [TestMethod, DynamicData(nameof(WrongLabels))]
    public void Label_OfAnotherKind_IsRefusedWithTheRemedy(Func<MLContext, IEstimator<ITransformer>> trainer, string expected)
    {
        var view = _ml.Transforms.Conversion.ConvertType("Number", "Label").Fit(Rows()).Transform(Rows());

        Assert.AreEqual(expected,
            Assert.ThrowsExactly<ArgumentException>(() => trainer(_ml).GetOutputSchema(MLNetInternals.ShapeOf(view.Schema))).Message);
    }

    IDataView Rows() => _ml.Data.LoadFromEnumerable(Frames.Rows(6));

    MultiHeadAttentionEstimator Named(out IDataView data)
    {
        var (rows, numbers) = Needle.Rows(160);
        var view = rows.ToDataView(_ml, Needle.Options with { LabelColumnName = "Number" }, TokenShape.Ragged,
            labels: Array.ConvertAll(numbers, number => (float)number));
        var words = _ml.Data.LoadFromEnumerable(
            [new { Key = 0f, Value = "none" }, new { Key = -1f, Value = "less" }, new { Key = 1f, Value = "more" }]);
        data = _ml.Transforms.Conversion.MapValue("Word", words, words.Schema["Key"], words.Schema["Value"], "Number")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Word",
                keyData: _ml.Transforms.SelectColumns("Value").Fit(words).Transform(words))).Fit(view).Transform(view);
        return _ml.MulticlassClassification.Trainers.MultiHeadAttention(Options);
    }

    MultiHeadAttentionTransformer FitNamed(out IDataView data) => Named(out data).Fit(data);

    IDataView WithFlat(IDataView data) =>
        _ml.Transforms.Conversion.ConvertType("N", "Number").Append(_ml.Transforms.Concatenate("Flat", "N")).Fit(data).Transform(data);

    static string[] KeyValues(DataViewSchema.Column column, string kind = "KeyValues")
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    static string[] SlotNames(DataViewSchema.Column column) => KeyValues(column, "SlotNames");

    static string Text(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    sealed class Predicted
    {
        public bool PredictedLabel { get; set; }

        public float Probability { get; set; }
    }
}
