using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

[TestClass]
public sealed class OutputComparisonTests
{
    [TestMethod]
    [DataRow("accuracy 0.95 of 300\n", "accuracy 0.95 of 300\n", null)]
    [DataRow("accuracy 0.95 of 300\n", "accuracy 0.91 of 310\n", null)]
    [DataRow("accuracy 0.95\n", "accuracy 0.55\n", "stored is '0.95', now came '0.55', after 'accuracy'.")]
    [DataRow("one\nheard Ada\n", "one\nheard Ben\n", "stored is 'one\nheard Ada\n', now came 'one\nheard Ben\n', after ''.")]
    [DataRow("epoch 1\n", "epoch 1\nepoch 2\n", "stored is '\n', now came '\nepoch ', after 'epoch 1'.")]
    public void Text_IsComparedByWordsAndWithinATolerance(string stored, string now, string? difference) =>
        Assert.AreEqual(difference, Difference([CellOutput.Printed(stored)], [CellOutput.Printed(now)]));

    [TestMethod]
    [DataRow("<rect x='1'/><text>dog</text><title>0.50</title>", "<rect x='9'/><text>dog</text><title>0.52</title>", true)]
    [DataRow("<text>dog</text>", "<text>man</text>", false)]
    [DataRow("<title>0.50</title>", "<title>0.90</title>", false)]
    [DataRow("<rect/>", "<rect/><rect/>", false)]
    public void Picture_IsComparedByWhatItSaysAndIsMadeOf(string stored, string now, bool alike) =>
        Assert.AreEqual(alike, Difference([CellOutput.Displayed(Svg(stored))], [CellOutput.Displayed(Svg(now))]) is null);

    [TestMethod]
    public void Outputs_OfOtherKinds_Differ()
    {
        Assert.AreEqual("stored are stream (text/plain), now came no outputs.", Difference([CellOutput.Printed("a")], []));
        Assert.AreEqual("stored are display_data (text/plain), now came execute_result (text/plain).",
            Difference([CellOutput.Displayed("a")], [CellOutput.Returned("a")]));
    }

    [TestMethod]
    public void CellThatVaries_IsComparedByKinds()
    {
        Assert.IsNull(Difference([CellOutput.Printed("a")], [CellOutput.Printed("b")], varies: true));
        Assert.IsNotNull(Difference([CellOutput.Printed("a")], [], varies: true));
    }

    static Html Svg(string content) => new($"<svg xmlns=\"http://www.w3.org/2000/svg\">{content}</svg>");

    static string? Difference(IReadOnlyList<CellOutput> stored, IReadOnlyList<CellOutput> now, bool varies = false)
    {
        var cell = StoredNotebooks.OfCells(varies ? ["nbval-ignore-output"] : [], "1").CodeCells.Single();
        cell.Store(stored, 1);
        return OutputComparison.Difference(cell, now);
    }
}
