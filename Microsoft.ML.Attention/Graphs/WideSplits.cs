namespace Microsoft.ML.Attention.Graphs;

/// <summary>Splits into more parts than a GPU kernel can write: it binds a buffer for each, and has few.</summary>
static class WideSplits
{
    /// <summary>Puts a Slice for each part in the place of every Split into more than <paramref name="most"/>.
    /// Nothing is appended to the graph afterwards.</summary>
    public static void Unfold(Graph graph, int most)
    {
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            var node = graph.Nodes[i];
            if (node.Op != "Split" || node.Outputs.Length <= most)
                continue;
            graph.Nodes.RemoveAt(i);
            graph.Nodes.InsertRange(i, Slices(graph, node));
        }
    }

    static IEnumerable<Node> Slices(Graph graph, Node split)
    {
        var (start, axis) = (0L, graph.Longs(split.Get<long>("axis")));
        foreach (var (part, size) in split.Outputs.Zip(graph.NumbersOf(split.Inputs[1]!)))
        {
            yield return new Node("Slice", "", [split.Inputs[0], graph.Longs(start), graph.Longs(start + size), axis], [part],
                new Dictionary<string, object>());
            start += size;
        }
    }
}
