using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>A learned token before all others, that gathers what the row is. Devlin et al. 2019, section 3.</summary>
sealed partial class ForwardPass
{
    Value WithClassToken(Value x) => Before(Narrow(parameters[ModuleNames.ClassToken]).ExpandLike(x.Slice(1, 0, 1)), x);

    /// <summary>The class token is always there.</summary>
    Value WithClass(Value mask)
    {
        var one = graph.Scalar(1).ExpandLike(mask.Slice(1, 0, 1).CastReal()).Greater(graph.Scalar(0));          // [B, 1]
        return Before(one, mask);
    }

    static Value Before(Value first, Value others)
    {
        Dim tokens = others.Shape[1].IsSymbolic ? ScoringGraph.Tokens : others.Shape[1].Size + 1;
        return others.Graph.Append("Concat", others.Type, Shapes.Replace(others.Shape, 1, tokens), [first, others], ("axis", 1L));
    }
}
