using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What AnalyzeHeads says of heads whose attention is known: by hand, by the oracle, by what is left out.</summary>
[TestClass]
public sealed class AnalyzeHeadsTests
{
    // float32 against double, through up to three layers; a distance is up to eight tokens
    static readonly Tolerance Rounding = new(5e-5, 5e-5);

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<int> Seeds => Enumerable.Range(0, 30);

    /// <summary>Scores come from the bias alone; head 0 reads the first number of a token, head 1 the second,
    /// and writes it there.</summary>
    static readonly MultiHeadAttentionOptions Transparent = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        AttentionBiasColumnName = RowColumns.Bias,
        EmbeddingDimension = 2,
        NumberOfHeads = 2,
        Parameters = AttentionParameters.Create(
        [
            KeyValuePair.Create("in_proj_weight", new AttentionTensor([6, 2], new float[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1 })),
            KeyValuePair.Create("out_proj.weight", new AttentionTensor([2, 2], new float[] { 1, 0, 0, 1 })),
        ]),
    };

    // three tokens; head 0 looks everywhere alike, head 1 at the first: beyond e^-200, which is 0 in float32, though it sees the others
    [TestMethod]
    public void AnalyzeHeads_OfTwoKnownHeads_GivesWhatAPencilGives()
    {
        ReferenceRow row = new() { Tokens = [[0, 4], [3, 1], [6, 7]], Bias = new double[2, 3, 3] };
        for (var query = 0; query < 3; query++)
            (row.Bias[1, query, 1], row.Bias[1, query, 2]) = (-200, -200);

        var analysis = Analyze(Transparent, [row], windowSize: 1);

        // every output is (3, 4): without head 0 (0, 4), without head 1 (3, 0)
        var divergence = -2.0 / 3 * Math.Log(2.0 / 3) - 1.0 / 3 * Math.Log(1.0 / 6) - Math.Log(3) / 2;
        HeadStatistics[] expected =
        [
            new()
            {
                Entropy = Math.Log(3), RelativeEntropy = 1, Distance = 8.0 / 9, RelativeDistance = 8.0 / 27, SelfShare = 1.0 / 3,
                PreviousShare = 2.0 / 9, NextShare = 2.0 / 9,
                FirstShare = 1.0 / 3, WindowShare = 7.0 / 9, Confidence = 1.0 / 3, Divergence = divergence, OutputImportance = 0.6,
            },
            new()
            {
                Head = 1, Entropy = 0, RelativeEntropy = 0, Distance = 1, RelativeDistance = 1.0 / 3, SelfShare = 1.0 / 3,
                PreviousShare = 1.0 / 3, NextShare = 0,
                FirstShare = 1, WindowShare = 2.0 / 3, Confidence = 1, Divergence = divergence, OutputImportance = 0.8,
            },
        ];
        Check("By hand", expected, analysis);
        Assert.AreEqual((1, 0, 1), (analysis.RowsUsed, analysis.RowsSkipped, analysis.WindowSize));
    }

    [TestMethod] // there is no share of ln 1, and nothing to look at but itself
    public void AnalyzeHeads_OfRowsOfOneToken_HasNoRelativeEntropy()
    {
        var head = Analyze(Transparent, [new() { Tokens = [[1, 2]], Bias = new double[2, 1, 1] }])[0];

        Assert.AreEqual((0, double.NaN, 0, 0, 1, 0, 0, 1, 1, 1, 0),
            (head.Entropy, head.RelativeEntropy, head.Distance, head.RelativeDistance,
            head.SelfShare, head.PreviousShare, head.NextShare, head.FirstShare, head.WindowShare, head.Confidence, head.Divergence));
    }

    [TestMethod] // the second query of head 0 sees nothing, and counts neither there nor for the divergence
    public void AnalyzeHeads_OfAQueryThatSeesNothing_DoesNotCountIt()
    {
        var bias = new double[2, 2, 2];
        bias[0, 1, 0] = bias[0, 1, 1] = double.NegativeInfinity;
        bias[1, 0, 1] = bias[1, 1, 0] = -200;

        var analysis = Analyze(Transparent, [new() { Tokens = [[1, 2], [3, 4]], Bias = bias }]);

        Assert.AreEqual((0.5, 1), (analysis[0].SelfShare, analysis[0].RelativeEntropy), $"{analysis}");
        Assert.AreEqual((1, 0), (analysis[1].SelfShare, analysis[1].RelativeEntropy));
        Assert.AreEqual(0.215761554, analysis[0].Divergence, 1e-6); // of (1/2, 1/2) and (1, 0)
        Assert.AreEqual(analysis[0].Divergence, analysis[1].Divergence);
    }

    [TestMethod, DynamicData(nameof(Seeds))]
    public void AnalyzeHeads_OfRandomOptions_AgreesWithTheOracle(int seed)
    {
        var random = new Random(seed);
        var options = RandomCase.Options(random);
        var ids = options.EmbeddingDimension is null ? 9 : 0;
        var parameters = RandomCase.Parameters(options, random, ids);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 7)
            .Select(_ => RandomCase.Row(options, random, random.Next(9), random.Next(7), ids, hasHeadBias: seed % 2 == 0))];
        using var transformer = _ml.Transforms.MultiHeadAttention(options with { Parameters = parameters })
            .Fit(rows.ToDataView(_ml, options, TokenShape.Ragged, ids));

        var analysis = transformer.AnalyzeHeads(rows.ToDataView(_ml, options, TokenShape.Ragged, ids), windowSize: 2);

        var intact = Outputs(parameters);
        var expected = ReferenceHeads.Of(options, parameters, rows, windowSize: 2)
            .Select(head => head with { OutputImportance = Change(head) });
        Check($"With {options}", [.. expected], analysis);

        double[] Outputs(AttentionParameters of) =>
            [.. rows.Select(row => Reference.Row(options, of, row)).Where(found => ReferenceHeads.HoldsToken(options, found))
                .SelectMany(found => found.Output).SelectMany(token => token)];

        double Change(HeadStatistics head)
        {
            using var silenced = transformer.Silence([(head.Layer, head.Head)]);
            var change = intact.Zip(Outputs(silenced.Parameters), (before, after) => (after - before) * (after - before)).Sum();
            return change == 0 ? 0 : Math.Sqrt(change / intact.Sum(before => before * before));
        }
    }

    [TestMethod]
    public void AnalyzeHeads_OfCrossAttention_ComparesNoPlaces()
    {
        var inputs = InputCase.Of("cross");
        using var transformer = inputs.Fit(_ml);

        foreach (var head in transformer.AnalyzeHeads(inputs.View(_ml, inputs.Rows(10))))
        {
            Assert.AreSequenceEqual(Enumerable.Repeat(double.NaN, 6),
                [head.Distance, head.RelativeDistance, head.SelfShare, head.PreviousShare, head.NextShare, head.WindowShare]);
            Assert.IsTrue(head is
            {
                Entropy: > 0, RelativeEntropy: > 0, FirstShare: > 0, Confidence: > 0, Divergence: > 0,
                OutputImportance: > 0
            }, $"{head}");
        }
    }

    [TestMethod] // but for the divergence from heads that are gone
    public void AnalyzeHeads_OfAPrunedStage_SaysOfEachHeadThatIsLeftWhatItDoesBesideSilencedOnes()
    {
        var inputs = InputCase.Of("ragged mask");
        var options = inputs.Options with
        {
            Block = AttentionBlock.Residual,
            NumberOfLayers = 3,
            NumberOfHeads = 3,
            HeadWindowSizes = [0, 1, null]
        };
        (int Layer, int Head)[] gone = [(0, 0), (1, 0), (1, 1), (1, 2)];
        using var whole = inputs.Fit(_ml, options);
        using var silenced = whole.Silence(gone);
        using var pruned = whole.Prune(gone);
        var data = inputs.View(_ml, inputs.Rows(30));

        var analysis = pruned.AnalyzeHeads(data);

        Assert.AreSequenceEqual([(0, 1), (0, 2), (2, 0), (2, 1), (2, 2)], analysis.Select(head => (head.Layer, head.Head)));
        var expected = silenced.AnalyzeHeads(data).Where(head => !gone.Contains((head.Layer, head.Head)));
        Check("Pruned", [.. expected.Zip(analysis, (before, after) => before with { Divergence = after.Divergence })], analysis);
        Assert.AreEqual(analysis[0].Divergence, analysis[1].Divergence);
    }

    [TestMethod] // whether rows run one by one, in groups, or in chunks of their own
    public void AnalyzeHeads_OfRowsAndOfTheSameRowsAgain_SaysTheSame()
    {
        var inputs = InputCase.Of("ragged mask");
        var rows = inputs.Rows(40);
        using var transformer = inputs.Fit(_ml);

        var once = transformer.AnalyzeHeads(inputs.View(_ml, rows));
        var thrice = transformer.AnalyzeHeads(inputs.View(_ml, [.. rows, .. rows.Reverse(), .. rows]));

        Check("three times", [.. once], thrice);
        Assert.AreEqual((3 * once.RowsUsed, 3 * once.RowsSkipped), (thrice.RowsUsed, thrice.RowsSkipped));
    }

    [TestMethod]
    public void AnalyzeHeads_OfRowsWithNaNOrWithoutAToken_SkipsAndCountsThem()
    {
        ReferenceRow good = new() { Tokens = [[1, 2], [3, 4]], Bias = new double[2, 2, 2] };
        ReferenceRow ill = good with { Tokens = [[1, 2], [3, double.NaN]] }, empty = new() { Bias = new double[2, 0, 0] };

        var analysis = Analyze(Transparent, [ill, good, empty, ill]);

        Assert.AreEqual((1, 3), (analysis.RowsUsed, analysis.RowsSkipped));
        Check("beside others", [.. Analyze(Transparent, [good])], analysis);
    }

    [TestMethod]
    public void AnalyzeHeads_OfMoreRowsThanItMayRead_ReadsTheFirstOnce()
    {
        var inputs = InputCase.Of("ragged");
        using var transformer = inputs.Fit(_ml);
        var rows = inputs.Rows(20);
        var view = new ProbeView(inputs.View(_ml, rows));

        var analysis = transformer.AnalyzeHeads(view, maxRows: 7);

        Assert.AreEqual((7, 7, 0), (view.Rows, analysis.RowsUsed + analysis.RowsSkipped, view.OpenCursors));
        Check("of the first", [.. transformer.AnalyzeHeads(inputs.View(_ml, [.. rows.Take(7)]))], analysis);
    }

    [TestMethod]
    public void AnalyzeHeads_CanceledWhileItReads_ReadsNoFurtherRow()
    {
        using var source = new CancellationTokenSource();
        var inputs = InputCase.Of("ragged");
        using var transformer = inputs.Fit(_ml);
        var view = new ProbeView(inputs.View(_ml, inputs.Rows(20))) { Moved = rows => Cancel(source, rows == 7) };

        Assert.ThrowsExactly<OperationCanceledException>(() => transformer.AnalyzeHeads(view, cancellationToken: source.Token));

        Assert.AreEqual((7, 0), (view.Rows, view.OpenCursors));
    }

    [TestMethod] // in its second look, which reads the rows again
    public void Prune_CanceledWhileItReads_ReadsNoFurtherRow()
    {
        using var source = new CancellationTokenSource();
        var inputs = InputCase.Of("ragged");
        using var transformer = inputs.Fit(_ml);
        var view = new ProbeView(inputs.View(_ml, inputs.Rows(20))) { Moved = rows => Cancel(source, rows == 27) };

        Assert.ThrowsExactly<OperationCanceledException>(() => transformer.Prune(view, 1, steps: 2, cancellationToken: source.Token));

        Assert.AreEqual((27, 0), (view.Rows, view.OpenCursors));
    }

    static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    [TestMethod]
    public void AnalyzeHeads_WithoutImportance_SaysTheRest()
    {
        using var transformer = _ml.Transforms.MultiHeadAttention(
            Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 1 } }).Fit(Needle.Flags(_ml, 20));
        var data = Needle.Flags(_ml, 30);

        var (with, without) = (transformer.AnalyzeHeads(data), transformer.AnalyzeHeads(data, withImportance: false));

        Assert.IsNull(without.Loss);
        Assert.AreSequenceEqual(with.Select(head => head with { OutputImportance = null, LossImportance = null }), without);
    }

    static IEnumerable<Func<MLContext, int, IDataView>> Labels => [Needle.Flags, Needle.Classes, Needle.Numbers];

    // the learned stage tells the label by its heads; a head whose columns are zero gives nothing, and takes nothing away
    [TestMethod, DynamicData(nameof(Labels))]
    public void AnalyzeHeads_OfALearnedStage_FindsTheHeadThatIsIdle(Func<MLContext, int, IDataView> rows)
    {
        using var learned = _ml.Transforms.MultiHeadAttention(Needle.Options).Fit(rows(_ml, 160));
        using var half = learned.Silence([(0, 1)]);
        var data = rows(_ml, 100);

        var (both, one) = (learned.AnalyzeHeads(data), half.AnalyzeHeads(data));

        Assert.IsLessThan(0.5, both.Loss!.Value, $"{both.Loss} of\n{both}");
        Assert.AreEqual((0, 0), (one[1].OutputImportance, one[1].LossImportance));
        Assert.IsGreaterThan(0.1, one[0].OutputImportance!.Value, $"{one}");
        Assert.IsGreaterThan(0.1, one[0].LossImportance!.Value, $"{one.Loss} of\n{one}");
        Assert.IsGreaterThan(0.1, both[1].OutputImportance!.Value, $"{both}");
    }

    [TestMethod]
    public void AnalyzeHeads_OfALabelThatTheStageWasNotGiven_MeasuresIt()
    {
        using var transformer = _ml.Transforms.MultiHeadAttention(Needle.Options with
        {
            LabelColumnName = null,
            Training = new() { Objective = TrainingObjective.None }
        }).Fit(Needle.Flags(_ml, 1));
        var data = Needle.Flags(_ml, 50);

        Assert.IsNull(transformer.AnalyzeHeads(data).Loss);
        Assert.IsNotNull(transformer.AnalyzeHeads(data, labelColumnName: RowColumns.Label)[1].LossImportance);
        Assert.AreEqual("There is no label column 'Lable'. There are: Tokens, Label.",
            Assert.ThrowsExactly<ArgumentException>(() => transformer.AnalyzeHeads(data, labelColumnName: "Lable")).Message);
    }

    [TestMethod]
    public void AnalyzeHeads_OfWhatCannotBe_IsRefused()
    {
        var inputs = InputCase.Of("ragged");
        var transformer = inputs.Fit(_ml);
        var data = inputs.View(_ml, inputs.Rows(3));

        Assert.ThrowsExactly<ArgumentNullException>(() => transformer.AnalyzeHeads(null!));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.AnalyzeHeads(data, maxRows: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.AnalyzeHeads(data, windowSize: -1));
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            transformer.AnalyzeHeads(data, cancellationToken: new CancellationToken(canceled: true)));
        transformer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => transformer.AnalyzeHeads(data));
    }

    HeadAnalysis Analyze(MultiHeadAttentionOptions options, ReferenceRow[] rows, int windowSize = 3)
    {
        var view = rows.ToDataView(_ml, options, TokenShape.Ragged);
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        return transformer.AnalyzeHeads(view, windowSize: windowSize);
    }

    static void Check(string what, HeadStatistics[] expected, HeadAnalysis actual)
    {
        Assert.AreSequenceEqual(expected.Select(head => (head.Layer, head.Head)), actual.Select(head => (head.Layer, head.Head)));
        foreach (var (e, a) in expected.Zip(actual))
            Rounding.Check($"{what}: layer {a.Layer}, head {a.Head}", Numbers(e), Numbers(a));

        static double[] Numbers(HeadStatistics head) =>
        [
            head.Entropy, head.RelativeEntropy, head.Distance, head.RelativeDistance, head.SelfShare, head.PreviousShare, head.NextShare,
            head.FirstShare,
            head.WindowShare, head.Confidence, head.Divergence, head.OutputImportance ?? double.NaN, head.LossImportance ?? double.NaN,
        ];
    }
}
