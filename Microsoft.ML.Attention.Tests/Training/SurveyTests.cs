using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class SurveyTests
{
    [TestMethod]
    public void Of_RowsThatCannotBeUsed_CountsThemByReason()
    {
        var rows = new ListRows(1,
        [
            ([1, 2], 1), ([1, float.NaN], 1), ([float.NegativeInfinity], 1), ([3], float.NaN), ([3], float.PositiveInfinity), ([], 1),
            ([float.NaN], float.NaN), ([4, 5, 6], 2),
        ]);

        var survey = Of(rows);

        Assert.AreEqual((2, 2, 3, 1), (survey.RowsUsed, survey.RowsNotFinite, survey.RowsWithoutLabel, survey.RowsTooShort));
        Assert.AreEqual(6, survey.RowsSkipped);
        Assert.AreEqual("0 7", string.Join(" ", Enumerable.Range(0, 8).Where(row => survey.IsUsable(rows.All, row))));
    }

    [TestMethod]
    public void Of_RowsOfFewerTokensThanNeeded_SkipsThem()
    {
        var survey = Of(new ListRows(1, [([1], 0), ([1, 2], 0), ([1, 2, 3], 0)]), leastTokens: 2);

        Assert.AreEqual((2, 1), (survey.RowsUsed, survey.RowsTooShort));
    }

    [TestMethod]
    public void Of_UsableRows_MeasuresTokensAndLabels()
    {
        var survey = Of(new ListRows(2, [([1, 10, 3, 10], 100), ([5, 20, 7, 20], 104), ([1000, 1000], float.NaN)]));

        var (mean, scale) = survey.Standardization(new([new(2)], false, false, 1)).Single();
        CollectionAssert.AreEqual(new float[] { 4, 15 }, mean);
        CollectionAssert.AreEqual(new[] { (float)(1 / Math.Sqrt(5)), 0.2f }, scale);
        Assert.AreEqual((102, 2, 2), (survey.LabelMean, survey.LabelDeviation, survey.DistinctLabels));
        Assert.IsTrue(survey.AllLengthsEqual);
    }

    [TestMethod]
    public void Of_RowsWithAMask_NeitherReadsNorMeasuresWhatIsNotThere()
    {
        var layout = new RowLayout([new(1)], HasMask: true, HasBias: false, NumberOfHeads: 1);
        var chunk = new LabelledRows(layout);
        Add(chunk, [1, float.NaN, 3], [true, false, true]);
        Add(chunk, [5, 1000], [true, false]);
        Add(chunk, [float.NaN, 7], [true, true]);
        Add(chunk, [8, 8], [false, false]);

        var survey = Survey.Of(new OneChunk(chunk), layout, hasLabel: false, leastTokens: 1, 1000, () => { });

        Assert.AreEqual((2, 1, 1), (survey.RowsUsed, survey.RowsNotFinite, survey.RowsTooShort));
        Assert.AreEqual(3, survey.Standardization(layout).Single().Mean[0]); // of 1, 3, 5
        Assert.IsFalse(survey.AllLengthsEqual);

        static void Add(LabelledRows chunk, float[] tokens, bool[] mask)
        {
            tokens.CopyTo(chunk.Rows.Fields[0].Numbers.Append(tokens.Length));
            mask.CopyTo(chunk.Rows.Mask!.Append(mask.Length));
            chunk.Rows.Complete(tokens.Length, tokens.Length);
        }
    }

    [TestMethod]
    public void Of_TokenIds_CountsThoseThatAreThere()
    {
        var layout = new RowLayout([TokenField.OfIds([0])], HasMask: false, HasBias: false, NumberOfHeads: 1);
        var chunk = new LabelledRows(layout);
        foreach (long[] ids in (long[][])[[0, 1], [2, -1, -1], [-1, 3, 4], [-1]])
        {
            ids.CopyTo(chunk.Rows.Fields[0].Ids.Append(ids.Length));
            chunk.Rows.Complete(ids.Length, ids.Length);
        }

        var survey = Survey.Of(new OneChunk(chunk), layout, hasLabel: false, leastTokens: 2, 1000, () => { });

        Assert.AreEqual((2, 2), (survey.RowsUsed, survey.RowsTooShort));
        Assert.IsEmpty(survey.Standardization(layout));
    }

    [TestMethod]
    public void Of_KeysAndValues_MeasuresEachByItself()
    {
        var layout = new RowLayout([new(1), new(2, TokenRole.Key), new(1, TokenRole.Value)], HasMask: true, HasBias: false,
            NumberOfHeads: 1);
        var chunk = new LabelledRows(layout);
        new float[] { 6 }.CopyTo(chunk.Rows.Fields[0].Numbers.Append(1));
        new float[] { 1, 2, 3, 4, 99, float.NaN }.CopyTo(chunk.Rows.Fields[1].Numbers.Append(6));
        new float[] { 10, 30, 99 }.CopyTo(chunk.Rows.Fields[2].Numbers.Append(3));
        new[] { true, true, false }.CopyTo(chunk.Rows.Mask!.Append(3));
        chunk.Rows.Complete(1, 3);

        var survey = Survey.Of(new OneChunk(chunk), layout, hasLabel: false, leastTokens: 1, 1000, () => { });

        Assert.AreEqual("6; 2 3; 20", string.Join("; ", survey.Standardization(layout).Select(s => string.Join(" ", s.Mean))));
        Assert.AreEqual("1; 1 1; 0.1", string.Join("; ", survey.Standardization(layout).Select(s => string.Join(" ", s.Scale))));
    }

    [TestMethod]
    public void Of_ABiasWithMinusInfinity_UsesTheRow()
    {
        var layout = new RowLayout([new(1)], HasMask: false, HasBias: true, NumberOfHeads: 1);
        var chunk = new LabelledRows(layout);
        foreach (var bias in (float[])[0, float.NegativeInfinity, float.PositiveInfinity, float.NaN])
        {
            chunk.Rows.Fields[0].Numbers.Append(1)[0] = 1;
            chunk.Rows.Bias!.Append(1)[0] = bias;
            chunk.Rows.Complete(1, 1);
        }

        var survey = Survey.Of(new OneChunk(chunk), layout, hasLabel: false, leastTokens: 1, 1000, () => { });

        Assert.AreEqual((2, 2), (survey.RowsUsed, survey.RowsNotFinite));
    }

    [TestMethod]
    public void Of_RowsThatFit_KeepsThem()
    {
        var survey = Of(new ListRows(1, [([1, 2], 1), ([3], 2)]), mostNumbers: 3);

        Assert.AreEqual(2, survey.Cached!.Rows.Count);
    }

    [TestMethod]
    public void Of_MoreRowsThanFit_KeepsNoneAndSeesAll()
    {
        (float[], float)[] rows = [.. Enumerable.Range(0, 50).Select(row => (new float[] { row, -row }, row % 7 == 0 ? float.NaN : row))];
        var source = new ListRows(1, rows);

        var (streamed, cached) = (Of(source, mostNumbers: 10), Of(new ListRows(1, rows)));

        Assert.IsNull(streamed.Cached);
        CollectionAssert.AreEqual(Enumerable.Repeat(5, 10).ToArray(), source.Chunks);
        Assert.AreEqual((cached.RowsUsed, cached.RowsSkipped, cached.LabelMean, cached.LabelDeviation),
            (streamed.RowsUsed, streamed.RowsSkipped, streamed.LabelMean, streamed.LabelDeviation));
        CollectionAssert.AreEqual(cached.Standardization(source.Layout).Single().Scale,
            streamed.Standardization(source.Layout).Single().Scale);
    }

    [TestMethod]
    public void Of_ManyRows_AsksWhetherToStop()
    {
        var rows = new ListRows(1, [.. Enumerable.Repeat((new float[1], 0f), 1000)]);

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Survey.Of(rows, rows.Layout, true, 1, 1_000_000, () => throw new OperationCanceledException()));
    }

    static Survey Of(ListRows rows, int leastTokens = 1, long mostNumbers = 1_000_000) =>
        Survey.Of(rows, rows.Layout, hasLabel: true, leastTokens, mostNumbers, () => { });

    sealed class OneChunk(LabelledRows chunk) : IRowSource
    {
        public IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers) => [chunk];
    }
}
