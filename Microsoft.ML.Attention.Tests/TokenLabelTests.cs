using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Search;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Labels of tokens: learned, predicted, counted and refused.</summary>
[TestClass]
public sealed class TokenLabelTests
{
    // Whether a token is above the one before it: what no token can tell by itself.
    static readonly MultiHeadAttentionOptions Options = new()
    {
        InputColumnNames = ["A"],
        LabelColumnName = "Rises",
        EmbeddingDimension = 1,
        NumberOfHeads = 4,
        ModelDimension = 16,
        FeedForwardDimension = 32,
        Block = AttentionBlock.Encoder,
        PositionalEncoding = PositionalEncoding.Rotary,
        WindowSize = 1,
        PredictedLabelColumnName = "PredictedLabel",
        ScoreColumnName = "Score",
        Training = new()
        {
            NumberOfEpochs = 40,
            MinimumSteps = 0,
            BatchSize = 16,
            LearningRate = 0.01,
            Dropout = 0,
            LabelSmoothing = 0,
            Seed = 1
        },
    };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("Rises"), DataRow("Class"), DataRow("Number")]
    public void Tokens_OfEachKindOfLabel_AreLearned(string label)
    {
        var options = Options with { LabelColumnName = label, PredictedLabelColumnName = label == "Number" ? null : "PredictedLabel" };
        using var model = _ml.Transforms.MultiHeadAttention(options).Fit(View(Rows(80, seed: 1)));

        var scored = model.Transform(View(Rows(40, seed: 2)));

        if (label == "Number")
            Assert.IsGreaterThan(0.7, AttentionTokenRegressionMetrics.Evaluate(scored, label).RSquared);
        else
            Assert.IsGreaterThan(0.9, AttentionTokenMetrics.Evaluate(scored, label).Accuracy);
        Assert.AreEqual(label == "Class" ? "Vector<Single, *, 2>" : "Vector<Single>", scored.Schema["Score"].Type.ToString());
    }

    [TestMethod, DataRow(1), DataRow(3)]
    public void Trainer_OfMulticlassClassification_TagsTokens(int models)
    {
        var options = Options with
        {
            LabelColumnName = "Class",
            PredictedLabelColumnName = null,
            ScoreColumnName = null,
            Training = Options.Training with { NumberOfModels = models },
        };
        using var model = _ml.MulticlassClassification.Trainers.MultiHeadAttention(options).Fit(View(Rows(20, seed: 1)));
        var view = View(Rows(3, seed: 2));

        foreach (var (tokens, labels, scores) in view.GetColumn<float[]>("A")
            .Zip(model.Transform(view).GetColumn<uint[]>("PredictedLabel"), model.Transform(view).GetColumn<float[]>("Score")))
        {
            Assert.HasCount(tokens.Length, labels);
            CollectionAssert.AreEqual(labels.Select((_, t) => scores[2 * t] >= scores[2 * t + 1] ? 1u : 2u).ToArray(), labels);
        }
    }

    [TestMethod]
    [DataRow(AttentionPooling.None), DataRow(AttentionPooling.Mean), DataRow(AttentionPooling.Class)]
    public void MissingLabels_AndHiddenTokens_CountNowhere(AttentionPooling pooling)
    {
        var rows = Rows(40, seed: 1);
        var options = Options with
        {
            MaskColumnName = "Mask",
            LabelColumnName = "Class",
            Pooling = pooling,
            WindowSize = null,      // which a class token contradicts
            Training = Options.Training with { NumberOfEpochs = 3 }
        };

        // Labels that are not there, or of tokens that are not, are no part of what is learned: whatever they say.
        using var one = _ml.Transforms.MultiHeadAttention(options).Fit(View(rows.Select(row => row.WithHidden(1))));
        using var other = _ml.Transforms.MultiHeadAttention(options).Fit(View(rows.Select(row => row.WithHidden(2))));

        ParametersAssert.AreEqual(one.Parameters, other.Parameters);
        var hidden = one.Transform(View(rows.Select(row => row.WithHidden(1)))).GetColumn<uint[]>("PredictedLabel")
            .Select(labels => labels[1]);
        CollectionAssert.AreEqual(new uint[rows.Length], hidden.ToArray(), "A hidden token has no label.");
    }

    [TestMethod]
    public void Pooling_TouchesTheOutputAlone()
    {
        var options = Options with { OutputColumnName = "Out", Training = Options.Training with { NumberOfEpochs = 2 } };
        using var tokens = _ml.Transforms.MultiHeadAttention(options).Fit(View(Rows(10, seed: 1)));
        using var pooled = _ml.Transforms.MultiHeadAttention(options with { Pooling = AttentionPooling.Max }).Fit(View(Rows(10, seed: 1)));

        ParametersAssert.AreEqual(tokens.Parameters, pooled.Parameters);
        Assert.AreEqual(("Vector<Single, 16>", "Vector<Boolean>"),
            (pooled.Transform(View(Rows(1, 1))).Schema["Out"].Type.ToString(),
                pooled.Transform(View(Rows(1, 1))).Schema["PredictedLabel"].Type.ToString()));
    }

    [TestMethod]
    public void SeveralNumbersOfAToken_ArePredictedTogether()
    {
        var rows = Rows(60, seed: 1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["A"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        schema["Pairs"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 2);
        var view = _ml.Data.LoadFromEnumerable(rows, schema);
        using var model = _ml.Regression.Trainers.MultiHeadAttention(
            Options with { LabelColumnName = "Pairs", PredictedLabelColumnName = null }).Fit(view);

        var scored = model.Transform(view);

        Assert.AreEqual("Vector<Single, *, 2>", scored.Schema["Score"].Type.ToString());
        Assert.IsGreaterThan(0.7, AttentionTokenRegressionMetrics.Evaluate(scored, "Pairs").RSquared);
    }

    [TestMethod]
    public void Labels_OfTheElementsOfATable_AreRefused()
    {
        var table = Options with
        {
            InputColumnNames = ["A", "B"],
            TokenPerElement = true,
            EmbeddingDimension = null,
            PositionalEncoding = PositionalEncoding.None,
            WindowSize = null,
        };
        var rows = Frames.Rows(6).Select(row => new { A = row.A[0], B = row.A[1], Rises = new[] { row.Label, true } });

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.MultiHeadAttention(table).Fit(_ml.Data.LoadFromEnumerable(rows)));

        Assert.AreEqual(
            "TokenPerElement contradicts label column 'Rises', which is Vector<Boolean>: tokens are the elements of a table, and "
            + "a row of it has one label.", error.Message);
    }

    [TestMethod]
    public void Labels_OfAnotherNumberThanTokens_NameTheRow()
    {
        var rows = Rows(6, seed: 1);
        rows[4].Rises = [.. rows[4].Rises, true];

        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.MultiHeadAttention(Options).Fit(View(rows)));

        Assert.AreEqual($"Row 4: label column 'Rises' has {rows[4].A.Length + 1} values, but there are {rows[4].A.Length} tokens: it "
            + "needs one for each.", error.Message);
    }

    [TestMethod]
    public void Labels_ThatAreAllMissing_AreAnError()
    {
        var rows = Rows(6, seed: 1);
        foreach (var row in rows)
            row.Class = new uint[row.Class.Length];

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.Transforms.MultiHeadAttention(Options with { LabelColumnName = "Class" }).Fit(View(rows)));

        Assert.AreEqual("There is nothing to learn from: of 6 rows, 6 without a label.", error.Message);
    }

    [TestMethod]
    [DataRow("Rises", AttentionSearchMetric.Accuracy), DataRow("Class", AttentionSearchMetric.MicroAccuracy),
        DataRow("Number", AttentionSearchMetric.RSquared)]
    public void Search_OfTokens_ScoresTrialsByWhatTheStagePredicts(string label, AttentionSearchMetric metric)
    {
        var options = Options with
        {
            LabelColumnName = label,
            PredictedLabelColumnName = null,
            ScoreColumnName = null,
            Training = Options.Training with { NumberOfEpochs = 2 }
        };
        var space = AttentionSearchTests.Nothing with { LearningRate = new(1e-5, 1e-2, IsLogarithmic: true) };

        var result = _ml.Transforms.SearchMultiHeadAttention(View(Rows(24, seed: 1)), options with { OutputColumnName = "Out" },
            new() { Space = space, NumberOfTrials = 3, NumberOfFolds = 2, FewestEpochs = 2 });

        using var best = result.BestTransformer;
        Assert.AreEqual(metric, result.Best.Metric);
        Assert.AreSequenceEqual(result.Trials.Select(trial => trial.Score).OrderDescending(), result.Trials.Select(trial => trial.Score));
        Assert.IsTrue(result.Trials.All(trial => trial.Failure is null));
    }

    /// <summary>Which of its neighbours is the one before, no token can tell without positions: they are what is to be found.</summary>
    [TestMethod]
    [DataRow("Rises"), DataRow("Class"), DataRow("Number")]
    public void Search_OfTokens_FindsWhatTheOptionsAsGivenAreBlindTo(string label)
    {
        var blind = Options with
        {
            OutputColumnName = "Out",
            LabelColumnName = label,
            PositionalEncoding = PositionalEncoding.None,
            PredictedLabelColumnName = null,
            ScoreColumnName = null,
        };
        var space = AttentionSearchTests.Nothing with { PositionalEncoding = [PositionalEncoding.Rotary] };

        var result = _ml.Transforms.SearchMultiHeadAttention(View(Rows(120, seed: 1)), blind,
            new() { Space = space, NumberOfTrials = 2, NumberOfFolds = 2, FewestEpochs = 40 });

        using var best = result.BestTransformer;
        Assert.AreEqual(PositionalEncoding.Rotary, best.Options.PositionalEncoding);
        Assert.AreSequenceEqual([2, 1], result.Trials.Select(trial => trial.Number));
        Assert.IsGreaterThan(result.Trials[1].Score!.Value + 0.1, result.Best.Score!.Value);
        Assert.IsGreaterThan(label == "Number" ? 0.7 : 0.85, result.Best.Score!.Value);
    }

    /// <summary>A hidden token has a label and no prediction: it is no mistake of the trial's.</summary>
    [TestMethod]
    public void Search_OfTokensThatAMaskHides_CountsTheOthersAlone()
    {
        var options = Options with
        {
            MaskColumnName = "Mask",
            LabelColumnName = "Class",
            Training = Options.Training with { NumberOfEpochs = 1 }
        };
        var view = View(Rows(24, seed: 1).Select(row => row.WithHidden(2)));
        var rule = MetricRule.For(null, LabelKind.Class, view.Schema["Class"], ofTokens: true);

        var score = new CrossValidation(_ml.Transforms, [(view, view)], rule, null, seed: 1) { IsPrediction = true }.Scores(options)
            .Single();

        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        Assert.AreEqual(AttentionTokenMetrics.Evaluate(stage.Transform(view), "Class", maskColumnName: "Mask").Accuracy, score);
        Assert.AreNotEqual(AttentionTokenMetrics.Evaluate(stage.Transform(view), "Class").Accuracy, score);
    }

    static IEnumerable<(string, string)> NoLabels =>
    [
        ("Names", "Label column 'Names' is Vector<String>, but must be a key, a Boolean or a Single for each token: "
            + "map it with Conversion.MapValueToKey."),
        ("Doubles", "Label column 'Doubles' is Vector<Double>, but must be a key, a Boolean or a Single for each token: convert it with "
            + "Conversion.ConvertType to DataKind.Single where it is a quantity, or map it with Conversion.MapValueToKey where it is a "
            + "class."),
        ("Missing", "There is no label column 'Missing'. There are: A, Rises, Number, Pairs, Class, Mask, Names, Doubles."),
    ];

    [TestMethod, DynamicData(nameof(NoLabels))]
    public void Column_ThatIsNoLabelOfTokens_IsRefused(string column, string expected) =>
        Assert.AreEqual(expected,
            Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Of(View(Rows(2, seed: 1)).Schema, column)).Message);

    /// <summary>Of all tokens together: rows of one class each are learned from.</summary>
    [TestMethod]
    public void Labels_OfOneClass_AreAnError()
    {
        var rows = Rows(6, seed: 1);
        foreach (var row in rows)
            row.Class = [.. row.Class.Select(_ => 1u)];

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.Transforms.MultiHeadAttention(Options with { LabelColumnName = "Class" }).Fit(View(rows)));

        Assert.AreEqual("Label column 'Class' has one value in all 6 rows that can be learned from; learning needs at least two.",
            error.Message);
    }

    [TestMethod]
    public void Model_SavedAndExported_PredictsTheSame()
    {
        using var model = _ml.Transforms.MultiHeadAttention(Options with
        {
            LabelColumnName = "Class",
            Training = Options.Training with { NumberOfEpochs = 2 }
        }).Fit(View(Rows(20, seed: 1)));
        var view = View(Rows(5, seed: 2));
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;

        using var loaded = (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);

        Assert.AreEqual(model.Transform(view).Read().Text(), loaded.Transform(view).Read().Text());
        using var folder = new TemporaryFolder();
        loaded.SaveOnnx(folder["tagger.onnx"]);
        using var session = new InferenceSession(folder["tagger.onnx"]);
        foreach (var (tokens, labels, scores) in view.GetColumn<float[]>("A")
            .Zip(model.Transform(view).GetColumn<uint[]>("PredictedLabel"), model.Transform(view).GetColumn<float[]>("Score")))
        {
            using var exported = session.Run([NamedOnnxValue.CreateFromTensor("A", new DenseTensor<float>(tokens, [1, tokens.Length, 1]))],
                ["PredictedLabel", "Score"]);
            Assert.AreSequenceEqual(labels.Select(label => label - 1L), exported[0].AsEnumerable<long>());        // counted from 0
            new Tolerance(2e-6, 2e-6).Check("score", scores.Select(score => (double)score), exported[1].AsEnumerable<float>());
        }
    }

    IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows.ToArray());

    static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] tokens = [.. Enumerable.Range(0, random.Next(3, 8)).Select(_ => random.NextSingle() * 4 - 2)];
            bool[] rises = [.. tokens.Select((token, t) => t > 0 && token > tokens[t - 1])];
            float[] before = [.. tokens.Select((_, t) => t > 0 ? tokens[t - 1] : 0)];
            return new Row
            {
                A = tokens, Rises = rises, Number = before, Class = [.. rises.Select(r => r ? 2u : 1u)],
                Mask = [.. tokens.Select(_ => true)],
                Pairs = [.. tokens.Zip(before).SelectMany(pair => new[] { pair.First, pair.Second })],
            };
        })];
    }

    sealed class Row
    {
        public float[] A { get; set; } = [];

        public bool[] Rises { get; set; } = [];

        public float[] Number { get; set; } = [];

        public float[] Pairs { get; set; } = [];

        [KeyType(2)]
        public uint[] Class { get; set; } = [];

        public bool[] Mask { get; set; } = [];

        public string[] Names { get; set; } = [];

        public double[] Doubles { get; set; } = [];

        /// <summary>The second token hidden, under some label; the first without one.</summary>
        public Row WithHidden(uint label) => new()
        {
            A = A,
            Rises = Rises,
            Number = Number,
            Pairs = Pairs,
            Mask = [.. Mask.Select((_, t) => t != 1)],
            Class = [.. Class.Select((c, t) => t switch { 0 => 0u, 1 => label, _ => c })],
        };
    }
}
