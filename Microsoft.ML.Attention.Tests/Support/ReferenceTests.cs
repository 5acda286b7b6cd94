namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The oracle agrees with libtorch, and with what can be worked out on paper.</summary>
[TestClass]
public sealed class ReferenceTests
{
    static readonly Tolerance Rounding = new(1e-14, 1e-14);

    static IEnumerable<string> ForwardNames => Golden.ForwardNames;

    static IEnumerable<string> TrainingNames => Golden.TrainingNames;

    [TestMethod, DynamicData(nameof(ForwardNames))]
    public void Row_OfAGoldenCase_AgreesWithLibtorch(string name)
    {
        var golden = Golden.Load(name);
        for (var b = 0; b < golden.Rows.Count; b++)
        {
            var result = Reference.Row(golden.Options, golden.Parameters, golden.Rows[b]);
            Tolerance.StoredInFloat32.Check($"output of row {b}", golden.Output(b).SelectMany(token => token),
                result.Output.SelectMany(token => token));
            if (golden.HasWeights)
                Tolerance.StoredInFloat32.Check($"attention weights of row {b}", golden.Weights(b).Cast<double>(),
                    result.Weights.Cast<double>());
        }
    }

    [TestMethod, DynamicData(nameof(TrainingNames))]
    public void Row_BeforeAndAfterGoldenTraining_AgreesWithLibtorch(string name)
    {
        var golden = Golden.Load(name);
        AgreesWith("output", Golden.ToParameters(golden.Tensors));
        AgreesWith("final_output", Golden.ToParameters(golden.Expected, "final."));

        void AgreesWith(string expected, AttentionParameters parameters)
        {
            var head = new ReferenceParameters(parameters).Affine(golden.ReadOut);
            // parameters after training are themselves stored in float32, so the outputs that follow are not exact: the case's tolerance
            var tolerance = expected == "output" ? Tolerance.StoredInFloat32 : golden.Tolerance("output");
            for (var b = 0; b < golden.Rows.Count; b++)
            {
                var row = golden.Inputs.TryGetValue("reconstruction_mask", out var hidden)
                    ? golden.Rows[b] with
                    {
                        Tokens = [.. golden.Rows[b].Tokens.Select((token, t) =>
                        hidden[b].Booleans[t] ? new double[token.Length] : token)]
                    }
                    : golden.Rows[b];
                var read = head.Apply(Reference.Row(golden.Options, parameters, row).Output);
                var isRead = golden.Options.Pooling == AttentionPooling.None ? row.Mask! : [true];
                var width = head.Weight.Length;
                tolerance.Check($"{expected} of row {b}",
                    golden.Expected[expected].Doubles.Skip(b * isRead.Length * width).Take(isRead.Length * width)
                        .Where((_, n) => isRead[n / width]),
                    read.SelectMany(token => token).Where((_, n) => isRead[n / width]));
            }
        }
    }

    [TestMethod]
    public void Row_OfTwoKeysAndOneQuery_IsASoftmaxOfOneAndE()
    {
        var result = Reference.Row(Cross, Identity(1),
            new() { Tokens = [[1]], Keys = [[0], [1]] });

        Rounding.Check("weights", [1 / (1 + Math.E), Math.E / (1 + Math.E)], result.Weights.Cast<double>());
        Rounding.Check("output", [Math.E / (1 + Math.E)], result.Output[0]);
    }

    [TestMethod]
    public void Row_WithASoftcap_CapsTheScaledScoresBeforeTheBias()
    {
        var result = Reference.Row(Cross with { Scale = 2, Softcap = 3 }, Identity(1),
            new() { Tokens = [[1]], Keys = [[0], [1]], Bias = new[, ,] { { { 0.0, 10.0 } } } });

        var ratio = Math.Exp(3 * Math.Tanh(2 / 3.0) + 10);
        Rounding.Check("weights", [1 / (1 + ratio), ratio / (1 + ratio)], result.Weights.Cast<double>());
    }

    [TestMethod]
    public void Row_WithAMaskedToken_NeverReadsItAndAnswersZeros()
    {
        var result = Reference.Row(Self with { MaskColumnName = "M" }, Identity(2),
            new() { Tokens = [[1, 2], [double.NaN, double.NaN], [3, 5]], Mask = [true, false, true] });

        var alone = Reference.Row(Self, Identity(2), new() { Tokens = [[1, 2], [3, 5]] });
        Rounding.Check("output", [.. alone.Output[0], 0, 0, .. alone.Output[1]], result.Output.SelectMany(token => token));
        Rounding.Check("weights of the masked query", [0, 0, 0], Enumerable.Range(0, 3).Select(j => result.Weights[0, 0, 1, j]));
        Rounding.Check("weights of the masked key", [0, 0, 0], Enumerable.Range(0, 3).Select(i => result.Weights[0, 0, i, 1]));
    }

    [TestMethod]
    public void Row_OfCrossAttentionWithoutKeys_IsTheOutputBias()
    {
        var parameters = Parameters(("in_proj_weight", [6, 2], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]),
            ("out_proj.weight", [2, 2], [1, 0, 0, 1]), ("out_proj.bias", [2], [3, 4]));

        var none = Reference.Row(Cross, parameters, new() { Tokens = [[1, 2]], Keys = [] });
        var masked = Reference.Row(Cross, parameters, new() { Tokens = [[1, 2]], Keys = [[7, 8]], Mask = [false] });

        CollectionAssert.AreEqual(new double[] { 3, 4 }, none.Output[0]);
        CollectionAssert.AreEqual(new double[] { 3, 4 }, masked.Output[0]);
        Assert.IsEmpty(none.Weights);
        Assert.AreEqual(0.0, masked.Weights[0, 0, 0, 0]);
    }

    [TestMethod]
    public void Row_WithoutTokens_IsNothingOrZerosWhenPooled()
    {
        Assert.IsEmpty(Reference.Row(Self, Identity(2), new()).Output);
        foreach (var pooling in Enum.GetValues<AttentionPooling>().Where(pooling => pooling != AttentionPooling.None))
        {
            var (options, zeros) = (Self with { Pooling = pooling, MaximumLength = 1 },
                new double[pooling == AttentionPooling.MeanAndMax ? 4 : 2]);
            var parameters = pooling == AttentionPooling.Class ? WithClassToken(Identity(2)) : Identity(2);
            CollectionAssert.AreEqual(zeros, Reference.Row(options, parameters, new()).Output.Single());
            CollectionAssert.AreEqual(zeros,
                Reference.Row(options, parameters, new() { Tokens = [[5, 6]], Mask = [false] }).Output.Single());
        }
    }

    [TestMethod]
    public void Row_OfTokenIds_ReadsTheTableAndMasksMissingOnes()
    {
        var options = Self with { ModelDimension = 2, WindowSize = 0 };
        var parameters = Parameters(("in_proj_weight", [6, 2], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]),
            ("out_proj.weight", [2, 2], [1, 0, 0, 1]), ("out_proj.bias", [2], [10, 10]), ("embedding.weight", [2, 2], [1, 2, 3, 4]));

        var output = Reference.Row(options, parameters, new() { Ids = [1, null, 0] }).Output;

        Rounding.Check("output", [13, 14, 0, 0, 11, 12], output.SelectMany(token => token));
    }

    [TestMethod]
    public void Row_OfColumnsOfTwoWidths_ProjectsAndStandardizesEachItsOwnWay()
    {
        var options = Residual with { ModelDimension = 1 };
        var parameters = Parameters(
            ("self_attn.in_proj_weight", [3, 1], [0, 0, 0]), ("self_attn.out_proj.weight", [1, 1], [0]), ("norm1.weight", [1], [1]),
            ("input.0.weight", [1, 2], [1, 10]), ("input.1.weight", [1, 1], [2]), ("input.1.bias", [1], [100]),
            ("input_mean", [3], [1, 2, 3]), ("input_scale", [3], [2, 3, 4]));

        var output = Reference.Row(options, parameters, new() { Tokens = [[2, 3], [4]], Columns = [0, 1] }).Output;

        // (2-1)*2 + 10*(3-2)*3 = 32 and 2*(4-3)*4 + 100 = 108: attention adds nothing, and pre-norm leaves the sum as it is
        Rounding.Check("output", [32, 108], output.SelectMany(token => token));
    }

    [TestMethod]
    public void Row_OfSharedKeyHeads_IsThatOfTheHeadsRepeated()
    {
        var random = new Random(7);
        var grouped = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Y",
            EmbeddingDimension = 8,
            NumberOfHeads = 4,
            NumberOfKeyValueHeads = 2,
            UseBias = false
        };
        var parameters = RandomCase.Parameters(grouped, random);
        var repeated = AttentionParameters.Create(parameters.Names.Select(name =>
            KeyValuePair.Create(name, name is "k_proj_weight" or "v_proj_weight" ? Repeated(parameters[name]) : parameters[name])));
        var row = RandomCase.Row(grouped, random, 5);

        var expected = Reference.Row(grouped with { NumberOfKeyValueHeads = null }, repeated, row);
        var actual = Reference.Row(grouped, parameters, row);

        Rounding.Check("output", expected.Output.SelectMany(token => token), actual.Output.SelectMany(token => token));

        // two heads of two rows of eight
        static AttentionTensor Repeated(AttentionTensor heads) => new([2 * heads.Shape[0], heads.Shape[1]],
            heads.Values.ToArray().Chunk(16).SelectMany(head => head.Concat(head)).ToArray());
    }

    [TestMethod]
    public void Row_WithAWindowForEachHead_HidesFromThatHeadOnly()
    {
        var options = Self with { NumberOfHeads = 2, HeadWindowSizes = [1, null], IsCausal = true };

        var weights = Reference.Row(options, Identity(2), new() { Tokens = [[1, 1], [2, 2], [3, 3]] }).Weights;

        CollectionAssert.AreEqual(new[] { false, true, true }, Enumerable.Range(0, 3).Select(j => weights[0, 0, 2, j] > 0).ToArray());
        CollectionAssert.AreEqual(new[] { true, true, true }, Enumerable.Range(0, 3).Select(j => weights[0, 1, 2, j] > 0).ToArray());
        CollectionAssert.AreEqual(new[] { true, true, false }, Enumerable.Range(0, 3).Select(j => weights[0, 1, 1, j] > 0).ToArray());
    }

    [TestMethod]
    public void Row_OfAGatedNetwork_MultipliesByTheGate()
    {
        var options = Residual with
        {
            Block = AttentionBlock.Encoder,
            Activation = Activation.SiluGated,
            Normalization = Normalization.RmsNorm
        };
        var parameters = Parameters(
            ("self_attn.in_proj_weight", [3, 1], [0, 0, 0]), ("self_attn.out_proj.weight", [1, 1], [0]), ("norm1.weight", [1], [1]),
            ("norm2.weight", [1], [1]),
            ("linear1.weight", [1, 1], [3]), ("linear_gate.weight", [1, 1], [2]), ("linear2.weight", [1, 1], [5]));

        var output = Reference.Row(options, parameters, new() { Tokens = [[4]] }).Output;

        // one number's root mean square is itself: norm2(4) = 4 / √(16 + 1e-5)
        var x = 4 / Math.Sqrt(16 + 1e-5);
        Rounding.Check("output", [4 + 5 * (3 * x * (2 * x / (1 + Math.Exp(-2 * x))))], output[0]);
    }

    [TestMethod]
    public void Erf_AgreesWithTables()
    {
        // Mathematica's, to 17 digits
        (double X, double Y)[] table = [(0, 0), (1e-10, 1.1283791670955126e-10), (0.5, 0.5204998778130465), (1, 0.8427007929497149),
            (1.9, 0.9927904292352575),
            (2, 0.9953222650189527), (2.1, 0.9970205333436670), (3, 0.9999779095030014), (5, 0.9999999999984626), (7, 1),
            (-1, -0.8427007929497149)];
        foreach (var (x, y) in table)
            new Tolerance(0, 2e-15).Check($"erf({x})", [y], [Reference.Erf(x)]);
    }

    [TestMethod]
    public void Activations_AtOne_AreThePublishedValues()
    {
        Rounding.Check("gelu, its approximation, silu", [0.8413447460685429, 0.8411919906082768, 0.7310585786300049],
            [Reference.Gelu(1), Reference.GeluTanh(1), Reference.Silu(1)]);
    }

    [TestMethod]
    public void Norms_OfThreeNumbers_AreWorkedOutByHand()
    {
        Rounding.Check("layer norm", [0 - 2 * Math.Sqrt(1.5) + 1, 1, 2 * Math.Sqrt(1.5) + 1],
            Reference.LayerNorm([1, 2, 3], [2, 2, 2], [1, 1, 1], 0));
        Rounding.Check("RMS norm", [2 * 3 / 5.0, 4 / 5.0], Reference.RmsNorm([3, 4], [2, 1], 12.5));   // √((9 + 16)/2 + 12.5) = 5
    }

    [TestMethod]
    public void Rotate_ByItsAngle_TurnsEachPairInItsLayout()
    {
        double[] quarter = [0, 1]; // the first pair stays, the second turns by a quarter

        CollectionAssert.AreEqual(new double[] { 1, -4, 3, 2 },
            Reference.Rotate([1, 2, 3, 4], false, p => 1 - quarter[p], p => quarter[p]));
        CollectionAssert.AreEqual(new double[] { 1, 2, -4, 3 }, Reference.Rotate([1, 2, 3, 4], true, p => 1 - quarter[p], p => quarter[p]));
        Rounding.Check("angles of position 3, base 100", [3, 0.3],
            [Reference.RotaryAngle(3, 0, 4, 100), Reference.RotaryAngle(3, 1, 4, 100)]);
    }

    [TestMethod]
    public void Sinusoid_OfTheSecondPosition_IsSinesAndCosinesOfShrinkingAngles() =>
        Rounding.Check("position 1 of 4 elements", [Math.Sin(1), Math.Cos(1), Math.Sin(0.01), Math.Cos(0.01)],
            Enumerable.Range(0, 4).Select(e => Reference.Sinusoid(1, e, 4)));

    [TestMethod]
    public void AlibiSlope_ForHeadsThatAreNoPowerOfTwo_TakesEveryOtherOfTheNext()
    {
        Rounding.Check("4 heads", [1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 256.0], Slopes(4));
        Rounding.Check("6 heads", [1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 256.0, 1 / 2.0, 1 / 8.0], Slopes(6));
        Rounding.Check("1 head", [1 / 256.0], Slopes(1));

        static IEnumerable<double> Slopes(int heads) => Enumerable.Range(0, heads).Select(h => Reference.AlibiSlope(h, heads));
    }

    static MultiHeadAttentionOptions Self => new() { OutputColumnName = "Y", NumberOfHeads = 1 };

    static MultiHeadAttentionOptions Cross => Self with { KeyColumnName = "K" };

    static MultiHeadAttentionOptions Residual => Self with { Block = AttentionBlock.Residual, NormalizationOrder = NormalizationOrder.Pre };

    /// <summary>Projections that change nothing.</summary>
    static AttentionParameters WithClassToken(AttentionParameters parameters) => AttentionParameters.Create(
        parameters.Names.Select(name => KeyValuePair.Create(name, parameters[name]))
            .Append(KeyValuePair.Create("class_token", new AttentionTensor([2], new float[] { 7, 8 }))));

    static AttentionParameters Identity(int width)
    {
        float[] identity = [.. Enumerable.Range(0, width * width).Select(n => n % (width + 1) == 0 ? 1f : 0f)];
        return Parameters(("in_proj_weight", [3 * width, width], [.. identity, .. identity, .. identity]),
            ("out_proj.weight", [width, width], identity), ("pool.query", [width], new float[width]));
    }

    static AttentionParameters Parameters(params IEnumerable<(string Name, long[] Shape, float[] Values)> tensors) =>
        AttentionParameters.Create(tensors.Select(tensor =>
            KeyValuePair.Create(tensor.Name, new AttentionTensor(tensor.Shape, tensor.Values))));
}
