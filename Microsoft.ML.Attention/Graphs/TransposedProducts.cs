namespace Microsoft.ML.Attention.Graphs;

/// <summary>Products with the transpose of a stored matrix, as one operator: ONNX Runtime would transpose the matrix as it opens a session,
/// and keep a copy in each.</summary>
static class TransposedProducts
{
    /// <summary>Puts ONNX Runtime's FusedMatMul in the place of every product with the transpose of numbers that the graph was given.
    /// Nothing is appended afterwards.</summary>
    public static void Fuse(Graph graph)
    {
        var given = graph.Initializers.Where(initializer => initializer.Numbers is not null).Select(initializer => initializer.Value)
            .ToHashSet();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i] is { Op: "MatMul", Inputs: [var x, { Producer: { Op: "Transpose", Inputs: [{ Rank: 2 } matrix] } }] } product
                && given.Contains(matrix))
                graph.Nodes[i] = new Node("FusedMatMul", "com.microsoft", [x, matrix], product.Outputs,
                    new Dictionary<string, object> { ["transB"] = 1L });
        }
    }
}
