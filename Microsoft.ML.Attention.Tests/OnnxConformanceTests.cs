using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The ONNX standard's own cases, through the library: attention through a user's pipeline whose projections change nothing, the
/// rest through the graph.</summary>
[TestClass]
public sealed class OnnxConformanceTests(TestContext test)
{
    // the cases were computed in float32, from numbers between 0 and 1: some ten roundings of half a unit, and ours as many
    static readonly Tolerance Rounding = new(2e-6, 2e-6);

    [TestMethod]
    public void MultiHeadAttention_OfEveryAttentionCase_Agrees()
    {
        var names = NamesOf("Attention");
        Assert.HasCount(22, names);
        foreach (var name in names)
            CheckAttention(name, Conformance.Load(name));
    }

    [TestMethod]
    public void Turn_OfEveryRotaryCase_Agrees()
    {
        foreach (var name in NamesOf("RotaryEmbedding"))
        {
            var conformance = Conformance.Load(name);
            var (input, output) = (conformance.Inputs[0].Tensor, conformance.Outputs["output"]);
            var graph = new Graph();
            var (b, h, t, d) = (input.Shape[0], input.Shape[1], input.Shape[2], input.Shape[3]);
            // the rest of a head stays as it is
            var turns = (int)conformance.Attribute("rotary_embedding_dim", 0) is > 0 and var some ? some : d;
            var parts = graph.Input("x", b, h, t, d).Transpose(0, 2, 1, 3).Split(3, turns, d - turns);
            var first = ForwardPass.Turn(parts[0], graph.Input("cos", b, t, 1, turns / 2), graph.Input("sin", b, t, 1, turns / 2),
                conformance.Attribute("interleaved", 0) != 0);
            graph.Output("y", Operators.Concat(3, first, parts[1]).Transpose(0, 2, 1, 3));

            var turned = GraphRunner.Run(graph, ("x", input.Floats), ("cos", Cache(conformance, 1)), ("sin", Cache(conformance, 2)))[0];

            Rounding.Check(name, output.Doubles, turned.As<float>());
        }
    }

    [TestMethod]
    [DataRow("LayerNormalization")]
    [DataRow("RMSNormalization")]
    public void Normalization_OfEveryCase_Agrees(string operatorType)
    {
        foreach (var name in NamesOf(operatorType))
        {
            var conformance = Conformance.Load(name);
            var (input, gain, graph) = (conformance.Inputs[0].Tensor, conformance.Inputs[1].Tensor, new Graph());
            var (width, epsilon) = (gain.Values.Length, conformance.Attribute("epsilon", 1e-5));   // the axes from `axis` on are one
            var (x, weight, bias) = (graph.Input("x", input.Values.Length / width, width), graph.Constant([.. gain.Doubles], width),
                conformance.Inputs.Skip(2).Select(b => graph.Constant([.. b.Tensor.Doubles], width)).FirstOrDefault());
            graph.Output("y", operatorType
                == "LayerNormalization" ? x.LayerNormalization(weight, bias, (float)epsilon) : ForwardPass.Rms(x, weight, epsilon));

            var normalized = GraphRunner.Run(graph, ("x", input.Floats))[0];

            Rounding.Check(name, conformance.Outputs["Y"].Doubles, normalized.As<float>());
        }
    }

    /// <summary>The cases of an operator; the list is printed.</summary>
    string[] NamesOf(string operatorType)
    {
        string[] all = [.. Conformance.Names.Where(name => Conformance.Load(name).OperatorType == operatorType)];
        foreach (var name in all)
            test.WriteLine(name);
        return all;
    }

    static void CheckAttention(string name, Conformance conformance)
    {
        var query = conformance.Inputs[0].Tensor;
        var isJoined = query.Shape.Length == 3;                                     // [B, T, H·D] rather than [B, H, T, D]
        var (heads, keyHeads) = isJoined
            ? ((int)conformance.Attribute("q_num_heads", 0), (int)conformance.Attribute("kv_num_heads", 0))
            : (query.Shape[1], conformance.Inputs[1].Tensor.Shape[1]);
        ReferenceRow[] rows = [.. Enumerable.Range(0, query.Shape[0]).Select(b => new ReferenceRow
        {
            Tokens = Joined(query[b]),
            Keys = Joined(conformance.Inputs[1].Tensor[b]),
            Values = Joined(conformance.Inputs[2].Tensor[b]),
            Bias = conformance.Inputs.Count < 4 ? null : Bias(conformance.Inputs[3].Tensor, b, heads),
        })];
        var (queryWidth, keyWidth, valueWidth) = (rows[0].Tokens[0].Length, rows[0].Keys![0].Length, rows[0].Values![0].Length);
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            KeyColumnName = RowColumns.Keys,
            ValueColumnName = RowColumns.Values,
            AttentionBiasColumnName = conformance.Inputs.Count < 4 ? null : RowColumns.Bias,
            AttentionWeightsColumnName = RowColumns.Weights,
            EmbeddingDimension = queryWidth,
            KeyDimension = keyWidth,
            ValueDimension = valueWidth,
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyHeads,
            HeadDimension = queryWidth / heads,
            ValueHeadDimension = valueWidth / keyHeads,
            OutputDimension = heads * valueWidth / keyHeads,
            Scale = conformance.Attributes.TryGetValue("scale", out var scale) ? scale : null,
            Softcap = conformance.Attributes.TryGetValue("softcap", out var cap) && cap != 0 ? cap : null,
            IsCausal = conformance.Attribute("is_causal", 0) != 0,
            Parameters = AttentionParameters.Create([Identity("q_proj_weight", queryWidth), Identity("k_proj_weight", keyWidth),
                Identity("v_proj_weight", valueWidth), Identity("out_proj.weight", heads * valueWidth / keyHeads)]),
        };
        var context = new MLContext();
        var view = rows.ToDataView(context, options);
        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);
        var transformed = transformer.Transform(view);
        double[][] expected = [.. rows.Select((_, b) => Joined(conformance.Outputs["Y"][b]).SelectMany(token => token).ToArray())];
        foreach (var (b, output) in transformed.GetColumn<float[]>(RowColumns.Output).Index())
            Rounding.Check($"{name}, row {b}", expected[b], output);
        using var decomposed = new OnnxRows(OnnxModel.Serialize(transformer.Export(AttentionForm.Decomposed)));
        Rounding.Check($"{name}, decomposed", expected.SelectMany(row => row), decomposed.Run(rows)[RowColumns.Output]);
        if (conformance.Outputs.TryGetValue("qk_matmul_output", out var weights))
        {
            Assert.AreEqual(3.0, conformance.Attributes["qk_matmul_output_mode"], "The library gives the weights after the softmax.");
            Rounding.Check($"{name}, weights", weights.Doubles, transformed.GetColumn<float[]>(RowColumns.Weights).SelectMany(row => row));
        }
    }

    /// <summary>Tokens of <c>[T, H·D]</c>, also from <c>[H, T, D]</c>.</summary>
    static double[][] Joined(StoredTensor tokens) => tokens.Shape.Length == 2
        ? tokens.Matrix
        : [.. Enumerable.Range(0, tokens.Shape[1])
            .Select(t => Enumerable.Range(0, tokens.Shape[0]).SelectMany(h => tokens[h][t].Doubles).ToArray())];

    /// <summary>The fourth input, broadcast to <c>[H, T, S]</c>: numbers to add, or truth where there is a token.</summary>
    static double[,,] Bias(StoredTensor mask, int b, int heads)
    {
        if (mask.Shape.Length == 4)
            mask = mask[mask.Shape[0] == 1 ? 0 : b];
        var (queries, keys) = (mask.Shape[^2], mask.Shape[^1]);
        var bias = new double[heads, queries, keys];
        for (var h = 0; h < heads; h++)
        {
            var ofHead = mask.Shape.Length == 3 ? mask[mask.Shape[0] == 1 ? 0 : h] : mask;
            for (var i = 0; i < queries; i++)
                for (var j = 0; j < keys; j++)
                    bias[h, i, j] = ofHead.Values is bool[] isToken
                        ? isToken[i * keys + j] ? 0 : double.NegativeInfinity
                        : ofHead.Doubles[i * keys + j];
        }
        return bias;
    }

    /// <summary>Cosines or sines for each row and token: looked up by position where the case has positions.</summary>
    static float[] Cache(Conformance conformance, int input)
    {
        var cache = conformance.Inputs[input].Tensor;
        return conformance.Inputs.Count == 4
            ? [.. conformance.Inputs[3].Tensor.Longs.SelectMany(position => cache[(int)position].Floats)]
            : cache.Floats;
    }

    static KeyValuePair<string, AttentionTensor> Identity(string name, int width) =>
        KeyValuePair.Create(name,
            new AttentionTensor([width, width], Enumerable.Range(0, width * width).Select(n => n % (width + 1) == 0 ? 1f : 0f).ToArray()));
}
