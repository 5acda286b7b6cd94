using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Attention rollout as a column. With every other option, saved, exported and alone, it is held to the oracle by
/// <see cref="OptionPairsTests"/> and <see cref="OracleTests"/>.</summary>
[TestClass]
public sealed class RolloutTests
{
    // float32 against double, through two layers of softmax and a product of small matrices
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Inputs => InputCase.Names.Where(name => InputCase.Of(name).Options.KeyColumnName is null);

    /// <summary>
    /// Tokens 2 and -3 become 1 and -1 before attention, which adds nothing. In the first layer every query is ln(3)/2, so that keys 1 and
    /// -1 get 3/4 and 1/4 of it; in the second all scores are 0. Half of that and half of the identity: [[7, 1], [3, 5]] / 8, then [[3, 1],
    /// [1, 3]] / 4; the second times the first.
    /// </summary>
    [TestMethod]
    public void Rollout_OfTwoLayersAndTwoTokens_IsWorkedOutByHand()
    {
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            AttentionRolloutColumnName = RowColumns.Rollout,
            NumberOfHeads = 1,
            EmbeddingDimension = 1,
            Block = AttentionBlock.Residual,
            NumberOfLayers = 2,
            NormalizationOrder = NormalizationOrder.Pre,
            Normalization = Normalization.RmsNorm,
            FinalNormalization = false,
            Parameters = Parameters(
                ("layers.0.self_attn.in_proj_weight", [3, 1], [0, 1, 0]),
                ("layers.0.self_attn.in_proj_bias", [3], [MathF.Log(3) / 2, 0, 0]), ("layers.0.self_attn.out_proj.weight", [1, 1], [0]),
                ("layers.0.norm1.weight", [1], [1]),
                ("layers.1.self_attn.in_proj_weight", [3, 1], [0, 0, 0]), ("layers.1.self_attn.out_proj.weight", [1, 1], [0]),
                ("layers.1.norm1.weight", [1], [1])),
        };
        ReferenceRow row = new() { Tokens = [[2], [-3]] };
        var view = new[] { row }.ToDataView(_ml, options);
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        Rounding.Check("rollout", [0.75, 0.25, 0.5, 0.5], transformer.Transform(view).GetColumn<float[]>(RowColumns.Rollout).Single());
        Rounding.Check("the oracle's", [0.75, 0.25, 0.5, 0.5],
            Reference.Row(options, options.Parameters, row).Rollout.SelectMany(token => token));
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Rollout_OfEachTypeOfInput_IsAColumnThatTheOutputDoesNotFeel(string input)
    {
        var inputs = InputCase.Of(input);
        var options = Stack(inputs);
        var rows = inputs.Rows(20);
        var view = inputs.View(_ml, rows);
        using var with = inputs.Fit(_ml, options);
        using var without = inputs.Fit(_ml, options with { AttentionRolloutColumnName = null, Parameters = with.Parameters });
        var (output, transformed) = (options.OutputColumnName, with.Transform(view));

        foreach (var (row, rollout) in rows.Zip(transformed.GetColumn<float[]>("Rollout")))
            Rounding.Check("rollout", Reference.Row(options, with.Parameters, row).Rollout.SelectMany(token => token), rollout);
        foreach (var (expected, actual) in without.Transform(view).GetColumn<float[]>(output).Zip(transformed.GetColumn<float[]>(output)))
            Rounding.Check("output", expected.Select(value => (double)value), actual);
        var isFixed = ((VectorDataViewType)transformed.Schema["Rollout"].Type).IsKnownSize;
        Assert.AreEqual(isFixed ? $"Vector<Single, {rows[0].QueryLength}, {rows[0].QueryLength}>" : "Vector<Single, *, *>",
            transformed.Schema["Rollout"].Type.ToString());
        Assert.AreEqual(isFixed, transformed.Schema["Rollout"].HasSlotNames());
        var promised = _ml.Transforms.MultiHeadAttention(options).GetOutputSchema(MLNetInternals.ShapeOf(view.Schema))
            .Single(column => column.Name == "Rollout");
        Assert.AreEqual((isFixed ? Kind.Vector : Kind.VariableVector, isFixed), (promised.Kind, promised.Annotations.Any()));
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Rollout_OfAToken_SumsToOne_AndOfAMaskedOneToZero(string input)
    {
        var inputs = InputCase.Of(input);
        var rows = inputs.Rows(20);
        using var transformer = inputs.Fit(_ml, Stack(inputs));

        foreach (var (row, rollout) in rows.Zip(transformer.Transform(inputs.View(_ml, rows)).GetColumn<float[]>("Rollout")))
            Rounding.Check("sums", Enumerable.Range(0, row.QueryLength)
                .Select(t => row.Mask?[t] == false || row.Ids?[t] is null && row.Ids is not null ? 0.0 : 1),
                rollout.Chunk(Math.Max(row.QueryLength, 1)).Select(token => token.Sum()));
    }

    [TestMethod]
    public void Rollout_OfTokensThatSeeThemselves_OrOfLayersWithoutHeads_IsTheIdentity()
    {
        var inputs = InputCase.Of("ragged");
        using var whole = inputs.Fit(_ml, Stack(inputs));
        using var headless = whole.Prune(1);
        using var alone = inputs.Fit(_ml, Stack(inputs) with { WindowSize = 0 });

        foreach (var transformer in new[] { headless, alone })
            foreach (var (row, rollout) in Rollouts(transformer, inputs))
                Assert.AreSequenceEqual(Pairs(row, (i, j) => i == j ? 1f : 0), rollout);
    }

    [TestMethod]
    public void Rollout_OfCausalLayers_HasNothingOfLaterTokens()
    {
        var inputs = InputCase.Of("ragged");
        using var transformer = inputs.Fit(_ml, Stack(inputs) with { IsCausal = true });

        foreach (var (row, rollout) in Rollouts(transformer, inputs))
            Assert.AreSequenceEqual(Pairs(row, (i, j) => j <= i), rollout.Select(share => share > 0));
    }

    [TestMethod]
    public void PredictionEngine_OfARow_GivesItsRollout()
    {
        var options = Frames.Options with
        {
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            AttentionRolloutColumnName = nameof(Rolled.Rollout)
        };
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(5));
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        var expected = transformer.Transform(view).GetColumn<float[]>("Rollout").ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<Frames, Rolled>(transformer,
            new PredictionEngineOptions { OwnsTransformer = false });

        foreach (var (n, row) in Frames.Rows(5).Index())
            Rounding.Check($"rollout of row {n}", expected[n].Select(value => (double)value), engine.Predict(row).Rollout);
    }

    static MultiHeadAttentionOptions Stack(InputCase inputs) =>
        inputs.Options with
        {
            Block = AttentionBlock.Residual,
            NumberOfLayers = 2,
            OutputDimension = null,
            AttentionRolloutColumnName = "Rollout"
        };

    IEnumerable<(ReferenceRow Row, float[] Rollout)> Rollouts(MultiHeadAttentionTransformer transformer, InputCase inputs)
    {
        var rows = inputs.Rows(12);
        return rows.Zip(transformer.Transform(inputs.View(_ml, rows)).GetColumn<float[]>("Rollout"));
    }

    static IEnumerable<T> Pairs<T>(ReferenceRow row, Func<int, int, T> of) =>
        from i in Enumerable.Range(0, row.QueryLength) from j in Enumerable.Range(0, row.QueryLength) select of(i, j);

    static AttentionParameters Parameters(params IEnumerable<(string Name, long[] Shape, float[] Values)> tensors) =>
        AttentionParameters.Create(tensors.Select(tensor =>
            KeyValuePair.Create(tensor.Name, new AttentionTensor(tensor.Shape, tensor.Values))));

    sealed class Rolled
    {
        public float[] Rollout { get; set; } = [];
    }
}
