using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What surrounds attention: residual sums, norms, the feed-forward network.</summary>
sealed partial class ForwardPass
{
    Value Layer(int layer, Value x, (Value Keys, Value Values)? source, Visibility visible, List<Value>? weights)
    {
        var scope = _a.LayerOf(layer);
        using var module = graph.In(scope.Scope);
        Value Attention(Value tokens) => Attend(layer, tokens, source?.Keys ?? tokens, source?.Values ?? tokens, visible, weights);

        if (_a.Block == AttentionBlock.Attention)
            return Attention(x);
        x = _a.HasAttentionNorm(layer) ? Sublayer(scope.Norm1, x, Attention) : x + Drop(Attention(x));
        return _a.Block == AttentionBlock.Residual ? x : Sublayer(scope.Norm2, x, t => FeedForward(scope, t));
    }

    /// <summary><c>Norm(x + f(x))</c>, or <c>x + f(Norm(x))</c>.</summary>
    Value Sublayer(TensorScope norm, Value x, Func<Value, Value> f) => _a.NormalizationOrder == NormalizationOrder.Post
        ? Norm(norm, x + Drop(f(x)))
        : x + Drop(f(Norm(norm, x)));

    Value Norm(TensorScope scope, Value x)
    {
        using var module = graph.In(scope);
        var gain = parameters[scope.Weight];
        var offset = parameters.GetValueOrDefault(scope.Bias);
        if (_a.Normalization == Normalization.LayerNorm)
            return x.LayerNormalization(gain, offset, (float)_a.NormalizationEpsilon);
        var normalized = RootMeanSquare(x, gain);
        return offset is null ? normalized : normalized + offset;
    }

    Value RootMeanSquare(Value x, Value gain) => Narrow(Rms(Widen(x), Widen(gain), _a.NormalizationEpsilon));

    /// <summary><c>x / √(mean(x²) + ε) g</c> over the last axis.</summary>
    public static Value Rms(Value x, Value gain, double epsilon) => x / ((x * x).Mean(true, -1) + epsilon).Sqrt() * gain;

    Value FeedForward(LayerScope layer, Value x)
    {
        var inner = Linear(layer.Linear1, x);                               // [B, T, F]
        inner = _a.Activation switch
        {
            Activation.Relu => inner.Relu(),
            Activation.Gelu => Gelu(inner),
            Activation.GeluTanh => inner * 0.5 * (1 + ((inner + inner * inner * inner * 0.044715) * Math.Sqrt(2 / Math.PI)).Tanh()),
            Activation.SiluGated => Silu(Linear(layer.LinearGate, x)) * inner,
            Activation.GeluGated => Gelu(Linear(layer.LinearGate, x)) * inner,
            _ => throw new NotSupportedException($"Activation {_a.Activation} is not known."),
        };
        return Linear(layer.Linear2, Drop(inner));
    }

    static Value Gelu(Value x) => x * 0.5 * (1 + (x * Math.Sqrt(0.5)).Erf());

    static Value Silu(Value x) => x * x.Sigmoid();
}
