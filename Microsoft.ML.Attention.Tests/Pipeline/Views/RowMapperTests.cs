using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

[TestClass]
public sealed class RowMapperTests
{
    readonly MLContext _ml = new();
    readonly ToyTransformer _toy = new("Values");

    [TestMethod]
    public void Prediction_OfSeveralOutputs_ComputesOnce()
    {
        using var engine = _ml.Model.CreatePredictionEngine<ToyRow, Result>(_toy);

        for (var prediction = 1; prediction <= 3; prediction++)
        {
            var result = engine.Predict(new ToyRow { Values = [prediction, 10], Text = $"{prediction}" });

            Assert.AreEqual((prediction + 10f, 2f, $"{prediction}"), (result.Sum[0], result.Length[0], result.Text));
            Assert.AreEqual(prediction, _toy.Counts.Computes);
        }
    }

    [TestMethod]
    public void Prediction_OfTheSameObjectChanged_IsThatOfItsNewContent()
    {
        using var engine = _ml.Model.CreatePredictionEngine<ToyRow, Result>(_toy);
        var row = new ToyRow { Values = [1] };
        var result = engine.Predict(row);
        Assert.AreEqual(1f, result.Sum[0]);

        row.Values[0] = 2;
        engine.Predict(row, ref result);

        Assert.AreEqual(2f, result.Sum[0]);
    }

    [TestMethod]
    public void Prediction_AfterAFailedOne_IsItsOwn()
    {
        using var engine = _ml.Model.CreatePredictionEngine<ToyRow, Result>(_toy);
        Assert.AreEqual(1f, engine.Predict(new ToyRow { Values = [1] }).Sum[0]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(new ToyRow { Values = [float.NaN] }));

        Assert.AreEqual("'Values' has NaN.", error.Message);
        Assert.AreEqual(3f, engine.Predict(new ToyRow { Values = [3] }).Sum[0]);
    }

    [TestMethod]
    public void PredictionEngine_Disposed_LeavesItsWindowOpen()
    {
        using (_ml.Model.CreatePredictionEngine<ToyRow, Result>(_toy))
            Assert.AreEqual(1, _toy.Counts.OpenWindows);

        Assert.AreEqual(1, _toy.Counts.OpenWindows,
            "ML.NET changed: PredictionEngine disposes its rows now, and RowWindow need not say that it does not.");
    }

    [TestMethod]
    public void Prediction_ThatReadsNoAddedColumn_ComputesNothing()
    {
        using var engine = _ml.Model.CreatePredictionEngine<ToyRow, TextOnly>(_toy);

        Assert.AreEqual("a", engine.Predict(new ToyRow { Text = "a" }).Text);

        Assert.AreEqual(0, _toy.Counts.Computes);
    }

    [TestMethod]
    public void Prediction_ThroughAChain_AgreesWithTheView()
    {
        var source = ToyData.View(20);
        var second = new ToyTransformer("Features", "Total", "Count");
        var chain = new TransformerChain<ITransformer>(_toy,
            _ml.Transforms.Concatenate("Features", "Sum", "Length").Fit(_toy.Transform(source)), second);
        using var engine = _ml.Model.CreatePredictionEngine<ToyRow, Total>(chain);
        var computesBefore = _toy.Counts.Computes;

        var totals = ToyData.Rows(20).Select(row => $"[{engine.Predict(row).Value[0]}]").ToArray();

        CollectionAssert.AreEqual(chain.Transform(source).Read("Total"), totals);
        CollectionAssert.AreEqual(ToyData.Rows(20).Select(row => $"[{row.Values.Sum() + row.Values.Length}]").ToArray(), totals);
        Assert.AreEqual(computesBefore + 20 + 3, _toy.Counts.Computes, "one a prediction, and three windows of the view");
    }

    [TestMethod]
    public void Dependencies_OfPassedColumns_AreThemselves()
    {
        CollectionAssert.AreEqual(new[] { "Text", "Key" }, Dependencies("Key", "Text"));
        CollectionAssert.AreEqual(Array.Empty<string>(), Dependencies());
    }

    [TestMethod]
    public void Dependencies_OfAddedColumns_AreWhatTheyAreComputedFrom()
    {
        CollectionAssert.AreEqual(new[] { "Values" }, Dependencies("Length"));
        CollectionAssert.AreEqual(new[] { "Values", "Text" }, Dependencies("Sum", "Text", "Length", "Values"));
    }

    [TestMethod]
    public void Row_OfAnotherSchema_IsRefusedWithBothNamed()
    {
        var mapper = _toy.GetRowToRowMapper(ToyData.View(1).Schema);
        var other = _ml.Data.LoadFromEnumerable([new TextOnly()]);
        using var row = other.GetRowCursor(other.Schema);

        var error = Assert.ThrowsExactly<ArgumentException>(() => mapper.GetRow(row, mapper.OutputSchema));

        StringAssert.StartsWith(error.Message,
            "The row has the columns Text of another schema than the one this mapper is bound to: Values, Text, Key, Pair, Words, Time.");
    }

    [TestMethod]
    public void Row_BeforeItsContent_SaysSo()
    {
        using var row = Map(ToyData.View(1), out var input);
        var sum = row.Numbers("Sum");

        Assert.ThrowsExactly<InvalidOperationException>(sum);

        Assert.IsTrue(input.MoveNext());
        Assert.AreEqual(0f, sum()[0]);
    }

    [TestMethod]
    public void Row_FollowsItsInput()
    {
        using var row = Map(ToyData.View(10), out var input);
        var (sum, text) = (row.Numbers("Sum"), row.Reader(row.Schema["Text"]));
        foreach (var data in ToyData.Rows(10))
        {
            Assert.IsTrue(input.MoveNext());

            Assert.AreEqual((data.Values.Sum(), data.Text, input.Position), (sum()[0], text(), row.Position));
        }
    }

    [TestMethod]
    public void Row_WhoseComputationFailed_FailsAgainAndDoesNotGiveTheRowBefore()
    {
        var rows = ToyData.Rows(3);
        rows[1].Values = [float.NaN];
        using var row = Map(_ml.Data.LoadFromEnumerable(rows), out var input);
        var sum = row.Numbers("Sum");
        input.MoveNext();
        sum();

        input.MoveNext();

        Assert.ThrowsExactly<InvalidDataException>(sum);
        Assert.ThrowsExactly<InvalidDataException>(sum);
    }

    [TestMethod]
    public void Row_Disposed_ReleasesWindowAndInputAndSaysSo()
    {
        var source = new ProbeView(ToyData.View(1));
        var row = Map(source, out var input);
        var sum = row.Numbers("Sum");
        input.MoveNext();

        row.Dispose();
        row.Dispose();

        Assert.AreEqual(0, _toy.Counts.OpenWindows);
        Assert.AreEqual(0, source.OpenCursors);
        Assert.ThrowsExactly<ObjectDisposedException>(sum);
        Assert.ThrowsExactly<ObjectDisposedException>(() => row.GetGetter<VBuffer<float>>(row.Schema["Sum"]));
    }

    [TestMethod]
    public void Row_WithoutAddedColumns_OpensNoWindow()
    {
        var source = ToyData.View(1);
        var mapper = _toy.GetRowToRowMapper(source.Schema);

        using var row = mapper.GetRow(source.GetRowCursor(source.Schema), [mapper.OutputSchema["Text"]]);

        Assert.AreEqual(0, _toy.Counts.OpenWindows);
        Assert.IsTrue(row.IsColumnActive(row.Schema["Text"]));
        Assert.IsFalse(row.IsColumnActive(row.Schema["Sum"]));
        Assert.ThrowsExactly<ArgumentException>(() => row.GetGetter<VBuffer<float>>(row.Schema["Sum"]));
    }

    string[] Dependencies(params string[] columns)
    {
        var mapper = _toy.GetRowToRowMapper(ToyData.View(1).Schema);
        return [.. mapper.GetDependencies(columns.Select(name => mapper.OutputSchema[name])).Select(c => c.Name)];
    }

    DataViewRow Map(IDataView source, out DataViewRowCursor input)
    {
        var mapper = _toy.GetRowToRowMapper(source.Schema);
        input = source.GetRowCursor(source.Schema);
        return mapper.GetRow(input, mapper.OutputSchema);
    }

    sealed class Result
    {
        [VectorType(1)]
        public float[] Sum { get; set; } = [];

        [VectorType(1)]
        public float[] Length { get; set; } = [];

        public string Text { get; set; } = "";
    }

    sealed class TextOnly
    {
        public string Text { get; set; } = "";
    }

    sealed class Total
    {
        [VectorType(1), ColumnName("Total")]
        public float[] Value { get; set; } = [];
    }
}
