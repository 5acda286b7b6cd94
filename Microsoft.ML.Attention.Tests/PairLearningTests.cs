using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Fit from pairs of rows: what it learns, what it reads, and what it refuses.</summary>
[TestClass]
public sealed class PairLearningTests
{
    const int Themes = 6, WordsOfSide = 4, Length = 5, Pairs = 90;

    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = "Features",
        InputColumnNames = [nameof(Row.First)],
        PairColumnNames = [nameof(Row.Second)],
        NumberOfHeads = 2,
        ModelDimension = 16,
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
        Training = new() { NumberOfEpochs = 12, BatchSize = 15, LearningRate = 0.01, Dropout = 0, Seed = 1 },
    };

    readonly MLContext _ml = new(1);

    sealed class Row
    {
        [KeyType(2 * Themes * WordsOfSide)]
        public uint[] First { get; set; } = [];

        [KeyType(2 * Themes * WordsOfSide)]
        public uint[] Second { get; set; } = [];

        [KeyType(Themes)]
        public uint[] Few { get; set; } = [1];

        public float[] Numbers { get; set; } = [1, 2];

        public float Cosine { get; set; }

        public bool Flag { get; set; }

        public float Weight { get; set; } = 1;
    }

    [TestMethod]
    public void Fit_FromPairsWithoutALabel_BringsTogetherWhatBelongsTogether()
    {
        var rows = Related(Pairs, seed: 1);
        var asked = Related(60, seed: 2);

        var none = Options.Training with { Objective = TrainingObjective.None };
        using var drawn = _ml.Transforms.MultiHeadAttention(Options with { PairColumnNames = null, Training = none }).Fit(View(rows));
        using var learned = _ml.Transforms.MultiHeadAttention(Options).Fit(View(rows));

        Assert.AreEqual(TrainingObjective.InBatchNegatives, learned.Training!.Objective);
        Assert.AreEqual(Pairs, learned.Training.RowsUsed);
        Assert.IsLessThan(learned.Training.Losses[0] / 2, learned.Training.Losses[^1]);
        var (before, after) = (Contrast(drawn, asked), Contrast(learned, asked));
        Assert.IsGreaterThan(before + 0.4, after, "pairs that were not learned from, against those of other themes");
        var outputs = learned.Transform(View(asked)).GetColumn<float[]>("Features");
        Assert.AreEqual(16, outputs.First().Length);
    }

    [TestMethod]
    public void Fit_FromScoredPairs_BringsCosinesToTheirScores()
    {
        Row[] rows = [.. Related(Pairs, seed: 1).Concat(Unrelated(Pairs, seed: 3))];

        using var learned = _ml.Transforms.MultiHeadAttention(Options with
        {
            LabelColumnName = nameof(Row.Cosine),
            Training = Options.Training with { NumberOfEpochs = 20, ValidationFraction = 0.2 },
        }).Fit(View(rows));

        Assert.AreEqual(TrainingObjective.CosineRegression, learned.Training!.Objective);
        Assert.AreEqual(2 * Pairs, learned.Training.RowsUsed + learned.Training.RowsValidated);
        Assert.IsNull(learned.Training.Temperature);
        Assert.IsLessThan(0.1, learned.Training.ValidationLosses[learned.Training.BestEpoch - 1]);
        Assert.AreEqual(0.9, Cosines(learned, Related(40, seed: 2)).Average(), 0.15);
        Assert.AreEqual(0.1, Cosines(learned, Unrelated(40, seed: 4)).Average(), 0.2);
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Fit_FromPairs_IsTheSameForASeedAndSavedWithIt(bool hasLabel)
    {
        var options = Options with
        {
            LabelColumnName = hasLabel ? nameof(Row.Cosine) : null,
            Training = Options.Training with { NumberOfEpochs = 2, Dropout = 0.1 },
        };
        var view = View([.. Related(20, seed: 1).Concat(Unrelated(20, seed: 3))]);

        using var once = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var again = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var other = _ml.Transforms.MultiHeadAttention(options with { Training = options.Training with { Seed = 2 } }).Fit(view);

        ParametersAssert.AreEqual(once.Parameters, again.Parameters);
        Assert.AreNotEqual(once.Training!.Losses[0], other.Training!.Losses[0]);
        using var file = new MemoryStream();
        _ml.Model.Save(once, view.Schema, file);
        file.Position = 0;
        using var loaded = (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);
        Assert.AreEqual(once.Options, loaded.Options);
        Assert.AreEqual(once.Training with { Seconds = 0 }, loaded.Training! with { Seconds = 0 });
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Fit_FromWeightedPairs_LeavesThoseOfWeight0OutAndCountsOthersAsOften(bool hasLabel)
    {
        // one step over all pairs: those of weight 0 are neither learned from nor told from others
        Row[] rows = [.. Related(12, seed: 1)];
        foreach (var (n, row) in rows.Index())
            (row.Weight, row.Cosine) = (n % 3, n % 2);
        var options = Options with
        {
            LabelColumnName = hasLabel ? nameof(Row.Cosine) : null,
            ExampleWeightColumnName = nameof(Row.Weight),
            Training = Options.Training with { NumberOfEpochs = 1, BatchSize = 50 },
        };
        Row[] without = [.. rows.Where(row => row.Weight > 0)];

        using var weighted = _ml.Transforms.MultiHeadAttention(options).Fit(View(rows));
        using var left = _ml.Transforms.MultiHeadAttention(options).Fit(View(without));
        using var alike = _ml.Transforms.MultiHeadAttention(options with { ExampleWeightColumnName = null }).Fit(View(without));

        Assert.AreEqual(8, weighted.Training!.RowsUsed);
        Assert.AreEqual(left.Training!.Losses[0], weighted.Training.Losses[0], 1e-6);
        Assert.AreNotEqual(alike.Training!.Losses[0], weighted.Training.Losses[0], 1e-4);
        if (!hasLabel)
            return;
        Row[] twice = [.. without.SelectMany(row => Enumerable.Repeat(row, (int)row.Weight))];
        using var repeated = _ml.Transforms.MultiHeadAttention(options with { ExampleWeightColumnName = null }).Fit(View(twice));
        Assert.AreEqual(repeated.Training!.Losses[0], weighted.Training.Losses[0], 1e-6, "2 is twice");
    }

    [TestMethod]
    public void Fit_FromPairsOfWhichOneSideLacksTokens_SkipsThemBoth()
    {
        Row[] rows = [.. Related(10, seed: 1)];
        (rows[2].First, rows[5].Second) = ([], []);

        using var learned = _ml.Transforms.MultiHeadAttention(Options).Fit(View(rows));

        Assert.AreEqual((8L, 2L, 2L), (learned.Training!.RowsUsed, learned.Training.RowsSkipped, learned.Training.RowsTooShort));
    }

    [TestMethod]
    [DataRow(PositionalEncoding.Learned, AttentionPooling.Mean), DataRow(PositionalEncoding.None, AttentionPooling.Class)]
    public void Fit_FromPairsOfUnequalLengths_HasPlacesForBothSides(PositionalEncoding positions, AttentionPooling pooling)
    {
        Row[] rows = [.. Related(10, seed: 1)];
        rows[3].Second = [.. rows[3].Second, .. rows[3].Second];

        using var learned = _ml.Transforms.MultiHeadAttention(Options with
        {
            PositionalEncoding = positions,
            Pooling = pooling,
            Training = Options.Training with { Dropout = 0.1, HeadDropout = 0.1 },
        }).Fit(View(rows));

        Assert.AreEqual(10, learned.Training!.RowsUsed);
        if (positions == PositionalEncoding.Learned)
            Assert.AreEqual(2 * Length, learned.Parameters["position.weight"].Shape[0]);
    }

    [TestMethod]
    public void Fit_FromPairsOfNumbers_MeasuresBothSides()
    {
        var random = new Random(3);
        Frames[] rows = [.. Enumerable.Range(0, 20).Select(_ => new Frames { First = [.. Draw(0)], Second = [.. Draw(10)] })];
        var options = Options with
        {
            InputColumnNames = [nameof(Frames.First)],
            PairColumnNames = [nameof(Frames.Second)],
            EmbeddingDimension = 2,
            ModelDimension = null,
            NumberOfHeads = 1,
            Training = Options.Training with { Augmentation = new() { Jitter = 0.1, HiddenFrames = 0.2 } },
        };

        using var learned = _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(rows));

        var all = rows.SelectMany(row => row.First.Concat(row.Second)).Where((_, i) => i % 2 == 0).Average();
        Assert.AreEqual(all, learned.Parameters["input_mean"].Values.Span[0], 1e-4);

        IEnumerable<float> Draw(float around) => Enumerable.Range(0, 6).Select(_ => around + random.NextSingle());
    }

    sealed class Frames
    {
        [VectorType]
        public float[] First { get; set; } = [];

        [VectorType]
        public float[] Second { get; set; } = [];
    }

    const string There = "There are: First, Second, Few, Numbers, Cosine, Flag, Weight.";

    static IEnumerable<(string Message, MultiHeadAttentionOptions Options)> Refusals =>
    [
        ($"There is no column 'Third'. {There}", Options with { PairColumnNames = ["Third"] }),
        ("Pair column 'Few' is Vector<Key<UInt32, 0-5>>, but column 'First' is Vector<Key<UInt32, 0-47>>: both sides of a pair are read "
            + "alike, so map both to one set of keys (MapValueToKey's keyData).", Options with { PairColumnNames = [nameof(Row.Few)] }),
        ("Pair column 'Numbers' is Vector<Single>, but column 'First' is Vector<Key<UInt32, 0-47>>: both sides of a pair are read "
            + "alike.",
            Options with { PairColumnNames = [nameof(Row.Numbers)], EmbeddingDimension = 2 }),
        ($"There is no label column 'Score'. {There}", Options with { LabelColumnName = "Score" }),
        ("Label column 'Flag' is Boolean, but the cosine of a pair is a Single: convert it with Conversion.ConvertType.",
            Options with { LabelColumnName = nameof(Row.Flag) }),
    ];

    [TestMethod, DynamicData(nameof(Refusals))]
    public void Fit_FromColumnsThatAreNoPair_NamesThem(string message, MultiHeadAttentionOptions options)
    {
        var view = View(Related(4, seed: 1));

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.MultiHeadAttention(options).Fit(view));

        Assert.AreEqual(message, error.Message);
    }

    [TestMethod]
    public void Fit_FromACosineBeyond1_NamesTheRowAndTheColumn()
    {
        Row[] rows = [.. Related(4, seed: 1)];
        rows[2].Cosine = 3.5f;

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            _ml.Transforms.MultiHeadAttention(Options with { LabelColumnName = nameof(Row.Cosine) }).Fit(View(rows)));

        Assert.AreEqual("Row 2: label column 'Cosine' has 3.5, but a cosine is from -1 to 1: scale it.", error.Message);
    }

    [TestMethod]
    public void Fit_FromOnePair_SaysThatThereIsNoOther()
    {
        var view = View(Related(1, seed: 1));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.MultiHeadAttention(Options).Fit(view));

        Assert.AreEqual("There is one pair to learn from; Objective InBatchNegatives tells a pair from others.", error.Message);
    }

    [TestMethod]
    public void Fit_FromPairsWithEverythingFrozen_SaysThatNothingIsLearned()
    {
        var view = View(Related(4, seed: 1));
        var brief = Options with { Training = Options.Training with { NumberOfEpochs = 1 } };
        using var drawn = _ml.Transforms.MultiHeadAttention(brief).Fit(view);
        var frozen = Options with { Parameters = drawn.Parameters, Training = Options.Training with { FrozenLayers = 1 } };

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.MultiHeadAttention(frozen).Fit(view));

        Assert.AreEqual("Objective InBatchNegatives has nothing to learn, with PairColumnNames and FrozenLayers 1: freeze fewer.",
            error.Message);
    }

    [TestMethod]
    public void GetOutputSchema_OfPairs_AsksForTheirColumns()
    {
        var shape = MLNetInternals.ShapeOf(View(Related(4, seed: 1)).Schema);

        Assert.IsTrue(_ml.Transforms.MultiHeadAttention(Options).GetOutputSchema(shape).Any(column => column.Name == "Features"));
        Assert.AreEqual($"There is no column 'Third'. {There}", Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.MultiHeadAttention(Options with { PairColumnNames = ["Third"] }).GetOutputSchema(shape)).Message);
        Assert.AreEqual("Label column 'Flag' is Boolean, but the cosine of a pair is a Single: convert it with Conversion.ConvertType.",
            Assert.ThrowsExactly<ArgumentException>(() =>
                _ml.Transforms.MultiHeadAttention(Options with { LabelColumnName = nameof(Row.Flag) }).GetOutputSchema(shape)).Message);
    }

    [TestMethod]
    public void AnalyzeHeads_OfAStageOfScoredPairs_TakesTheirScoresForNoLabelOfARow()
    {
        Row[] rows = [.. Related(8, seed: 1).Concat(Unrelated(8, seed: 3))];
        using var learned = _ml.Transforms.MultiHeadAttention(Options with
        {
            LabelColumnName = nameof(Row.Cosine),
            Training = Options.Training with { NumberOfEpochs = 1 },
        }).Fit(View(rows));

        Assert.IsNull(learned.AnalyzeHeads(View(rows)).Loss);
    }

    /// <summary>How much nearer pairs are than each first is to the next pair's second, which is of another theme.</summary>
    double Contrast(MultiHeadAttentionTransformer stage, Row[] rows)
    {
        var crossed = rows.Select((row, n) => new Row { First = row.First, Second = rows[(n + 1) % rows.Length].Second });
        return Cosines(stage, rows).Average() - Cosines(stage, [.. crossed]).Average();
    }

    double[] Cosines(MultiHeadAttentionTransformer stage, Row[] rows)
    {
        var firsts = Vectors(rows);
        var seconds = Vectors(rows.Select(row => new Row { First = row.Second }));
        return [.. firsts.Zip(seconds, (a, b) => Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b)))];

        static double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

        float[][] Vectors(IEnumerable<Row> of) => [.. stage.Transform(View([.. of])).GetColumn<float[]>("Features")];
    }

    IDataView View(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    /// <summary>Pairs of rows of one theme, which has other words on the other side; neighbours are of different themes.</summary>
    static Row[] Related(int count, int seed) => Draw(count, seed, theme => theme, 0.9f);

    /// <summary>Pairs of rows of different themes.</summary>
    static Row[] Unrelated(int count, int seed) => Draw(count, seed, theme => (theme + 2) % Themes, 0.1f);

    static Row[] Draw(int count, int seed, Func<int, int> other, float cosine)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(n => Pair(n % Themes))];

        Row Pair(int theme) => new() { First = Words(2 * theme), Second = Words(2 * other(theme) + 1), Cosine = cosine };

        uint[] Words(int side) =>
            [.. Enumerable.Range(0, Length).Select(_ => (uint)(side * WordsOfSide + random.Next(WordsOfSide) + 1))];
    }
}
