using Microsoft.ML.Attention.Analysis;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Tests.Analysis;

/// <summary>A stage of two heads: the output tells the label, without head 0 it does not, and without head 1 it does.</summary>
[TestClass]
public sealed class ReadOutLossTests
{
    [TestMethod]
    [DataRow(nameof(LabelKind.Number)), DataRow(nameof(LabelKind.Boolean)), DataRow(nameof(LabelKind.Class))]
    public void Measure_OfAnyLabel_IsTheShareThatStaysUnexplained(string label)
    {
        var kind = Enum.Parse<LabelKind>(label);
        var loss = new ReadOutLoss(kind, heads: 2);
        for (var row = 0; row < 40; row++)
        {
            var number = row / 8 % 2 == 0 ? 0 : kind == LabelKind.Number ? 1e4f : 1;
            loss.Add(number, [number, 1]);
            loss.AddWithout(0, [kind == LabelKind.Number ? 4e3f : 0.4f, 1]); // the mean: 16 of 40 rows have the other label
            loss.AddWithout(1, [number, 1]);
        }

        var (intact, silenced) = loss.Measure(() => { })!.Value;

        // the ridge, a hundredth of the mean variance of two features, shrinks the slope by a two-hundredth
        Assert.IsInRange(0, 1e-4, intact);
        Assert.AreEqual(1, silenced[0], 1e-3);          // as good as the mean
        Assert.AreEqual(intact, silenced[1]);
    }

    [TestMethod] // five folds of one row each: each is read by the mean of the other four
    public void Measure_OfOutputsThatTellNothing_IsMoreThanOne_ByTheRowsHeldOut()
    {
        var loss = new ReadOutLoss(LabelKind.Number, heads: 0);
        foreach (var label in new[] { 1f, 2, 3, 4, 5 })
            loss.Add(label, [7]);

        Assert.AreEqual(1.25 * 1.25, loss.Measure(() => { })!.Value.Intact, 1e-12);
    }

    [TestMethod]
    public void Measure_OfALabelThatNeverChanges_IsNull()
    {
        var loss = new ReadOutLoss(LabelKind.Class, heads: 0);
        Assert.IsNull(loss.Measure(() => { }));
        loss.Add(2, [1]);
        loss.Add(2, [2]);
        Assert.IsNull(loss.Measure(() => { }));
    }

    [TestMethod] // so that a cancellation never waits for more than one row's share of it, however many rows and however wide
    public void Measure_AsksWhetherToStop_OnceForEachRowAndEachColumn()
    {
        var loss = new ReadOutLoss(LabelKind.Number, heads: 0);
        for (var row = 0; row < 40; row++)
            loss.Add(row, [row, row % 7, row % 3]);
        var asked = 0;

        loss.Measure(() => asked++);

        // each row learned from in four of the five folds; the three columns solved for in each fold; each row read once
        Assert.AreEqual(40 * 4 + 5 * 3 + 40, asked);
        Assert.ThrowsExactly<OperationCanceledException>(() => loss.Measure(() => throw new OperationCanceledException()));
    }
}
