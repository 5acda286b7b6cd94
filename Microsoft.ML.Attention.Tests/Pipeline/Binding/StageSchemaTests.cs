using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

/// <summary>The columns that a stage adds: types and slot names.</summary>
[TestClass]
public sealed class StageSchemaTests
{
    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<(string, AttentionWeightsLayers, string, string)> Types =>
    [
        ("fixed", AttentionWeightsLayers.Last, "Vector<Single, 4, 6>", "Vector<Single, 2, 4, 4>"),
        ("fixed", AttentionWeightsLayers.All, "Vector<Single, 4, 6>", "Vector<Single, 1, 2, 4, 4>"),
        ("ragged", AttentionWeightsLayers.Last, "Vector<Single, *, 6>", "Vector<Single, 2, *, *>"),
        ("flat columns, each a token", AttentionWeightsLayers.Last, "Vector<Single, 3, 6>", "Vector<Single, 2, 3, 3>"),
        ("columns of several widths", AttentionWeightsLayers.Last, "Vector<Single, 6, 4>", "Vector<Single, 2, 6, 6>"),
        ("ushort ids", AttentionWeightsLayers.Last, "Vector<Single, 4, 6>", "Vector<Single, 2, 4, 4>"),
        ("cross", AttentionWeightsLayers.Last, "Vector<Single, 3, 6>", "Vector<Single, 2, 3, 4>"),
        ("cross, ragged queries", AttentionWeightsLayers.Last, "Vector<Single, *, 6>", "Vector<Single, 2, *, *>"),
        ("cross, ragged keys, pooled", AttentionWeightsLayers.All, "Vector<Single, 6>", "Vector<Single, 1, 2, *, *>"),
        ("pooled", AttentionWeightsLayers.Last, "Vector<Single, 3>", "Vector<Single, 2, 4, 4>"),
        ("ragged pooled", AttentionWeightsLayers.Last, "Vector<Single, 8>", "Vector<Single, 2, *, *>"),
    ];

    [TestMethod, DynamicData(nameof(Types))]
    public void Columns_OfEachInput_HaveTheirShapes_AndSlotNamesWhereFixed(string input, AttentionWeightsLayers layers, string output,
        string weights)
    {
        var inputs = InputCase.Of(input);
        using var transformer = inputs.Fit(_ml,
            inputs.Options with { AttentionWeightsColumnName = "Weights", AttentionWeightsLayers = layers });

        var schema = transformer.GetOutputSchema(inputs.View(_ml, []).Schema);

        Assert.AreEqual((output, weights), (schema["Out"].Type.ToString(), schema["Weights"].Type.ToString()));
        Assert.AreEqual(!output.Contains('*'), schema["Out"].HasSlotNames());
        Assert.AreEqual(!weights.Contains('*'), schema["Weights"].HasSlotNames());
    }

    [TestMethod]
    public void SlotNames_AreTheColumnAndThePlaceOnEachAxis()
    {
        var inputs = InputCase.Of("cross");
        using var transformer = inputs.Fit(_ml, inputs.Options with { AttentionWeightsColumnName = "Weights" });
        var schema = transformer.GetOutputSchema(inputs.View(_ml, []).Schema);

        var (outputs, weights) = (SlotNames(schema["Out"]), SlotNames(schema["Weights"]));

        Assert.HasCount(18, outputs);
        Assert.AreEqual(("Out.0.0", "Out.0.5", "Out.1.0", "Out.2.5"), (outputs[0], outputs[5], outputs[6], outputs[17]));
        Assert.HasCount(24, weights);
        Assert.AreEqual(("Weights.0.0.3", "Weights.0.1.0", "Weights.1.2.3"), (weights[3], weights[4], weights[23]));
    }

    [TestMethod]
    public void SlotNames_OfRollout_AreThoseOfItsTwoTokens()
    {
        var inputs = InputCase.Of("fixed");
        using var transformer = inputs.Fit(_ml,
            inputs.Options with
            {
                Block = AttentionBlock.Residual,
                AttentionWeightsColumnName = "Weights",
                AttentionRolloutColumnName = "Rollout"
            });
        var schema = transformer.GetOutputSchema(inputs.View(_ml, []).Schema);

        Assert.AreSequenceEqual(["A", "Out", "Weights", "Rollout"], schema.Select(column => column.Name));
        Assert.AreSequenceEqual(["Rollout.0.0", "Rollout.0.1"], SlotNames(schema["Rollout"])[..2]);
        Assert.AreEqual("Rollout.3.3", SlotNames(schema["Rollout"])[15]);
    }

    [TestMethod]
    public void Column_InPlace_HidesTheOneThatWasRead()
    {
        var inputs = InputCase.Of("in place");
        using var transformer = inputs.Fit(_ml, inputs.Options with { OutputDimension = 3 });

        var schema = transformer.GetOutputSchema(inputs.View(_ml, []).Schema);

        Assert.AreEqual("Vector<Single, 4, 3>", schema["A"].Type.ToString());
        Assert.AreEqual(("Vector<Single, 4, 6>", true), (schema[0].Type.ToString(), schema[0].IsHidden));
    }

    static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
