using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From tokens to outputs, as graph: what scoring, learning and export share.</summary>
/// <param name="graph">The graph that is built.</param>
/// <param name="architecture">What to build.</param>
/// <param name="parameters">The tensors by name: initializers when scoring, inputs when learning.</param>
/// <param name="form">How attention is written.</param>
/// <param name="noise">Dropout, when learning.</param>
/// <param name="int8">What multiplies tokens by learned matrices; null for the real numbers of the graph.</param>
/// <param name="half">The 16-bit type of tokens from the first projection to the last layer, and of what they are multiplied with; null for
/// the real numbers of the graph.</param>
sealed partial class ForwardPass(Graph graph, Architecture architecture, IReadOnlyDictionary<string, Value> parameters, AttentionForm form,
    INoise? noise = null, Int8Projection? int8 = null, ElementType? half = null)
{
    /// <summary>Stands for -∞ in a softmax: below any score that is a number, yet a row of nothing else stays free of NaN.</summary>
    const double Never = float.MinValue;

    readonly Architecture _a = architecture;

    /// <summary>What was built last.</summary>
    ForwardInputs? _inputs;

    public ForwardOutputs Build(ForwardInputs inputs, bool withAttentionWeights)
    {
        _inputs = inputs;
        if (_a.NumberOfModels > 1)
            return BuildModels(inputs);
        var (x, mask, targets, rowStatistics) = Embed(inputs);                  // [B, T, M], [B, T]
        var (patches, there) = (x.Shape[1], mask);
        if (_a.HasClassToken)
            (x, mask) = (WithClassToken(x), mask is null ? null : WithClass(mask));
        (Value Keys, Value Values)? source = null;
        var keyMask = mask;
        if (_a.IsCrossAttention)
        {
            (var keys, var values, keyMask) = CrossSource(inputs);
            source = (keys, values);
        }
        var visible = new Visibility(keyMask, inputs.Bias);
        var weights = new List<Value>();
        for (var layer = 0; layer < _a.NumberOfLayers; layer++)
            x = Layer(layer, x, source, visible, withAttentionWeights ? weights : null);
        if (_a.FinalNormalization)
            x = Norm(ModuleNames.FinalNorm, x);
        x = Widen(x);
        if (mask is not null)
            weights = [.. weights.Select(w => mask.Unsqueeze(1, 3).Where(w, graph.Scalar(0)))];
        x = Keep(mask, x);
        var pooled = Pool(x, mask, there);
        if (_a.NormalizeOutput && pooled is not null)
            pooled = UnitLength(pooled);
        if (rowStatistics is not null)
            pooled = pooled!.Concat(1, rowStatistics);
        var tokens = _a.HasClassToken ? Operators.Slice(x, 1, 1, long.MaxValue, patches) : x;
        return new ForwardOutputs(tokens, pooled, there, weights, targets) { All = x, AllMask = mask };
    }

    /// <summary>Replaces by zeros the tokens that are not there.</summary>
    Value Keep(Value? mask, Value tokens) => mask is null ? tokens : mask.Unsqueeze(2).Where(tokens, graph.Scalar(0, tokens.Type));

    /// <summary><c>x Wᵀ + b</c>, without the bias where there is none.</summary>
    Value Linear(TensorScope scope, Value x)
    {
        using var module = graph.In(scope);
        var product = Product(x, parameters[scope.Weight]);
        return parameters.TryGetValue(scope.Bias, out var bias) ? product + bias : product;
    }

    /// <summary><c>x Wᵀ</c>: every product of tokens with a learned matrix.</summary>
    Value Product(Value x, Value matrix) => int8?.Product(x, matrix) ?? x.MatMul(matrix.T());

    /// <summary>In 16 bits, where tokens are.</summary>
    Value Narrow(Value x) => half is { } type ? x.Cast(type) : x;

    /// <summary>In the real numbers of the graph again: scores, exponentials,
    /// angles and sums over many numbers are more than 16 bits hold.</summary>
    Value Widen(Value x) => half is null ? x : x.CastReal();

    Value Drop(Value x) => noise?.Drop(x) ?? x;
}
