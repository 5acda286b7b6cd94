using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

/// <summary>Windows over the series 0, 1, 2, ..., whose moments have a second number, ten times the first.</summary>
[TestClass]
public sealed class WindowedViewTests
{
    readonly MLContext _ml = new(seed: 1);

    sealed class Moment
    {
        public float Load { get; set; }

        [VectorType(2)]
        public float[] Both { get; set; } = [];

        public string Text { get; set; } = "";
    }

    [TestMethod] // the last window ends with the series, and what comes after it is not known
    [DataRow(5, 3, 1, "0 1 2 > 1 2 3 | 1 2 3 > 2 3 4 | 2 3 4 > 3 4 NaN")]
    [DataRow(6, 3, 2, "0 1 2 > 1 2 3 | 2 3 4 > 3 4 5 | 3 4 5 > 4 5 NaN")]
    [DataRow(7, 3, 2, "0 1 2 > 1 2 3 | 2 3 4 > 3 4 5 | 4 5 6 > 5 6 NaN")]
    [DataRow(9, 2, 5, "0 1 > 1 2 | 5 6 > 6 7 | 7 8 > 8 NaN")]
    [DataRow(3, 3, 7, "0 1 2 > 1 2 NaN")]
    [DataRow(2, 3, 1, "")]
    [DataRow(0, 1, 1, "")]
    public void Windows_OfASeries_HoldItsMomentsAndTheNextOfEach(int moments, int length, int stride, string expected)
    {
        var windows = _ml.Data.Windows(Series(moments), "Window", "Load", length, stride);

        Assert.AreEqual(expected, string.Join(" | ", Rows(windows, "Window").Zip(Rows(windows, "Label"), (w, l) => $"{w} > {l}")));
        Assert.AreEqual($"Vector<Single, {length}, 1>", $"{windows.Schema["Window"].Type}");
        Assert.AreEqual(Rows(windows, "Window").Length, windows.GetRowCount());
    }

    [TestMethod]
    public void Windows_OfALongerHorizon_HoldSoManyNextValuesOfEachMoment()
    {
        var windows = _ml.Data.Windows(Series(5), "Window", "Both", 2, 2, labelSourceColumnName: "Load", horizon: 3,
            positionColumnName: "At");

        Assert.AreSequenceEqual(["0 0 1 10", "2 20 3 30", "3 30 4 40"], Rows(windows, "Window"));
        Assert.AreSequenceEqual(["1 2 3 2 3 4", "3 4 NaN 4 NaN NaN", "4 NaN NaN NaN NaN NaN"], Rows(windows, "Label"));
        Assert.AreSequenceEqual([0L, 2L, 3L], windows.GetColumn<long>("At"));
        Assert.AreEqual("Vector<Single, 2, 3>", $"{windows.Schema["Label"].Type}");
    }

    [TestMethod]
    public void Windows_ReadNothingThatNobodyAskedFor()
    {
        var probe = new ProbeView(Series(1000));
        var windows = _ml.Data.Windows(probe, "Window", "Both", 10, labelSourceColumnName: "Load");

        using (var cursor = windows.GetRowCursor([windows.Schema["Window"]]))
        {
            cursor.MoveNext();
            Assert.AreSequenceEqual(["Both"], probe.Columns);
            Assert.AreEqual(10, probe.Rows);
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(windows.Schema["Label"]));
        }

        Assert.AreEqual(0, probe.OpenCursors);
    }

    [TestMethod]
    public void Windows_OfAColumnThatDoesNotFit_AreAnErrorThatNamesIt()
    {
        Error("There is no column 'X' (inputColumnName). There are: Load, Both, Text.", () => Windows("X"));
        Error(
            "Column 'Text' is String, but the numbers of a moment must be a Single or a vector of Single of fixed size.", () =>
                Windows("Text"));
        Error(
            "Column 'Both' has 2 numbers, so it does not say whose next values to write into 'Label': " +
            "set labelSourceColumnName, or labelColumnName null.", () => Windows("Both"));
        Error("Column 'Both' is Vector<Single, 2>, but the values to forecast must be a Single.", () => Windows("Load", source: "Both"));
        Error("Two columns to write are 'Window': they need different names.", () => Windows("Load", label: "Window"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Windows("Load", length: 0));

        IDataView Windows(string input, string? label = "Label", string? source = null, int length = 2) =>
            _ml.Data.Windows(Series(5), "Window", input, length, labelColumnName: label, labelSourceColumnName: source);

        static void Error(string message, Action act) => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(act).Message);
    }

    IDataView Series(int moments) =>
        _ml.Data.LoadFromEnumerable(Enumerable.Range(0, moments).Select(i => new Moment { Load = i, Both = [i, 10 * i], Text = $"{i}" })
            .ToArray());

    static string[] Rows(IDataView view, string column) => [.. view.GetColumn<float[]>(column).Select(row => string.Join(' ', row))];
}
