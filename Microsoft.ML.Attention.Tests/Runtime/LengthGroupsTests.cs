using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>How rows of unequal lengths are divided into runs.</summary>
[TestClass]
public sealed class LengthGroupsTests
{
    static readonly RowLayout Layout = new([new(1)], HasMask: false, HasBias: false, NumberOfHeads: 1);

    static readonly Architecture Narrow = new()
    {
        Fields = [new(1)],
        ModelDimension = 1,
        OutputDimension = 1,
        NumberOfHeads = 1,
        NumberOfKeyValueHeads = 1,
        HeadDimension = 1,
        ValueHeadDimension = 1,
        Scale = 1
    };

    [TestMethod]
    public void Rows_OfOneLength_AreOneGroupInOrder() => Check(["0 1 2: 5"], Plan(Cpu(), 5, 5, 5));

    [TestMethod]
    public void Rows_OfSeveralLengths_AreAGroupEach_LongestFirst() =>
        Check(["1 4: 20", "2: 19", "3: 4", "0: 3"], Plan(Cpu(), 3, 20, 19, 4, 20));

    [TestMethod]
    public void Rows_OfNearLengths_ArePaddedTogetherOnAGpu_AndOfFarOnesAreNot() =>
        Check(["1 4 2: 20 padded", "3: 4", "0: 3"], Plan(Gpu, 3, 20, 19, 4, 20));

    [TestMethod]
    public void Rows_BeyondTheBatchSize_AreAnotherGroup() => Check(["0 1: 5", "2: 5"], Plan(Cpu(mostRows: 2), 5, 5, 5));

    [TestMethod]
    public void Rows_WorthTwoCores_AreTwoRunsForEach()
    {
        // 2 x 64 x 64 weights and 2 x 64 x 64 more: 16 Ki products a token,
        // so 200 tokens are worth more than one times 2 Mi, and 100 are not.
        var wide = new RunSize(Narrow with { ModelDimension = 64, OutputDimension = 64, HeadDimension = 64, ValueHeadDimension = 64 },
            mostRows: 256, onCpu: true, mostCores: 2, holdsScores: true);

        Check(["0 1: 25", "2 3: 25", "4 5: 25", "6 7: 25"], Plan(wide, 25, 25, 25, 25, 25, 25, 25, 25));
        Check(["0 1 2 3: 25"], Plan(wide, 25, 25, 25, 25));
    }

    [TestMethod]
    public void Rows_WithoutTokens_AreInNoGroup()
    {
        Assert.IsEmpty(Plan(Cpu(), 0, 0));
        Check(["1: 7"], Plan(Cpu(), 0, 7, 0));
    }

    [TestMethod]
    public void Row_WithoutKeys_HasOneThatIsPadding()
    {
        var group = Plan(Cpu(), (3, 0)).Single();

        Assert.AreEqual((3, 1, false, true), (group.Queries, group.Keys, group.PadsQueries, group.PadsKeys));
    }

    [TestMethod, DataRow(true), DataRow(false)]
    public void Groups_OfRandomLengths_HaveEachRowOnce_AndNoPaddingOnTheCpuAndLittleOnAGpu(bool onCpu)
    {
        var random = new Random(1);
        (int Queries, int Keys)[] lengths = [.. Enumerable.Range(0, 300).Select(_ => (random.Next(40), random.Next(1, 40)))];

        var groups = Plan(onCpu ? Cpu() : Gpu, lengths);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 300).Where(n => lengths[n].Queries > 0).ToArray(),
            groups.SelectMany(g => g.Rows).ToArray());
        foreach (var group in groups)
        {
            Assert.IsTrue(group.Rows.All(n => lengths[n].Queries <= group.Queries && lengths[n].Keys <= group.Keys));
            var real = group.Rows.Sum(n => lengths[n].Queries + lengths[n].Keys);
            Assert.IsLessThanOrEqualTo((onCpu ? 1 : 1.1) * real, group.Rows.Count * (group.Queries + group.Keys));
        }
    }

    [TestMethod]
    public void Groups_OfLongRows_StayWithinTheBoundOfOneRun()
    {
        var lengths = Enumerable.Repeat(1024, 9).ToArray();

        Assert.IsTrue(Plan(Cpu(), lengths).All(group => group.Rows.Count == 1), "2 rows of 1024 x 1024 scores are more than 2 Mi numbers.");
        Assert.HasCount(1, Plan(Cpu(holdsScores: false), lengths), "The tokens alone are few.");
    }

    static RunSize Cpu(int mostRows = 256, bool holdsScores = true) => new(Narrow, mostRows, onCpu: true, mostCores: 2, holdsScores);

    static RunSize Gpu => new(Narrow, mostRows: 256, onCpu: false, mostCores: 1, holdsScores: true);

    static void Check(string[] expected, IReadOnlyList<LengthGroup> groups) =>
        CollectionAssert.AreEqual(expected, groups.Select(Described).ToArray());

    static string Described(LengthGroup group) => $"{string.Join(' ', group.Rows)}: {group.Queries}{(group.PadsQueries ? " padded" : "")}";

    static IReadOnlyList<LengthGroup> Plan(RunSize size, params int[] lengths) =>
        Plan(size, [.. lengths.Select(length => (length, length))]);

    static IReadOnlyList<LengthGroup> Plan(RunSize size, params (int Queries, int Keys)[] lengths)
    {
        var rows = new RaggedRows(Layout);
        foreach (var (queries, keys) in lengths)
            rows.Complete(queries, keys);
        return new LengthGroups(size).Plan(rows);
    }
}
