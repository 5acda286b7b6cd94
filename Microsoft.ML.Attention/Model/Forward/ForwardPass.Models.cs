using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Several models in one graph: the same architecture, each with tensors of its own. Hansen and Salamon 1990.</summary>
sealed partial class ForwardPass
{
    /// <summary>Each model's output beside the others'.</summary>
    ForwardOutputs BuildModels(ForwardInputs inputs)
    {
        ForwardPass[] members = [.. Enumerable.Range(0, _a.NumberOfModels).Select(Member)];
        ForwardOutputs[] each = [.. members.Select(member => member.Build(inputs, withAttentionWeights: false))];
        return each[0] with
        {
            Tokens = Operators.Concat(2, [.. each.Select(o => o.Tokens)]),
            Pooled = each[0].Pooled is null ? null : Operators.Concat(1, [.. each.Select(o => o.Pooled!)]),
            Models = [.. members.Zip(each)],
        };
    }

    ForwardPass Member(int model) => new(graph, _a.Member, ModelTensors.Of(parameters, model), form, noise, int8, half);
}
