using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Heads;

namespace Microsoft.ML.Attention.Tests.Model.Heads;

[TestClass]
public sealed class HeadStrengthsTests
{
    /// <summary>Two heads of one number each, over tokens of two.</summary>
    static readonly Architecture Pair = new()
    {
        Fields = [new(2)],
        ModelDimension = 2,
        NumberOfHeads = 2,
        NumberOfKeyValueHeads = 2,
        HeadDimension = 1,
        ValueHeadDimension = 1,
        OutputDimension = 2,
        Scale = 1,
    };

    [TestMethod] // W_O [W_V b_V] of the first is (3, 4)ᵀ (2, 0, 0): √(3² + 4²) · 2 = 10; of the second (0, 1)ᵀ (1, 2, 2): 1 · 3 = 3
    public void Of_TwoHeads_AreTheNormsOfWhatTheyWrite()
    {
        var parameters = Parameters(("in_proj_weight", [6, 2], [9, 9, 9, 9, 9, 9, 9, 9, 2, 0, 1, 2]),
            ("in_proj_bias", [6], [9, 9, 9, 9, 0, 2]), ("out_proj.weight", [2, 2], [3, 0, 4, 1]));

        Assert.AreSequenceEqual([(0, 0, 10.0), (0, 1, 3.0)], HeadStrengths.Of(Pair, parameters));
    }

    [TestMethod] // one key-value head for both, and no bias
    public void Of_HeadsThatShareValues_ReadTheSame()
    {
        var parameters = Parameters(("q_proj_weight", [2, 2], [9, 9, 9, 9]), ("k_proj_weight", [1, 2], [9, 9]),
            ("v_proj_weight", [1, 2], [0, 2]), ("out_proj.weight", [2, 2], [3, 0, 4, 1]));

        Assert.AreSequenceEqual([(0, 0, 10.0), (0, 1, 2.0)], HeadStrengths.Of(Pair with { NumberOfKeyValueHeads = 1 }, parameters));
    }

    [TestMethod]
    public void Of_APrunedLayer_AreThoseOfTheHeadsThatAreLeft()
    {
        var parameters = Parameters(("in_proj_weight", [3, 2], [9, 9, 9, 9, 1, 2]), ("out_proj.weight", [2, 1], [0, 1]));

        Assert.AreSequenceEqual([(0, 1, Math.Sqrt(5))], HeadStrengths.Of(Pair with { KeptHeads = [[1]] }, parameters));
    }

    static AttentionParameters Parameters(params (string Name, long[] Shape, float[] Values)[] tensors) =>
        AttentionParameters.Create(tensors.Select(t => KeyValuePair.Create(t.Name, new AttentionTensor(t.Shape, t.Values))));
}
