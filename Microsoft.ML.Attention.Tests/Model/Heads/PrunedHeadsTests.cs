using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Heads;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Tests.Model.Heads;

/// <summary>Every number of a tensor is its row (of <c>out_proj.weight</c>: its column),
/// so that what is left tells where it came from.</summary>
[TestClass]
public sealed class PrunedHeadsTests
{
    /// <summary>One layer of three heads of two numbers, the projections in one matrix.</summary>
    static readonly Architecture Packed = new()
    {
        Fields = [new(6)],
        ModelDimension = 6,
        NumberOfHeads = 3,
        NumberOfKeyValueHeads = 3,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputDimension = 6,
        Scale = 1,
        NormalizeQueriesAndKeys = true,
    };

    /// <summary>Two heads share a key-value head; values are wider than keys.</summary>
    static readonly Architecture Grouped = Packed with { NumberOfHeads = 4, NumberOfKeyValueHeads = 2, HeadDimension = 1 };

    [TestMethod]
    public void Of_OneHead_LeavesTheRowsOfTheOthers()
    {
        var (pruned, left) = PrunedHeads.Of(Packed, Numbered(Packed), [(0, 1)]);

        Assert.AreSequenceEqual([0, 2], pruned.HeadsOf(0).Heads);
        float[] rows = [0, 1, 4, 5, 6, 7, 10, 11, 12, 13, 16, 17];
        Check(left, "in_proj_weight", [12, 6], rows.SelectMany(row => Enumerable.Repeat(row, 6)));
        Check(left, "in_proj_bias", [12], rows);
        Check(left, "out_proj.weight", [6, 4], Enumerable.Repeat(new float[] { 0, 1, 4, 5 }, 6).SelectMany(row => row));
        Check(left, "out_proj.bias", [6], [0, 1, 2, 3, 4, 5]);
        Check(left, "q_norm.weight", [2], [0, 1]);
    }

    [TestMethod]
    public void Of_HeadsThatShareAKeyValueHead_LeavesItToTheOthers()
    {
        var (_, left) = PrunedHeads.Of(Grouped, Numbered(Grouped), [(0, 0)]);

        Check(left, "q_proj_weight", [3, 6], [.. Row(1), .. Row(2), .. Row(3)]);
        Check(left, "k_proj_weight", [2, 6], [.. Row(0), .. Row(1)]);
        Check(left, "v_proj_weight", [4, 6], [.. Row(0), .. Row(1), .. Row(2), .. Row(3)]);
        Check(left, "in_proj_bias", [9], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Check(left, "out_proj.weight", [6, 6], Enumerable.Repeat(new float[] { 2, 3, 4, 5, 6, 7 }, 6).SelectMany(row => row));
    }

    [TestMethod]
    public void Of_AllHeadsOfAKeyValueHead_TakesItAlong()
    {
        var (pruned, left) = PrunedHeads.Of(Grouped, Numbered(Grouped), [(0, 0), (0, 1)]);

        Assert.AreSequenceEqual([1], pruned.HeadsOf(0).KeyValueHeads);
        Check(left, "k_proj_weight", [1, 6], Row(1));
        Check(left, "v_proj_weight", [2, 6], [.. Row(2), .. Row(3)]);
        Check(left, "in_proj_bias", [5], [2, 3, 5, 8, 9]);
    }

    [TestMethod]
    public void Of_AllHeads_LeavesTheOutputsBiasAlone()
    {
        var (pruned, left) = PrunedHeads.Of(Packed, Numbered(Packed), [(0, 0), (0, 1), (0, 2)]);

        Assert.IsEmpty(pruned.HeadsOf(0).Heads);
        Assert.AreSequenceEqual(["out_proj.bias"], left.Names);
    }

    [TestMethod]
    public void Of_TwiceTheSameHead_IsOnce() =>
        Assert.AreSequenceEqual([0, 2], PrunedHeads.Of(Packed, Numbered(Packed), [(0, 1), (0, 1)]).Architecture.HeadsOf(0).Heads);

    static float[] Row(float number) => [.. Enumerable.Repeat(number, 6)];

    static void Check(AttentionParameters left, string name, long[] shape, IEnumerable<float> values) =>
        TensorAssert.AreEqual(new(shape, values.ToArray()), left[name], name);

    static AttentionParameters Numbered(Architecture a) => AttentionParameters.Create(ParameterLayout.Of(a).Select(spec =>
    {
        var width = spec.Shape is [_, var columns] ? (int)columns : 1;
        var numbers = Enumerable.Range(0, (int)spec.Shape[0] * width)
            .Select(i => (float)(spec.Name == "out_proj.weight" ? i % width : i / width));
        return KeyValuePair.Create(spec.Name, new AttentionTensor(spec.Shape, numbers.ToArray()));
    }));
}
