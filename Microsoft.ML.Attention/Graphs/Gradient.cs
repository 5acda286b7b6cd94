namespace Microsoft.ML.Attention.Graphs;

/// <summary>Reverse-mode differentiation: appends to a graph the nodes that compute d(loss)/d(value).</summary>
static partial class Gradient
{
    /// <summary>The gradient of <paramref name="loss"/>, one number, with respect to each of <paramref name="values"/>.</summary>
    /// <remarks>Back over the nodes in the order of their creation, along the paths from the values to the loss only.</remarks>
    /// <exception cref="ArgumentException">The loss is not one real number, or does not depend on a value.</exception>
    /// <exception cref="NotSupportedException">A node on the way has no gradient.</exception>
    public static Value[] Of(Value loss, params Value[] values)
    {
        if (!IsReal(loss) || loss.Shape.Any(d => d != 1))
            throw new ArgumentException($"The loss must be one real number: {loss} is {loss.Type}.");
        Node[] forward = [.. loss.Graph.Nodes];
        var needed = new HashSet<Value>(values);
        foreach (var node in forward)
            if (Reads(node))
                needed.UnionWith(node.Outputs.Where(IsReal));

        var gradients = new Dictionary<Value, Value> { [loss] = loss.Graph.Scalar(1, loss.Type).Expand(loss.Shape) };
        foreach (var node in Enumerable.Reverse(forward))
        {
            if (!Reads(node) || OfOutputs(node, gradients) is not { } g)
                continue;
            var rule = Rules.GetValueOrDefault(node.Op) ?? throw Missing(node, node.Outputs[0]);
            foreach (var (input, contribution) in node.Inputs.Zip(rule(node, g)))
            {
                if (input is null || contribution is null || !needed.Contains(input))
                    continue;
                var sized = SumTo(contribution, input.Shape);
                gradients[input] = gradients.TryGetValue(input, out var others) ? others + sized : sized;
            }
        }
        return [.. values.Select(v => gradients.GetValueOrDefault(v) ?? throw new ArgumentException($"{loss} does not depend on {v}."))];

        bool Reads(Node node) => node.Inputs.Any(i => i is not null && needed.Contains(i));
    }

    /// <summary>The gradient of what a node gives, null when the loss does not use it.</summary>
    static Value? OfOutputs(Node node, Dictionary<Value, Value> gradients)
    {
        Value?[] each = [.. node.Outputs.Select(gradients.GetValueOrDefault)];
        if (each.All(g => g is null))
            return null;
        if (node.Op == "Split") // its outputs lie end to end in its input, and so do their gradients
            return Operators.Concat(node.Get<long>("axis"), [.. node.Outputs.Zip(each, (output, g) => g ?? Zeros(output))]);
        for (var i = 1; i < each.Length; i++)
            if (each[i] is not null)
                throw Missing(node, node.Outputs[i]);
        return each[0];
    }

    /// <summary>Undoes broadcasting: sums over the axes along which <paramref name="shape"/> was stretched.</summary>
    static Value SumTo(Value g, Dim[] shape)
    {
        var added = g.Rank - shape.Length;
        long[] stretched = [.. Enumerable.Range(0, shape.Length).Where(i => shape[i] != g.Shape[added + i])];
        if (added == 0)
            return stretched.Length == 0 ? g : g.Sum(keep: true, stretched);
        var sum = g.Sum(keep: false, [.. Enumerable.Range(0, added), .. stretched.Select(i => added + i)]);
        return stretched.Length == 0 ? sum : sum.Unsqueeze(stretched);
    }

    static Value Zeros(Value like) => like.Graph.Scalar(0, like.Type).ExpandLike(like);

    static bool IsReal(Value v) => v.Type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    static NotSupportedException Missing(Node node, Value output) => new($"No gradient is defined for {node.Op}, which gave {output}.");
}
