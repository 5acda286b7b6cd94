namespace Microsoft.ML.Attention.Tests.Analysis;

/// <summary>The result as a list of records, and as a table.</summary>
[TestClass]
public sealed class HeadAnalysisTests
{
    static readonly HeadStatistics Busy = new()
    {
        Layer = 0,
        Head = 0,
        Entropy = 1.5,
        RelativeEntropy = 0.75,
        Distance = 12.25,
        RelativeDistance = 0.3333333,
        SelfShare = 0.125,
        PreviousShare = 0.25,
        NextShare = 0,
        FirstShare = 1,
        WindowShare = 0.5,
        Confidence = 0.875,
        Divergence = 0.69,
        OutputImportance = 0.4,
        LossImportance = -0.01,
    };

    static readonly HeadStatistics Lonely = Busy with
    {
        Head = 7,
        RelativeEntropy = double.NaN,
        Distance = double.NaN,
        Divergence = double.NaN,
        OutputImportance = 0,
        LossImportance = null
    };

    [TestMethod]
    public void ToString_IsATableWithALineAHead_AndDashesForWhatIsNotThere() => Assert.AreEqual(
        """
        layer   head  entropy  relative  distance  relative   self  previous   next  first  within 4  confidence  divergence  output   loss
            0      0    1.500     0.750    12.250     0.333  0.125     0.250  0.000  1.000     0.500       0.875       0.690   0.400  -0.010
            0      7    1.500         -         -     0.333  0.125     0.250  0.000  1.000     0.500       0.875           -   0.000      -

        """.ReplaceLineEndings(), new HeadAnalysis([Busy, Lonely]) { WindowSize = 4 }.ToString());

    [TestMethod]
    public void Heads_AreFilteredAndComparedByTheirNumbers()
    {
        var analysis = new HeadAnalysis([Busy, Lonely]);

        Assert.AreSequenceEqual([Lonely with { }], analysis.Where(head => head.OutputImportance < 0.1));
        Assert.AreSequenceEqual([(0, 0), (0, 7)], analysis.Select(head => (head.Layer, head.Head)));
        Assert.HasCount(2, analysis);
        Assert.AreEqual(Busy, analysis[0]);
    }
}
