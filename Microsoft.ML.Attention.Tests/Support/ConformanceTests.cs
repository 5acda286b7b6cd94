namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The oracle's parts agree with the ONNX standard's own cases.</summary>
[TestClass]
public sealed class ConformanceTests
{
    // the cases were computed in float32, from numbers between 0 and 1: some ten roundings of half a unit each
    static readonly Tolerance Rounding = new(1e-6, 1e-6);

    /// <summary>What the oracle has no words for.</summary>
    static readonly Dictionary<string, string> Excluded = new()
    {
        ["test_rotary_embedding_with_interleaved_rotary_dim"] = "rotary_embedding_dim",
    };

    [TestMethod]
    public void Reference_OfEveryAttentionCase_Agrees()
    {
        foreach (var name in NamesOf("Attention"))
        {
            var conformance = Conformance.Load(name);
            var isJoined = conformance.Inputs[0].Tensor.Shape.Length == 3;       // [B, T, H·D] rather than [B, H, T, D]
            var (heads, keyHeads) = isJoined
                ? ((int)conformance.Attribute("q_num_heads", 0), (int)conformance.Attribute("kv_num_heads", 0))
                : (conformance.Inputs[0].Tensor.Shape[1], conformance.Inputs[1].Tensor.Shape[1]);
            for (var b = 0; b < conformance.Inputs[0].Tensor.Shape[0]; b++)
                for (var h = 0; h < heads; h++)
                {
                    var shared = h / (heads / keyHeads);
                    var (q, k, v) = (Head(conformance.Inputs[0].Tensor[b], h, heads),
                        Head(conformance.Inputs[1].Tensor[b], shared, keyHeads), Head(conformance.Inputs[2].Tensor[b], shared, keyHeads));
                    var weights = Reference.Weigh(q, k, conformance.Attribute("scale", 1 / Math.Sqrt(q[0].Length)), Softcap(conformance),
                        (i, j) => Reference.IsVisible(i, j, conformance.Attribute("is_causal", 0) != 0, null)
                            ? Bias(conformance, b, h, i, j)
                            : double.NegativeInfinity);
                    Rounding.Check($"{name}, row {b}, head {h}", Head(conformance.Outputs["Y"][b], h, heads).SelectMany(token => token),
                        weights.SelectMany(row => Reference.Mix(row, v, v[0].Length)));
                    if (conformance.Outputs.TryGetValue("qk_matmul_output", out var expected))
                    {
                        Assert.AreEqual(3.0, conformance.Attributes["qk_matmul_output_mode"],
                            "The oracle's weights are those after the softmax.");
                        Rounding.Check($"{name}, weights of row {b}, head {h}", expected[b][h].Doubles, weights.SelectMany(row => row));
                    }
                }
        }
    }

    [TestMethod]
    public void Reference_OfEveryRotaryCase_Agrees()
    {
        foreach (var name in NamesOf("RotaryEmbedding"))
        {
            var conformance = Conformance.Load(name);
            var (input, cos, sin, output) =
                (conformance.Inputs[0].Tensor, conformance.Inputs[1].Tensor, conformance.Inputs[2].Tensor, conformance.Outputs["output"]);
            for (var b = 0; b < input.Shape[0]; b++)
                for (var h = 0; h < input.Shape[1]; h++)                         // [B, H, T, D]
                    for (var t = 0; t < input.Shape[2]; t++)
                    {
                        // caches are [positions, D/2] with position ids, [B, T, D/2] without
                        var (c, s) = conformance.Inputs.Count == 4 && (int)conformance.Inputs[3].Tensor[b].Longs[t] is var position
                            ? (cos[position].Doubles, sin[position].Doubles)
                            : (cos[b][t].Doubles, sin[b][t].Doubles);
                        Rounding.Check($"{name}, row {b}, head {h}, token {t}", output[b][h][t].Doubles,
                            Reference.Rotate(input[b][h][t].Doubles, conformance.Attribute("interleaved", 0) != 0, p => c[p], p => s[p]));
                    }
        }
    }

    [TestMethod]
    [DataRow("LayerNormalization")]
    [DataRow("RMSNormalization")]
    public void Reference_OfEveryNormalizationCase_Agrees(string operatorType)
    {
        foreach (var name in NamesOf(operatorType))
        {
            var conformance = Conformance.Load(name);
            var (x, weight) = (conformance.Inputs[0].Tensor.Doubles, conformance.Inputs[1].Tensor.Doubles);
            var epsilon = conformance.Attribute("epsilon", 1e-5);
            var normalized = x.Chunk(weight.Length)                              // the axes from `axis` on are one
                .SelectMany(token => operatorType == "LayerNormalization"
                    ? Reference.LayerNorm(token, weight, conformance.Inputs[2].Tensor.Doubles, epsilon)
                    : Reference.RmsNorm(token, weight, epsilon));
            Rounding.Check(name, conformance.Outputs["Y"].Doubles, normalized);
        }
    }

    [TestMethod]
    public void ExcludedCases_HaveTheAttributeThatExcludesThem()
    {
        foreach (var (name, attribute) in Excluded)
            Assert.IsTrue(Conformance.Load(name).Attributes.ContainsKey(attribute), $"{name} has no {attribute}.");
    }

    static IReadOnlyList<string> NamesOf(string operatorType)
    {
        string[] names = [.. Conformance.Names.Where(name =>
            !Excluded.ContainsKey(name) && Conformance.Load(name).OperatorType == operatorType)];
        Assert.IsNotEmpty(names);
        return names;
    }

    static double? Softcap(Conformance conformance) => conformance.Attribute("softcap", 0) is var cap and not 0 ? cap : null;

    /// <summary>One head's tokens, of <c>[T, H·D]</c> or <c>[H, T, D]</c>.</summary>
    static double[][] Head(StoredTensor tokens, int h, int heads)
    {
        if (tokens.Shape.Length == 3)
            return tokens[h].Matrix;
        var width = tokens.Shape[1] / heads;
        return Array.ConvertAll(tokens.Matrix, token => token[(h * width)..((h + 1) * width)]);
    }

    /// <summary>The fourth input, broadcast to <c>[B, H, T, S]</c>: numbers to add, or truth where there is a token.</summary>
    static double Bias(Conformance conformance, int b, int h, int i, int j)
    {
        if (conformance.Inputs.Count < 4)
            return 0;
        var mask = conformance.Inputs[3].Tensor;
        if (mask.Shape.Length == 4)
            mask = mask[mask.Shape[0] == 1 ? 0 : b];
        if (mask.Shape.Length == 3)
            mask = mask[mask.Shape[0] == 1 ? 0 : h];
        return mask.Values is bool[] isToken
            ? isToken[i * mask.Shape[1] + j] ? 0 : double.NegativeInfinity
            : mask.Doubles[i * mask.Shape[1] + j];
    }
}
