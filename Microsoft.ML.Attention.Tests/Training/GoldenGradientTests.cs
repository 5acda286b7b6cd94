using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>The gradients of the forward pass are libtorch's, for parameters and inputs alike.</summary>
[TestClass]
public sealed class GoldenGradientTests
{
    static IEnumerable<string> Names => Golden.ForwardNames;

    [TestMethod, DynamicData(nameof(Names))]
    public void Of_TheMeanSquareOfTheOutput_AgreesWithLibtorch(string name)
    {
        var golden = Golden.Load(name);
        var stage = new GoldenStage(golden);
        var a = stage.Architecture;
        var graph = new Graph();
        var parameters = stage.Parameters.Names.ToDictionary(n => n, n =>
            graph.Input(n, [.. stage.Parameters[n].Shape.Select(size => (Dim)size)]));
        Dim[] scores = [ScoringGraph.Batch, a.NumberOfHeads, ScoringGraph.Sequence, a.IsCrossAttention
            ? ScoringGraph.Source
            : ScoringGraph.Sequence];
        var inputs = ScoringGraph.Inputs(a, graph, new(golden.Inputs.ContainsKey("key_padding_mask"), HasQueryMask: false, HasBias: false),
            ScoringNames.Internal(a)) with
        {
            Bias = golden.Inputs.TryGetValue("attn_bias", out var bias) ? graph.Input("bias", scores[^bias.Shape.Length..]) : null,
        };
        var loss =
            MeanSquare(new ForwardPass(graph, a, parameters, AttentionForm.Decomposed).Build(inputs, withAttentionWeights: false), golden);
        (string Name, Value Value)[] asked = [.. golden.Expected.Keys.Where(n => n.StartsWith("grad.", StringComparison.Ordinal))
            .Select(n => (n, ValueOf(n["grad.".Length..])))];
        graph.Output("loss", loss);
        foreach (var (gradient, (n, _)) in Gradient.Of(loss, [.. asked.Select(v => v.Value)]).Zip(asked))
            graph.Output(n, gradient);

        var results = GraphRunner.Run(graph, [.. graph.Inputs.Select(input => (input.Name, Values(input.Name)))]);

        golden.Tolerance("loss").Check("loss", golden.Expected["loss"].Doubles, results[0].As<float>());
        foreach (var ((n, _), result) in asked.Zip(results.Skip(1)))
            golden.Tolerance("gradients").Check(n, golden.Expected[n].Doubles, result.As<float>());

        Value ValueOf(string n) => n switch
        {
            "input" or "query" => inputs.Fields[0],
            "key" => inputs.Fields[1],
            "value" => inputs.Fields[2],
            "attn_bias" => inputs.Bias!,
            _ => parameters[n],
        };

        Array Values(string input) => input switch
        {
            "tokens.0" => Shaped(golden.Inputs.GetValueOrDefault("input") ?? golden.Inputs["query"]),
            "tokens.1" => Shaped(golden.Inputs["key"]),
            "tokens.2" => Shaped(golden.Inputs["value"]),
            "bias" => Shaped(golden.Inputs["attn_bias"]),
            "mask" =>
                Shaped(golden.Inputs["key_padding_mask"] with
                {
                    Values = Array.ConvertAll(golden.Inputs["key_padding_mask"].Booleans,
                    isPadding => !isPadding)
                }),
            "valid" => Shaped(golden.Expected["output_valid"]),
            _ => stage.Parameters[input].Values.ToArray(),
        };
    }

    /// <summary>The loss that <c>Golden/README.md</c> states: over the rows that are compared.</summary>
    static Value MeanSquare(ForwardOutputs outputs, Golden golden)
    {
        var square = outputs.Output.Square();
        if (!golden.Expected.TryGetValue("output_valid", out var valid))
            return square.Mean(keep: false);
        var isValid = square.Graph.Input("valid", ElementType.Bool, ScoringGraph.Batch, ScoringGraph.Sequence);
        return isValid.Unsqueeze(2).Where(square, square.Graph.Scalar(0))
            .Sum(keep: false) / (valid.Booleans.Count(v => v) * (double)square.Shape[^1].Size);
    }

    static Array Shaped(StoredTensor tensor)
    {
        var array = Array.CreateInstance(tensor.Values.GetType().GetElementType()!, tensor.Shape);
        Buffer.BlockCopy(tensor.Values, 0, array, 0, Buffer.ByteLength(array));
        return array;
    }
}
