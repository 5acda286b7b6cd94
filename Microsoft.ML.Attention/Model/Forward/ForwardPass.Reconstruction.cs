using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>How far each token is from what the others tell of it.</summary>
sealed partial class ForwardPass
{
    /// <summary>
    /// The mean squared error of each token's elements, <c>[B, T]</c>, read out while it is hidden: in K rounds,
    /// each of which hides every K-th token.
    /// </summary>
    public Value ReconstructionErrors(ForwardOutputs outputs)
    {
        var inputs = _inputs ?? throw new InvalidOperationException("The outputs were not built yet.");
        if (_a.NumberOfModels > 1)
        {
            var each = Enumerable.Range(0, _a.NumberOfModels).Select(model => Member(model).ReconstructionErrors(inputs, outputs.Tokens));
            return each.Aggregate((sum, error) => sum + error) * (1.0 / _a.NumberOfModels);
        }
        return ReconstructionErrors(inputs, outputs.Tokens);
    }

    Value ReconstructionErrors(ForwardInputs inputs, Value tokens)
    {
        var rounds = _a.ReconstructionRounds!.Value;
        var positions = Positions(tokens).Cast(ElementType.Int64);                                                                    // [T]
        var round = positions - positions / graph.Scalar(rounds, ElementType.Int64) * graph.Scalar(rounds, ElementType.Int64);
        Value? errors = null, mask = null;
        for (var r = 0; r < rounds; r++)
        {
            var isHidden = round.Equal(graph.Scalar(r, ElementType.Int64)).Unsqueeze(0);                                           // [1, T]
            var outputs = Build(inputs with { Hidden = isHidden }, withAttentionWeights: false);
            var read = Read(ModuleNames.Reconstruction, outputs.Tokens);
            var error = isHidden.Where((read - outputs.Targets[0]).Square().Mean(false, -1), graph.Scalar(0));                     // [B, T]
            (errors, mask) = (errors is null ? error : errors + error, outputs.QueryMask);
        }
        return mask is null ? errors! : mask.Where(errors!, graph.Scalar(0));
    }
}
