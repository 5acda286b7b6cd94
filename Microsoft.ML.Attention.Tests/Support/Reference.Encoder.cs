namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What surrounds the formula: residual sums, norms, the feed-forward network.</summary>
sealed partial class Reference
{
    double[][] Layer(double[][] x, int layer)
    {
        var prefix = LayerPrefix(layer);
        if (_options.Block == AttentionBlock.Attention)
            return Attention(x, layer);
        // ModernBERT's first layer reads the embeddings as they were normalized.
        x = _parameters.Has($"{prefix}norm1.weight")
            ? Sublayer(x, $"{prefix}norm1", y => Attention(y, layer))
            : Add(x, Attention(x, layer));
        return _options.Block == AttentionBlock.Encoder ? Sublayer(x, $"{prefix}norm2", y => FeedForward(y, prefix)) : x;
    }

    /// <summary>A single layer has bare names, and the formula alone has no <c>self_attn</c>.</summary>
    string LayerPrefix(int layer) => _options.NumberOfLayers > 1 ? $"layers.{layer}." : "";

    string AttentionPrefix(int layer) => LayerPrefix(layer) + (_options.Block == AttentionBlock.Attention ? "" : "self_attn.");

    double[][] Sublayer(double[][] x, string norm, Func<double[][], double[][]> f) => _options.NormalizationOrder == NormalizationOrder.Pre
        ? Add(x, f(Normalize(x, norm)))
        : Normalize(Add(x, f(x)), norm);

    double[][] FeedForward(double[][] x, string prefix)
    {
        var hidden = _parameters.Affine($"{prefix}linear1").Apply(x);
        if (_options.Activation is Activation.SiluGated or Activation.GeluGated)
        {
            var gate = _parameters.Affine($"{prefix}linear_gate").Apply(x);
            hidden = [.. hidden.Zip(gate, (h, g) =>
                h.Zip(g, (a, b) => a * (_options.Activation == Activation.SiluGated ? Silu(b) : Gelu(b))).ToArray())];
        }
        else
            hidden = Array.ConvertAll(hidden, token => Array.ConvertAll(token, Activated));
        return _parameters.Affine($"{prefix}linear2").Apply(hidden);
    }

    double Activated(double x) => _options.Activation switch
    {
        Activation.Relu => Math.Max(0, x),
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => GeluTanh(x),
        var other => throw new NotSupportedException($"The oracle has no activation {other}."),
    };

    double[][] Normalize(double[][] x, string name)
    {
        var (weight, bias) = (_parameters.Vector($"{name}.weight")!, _parameters.Vector($"{name}.bias"));
        return Array.ConvertAll(x, token => _options.Normalization == Normalization.LayerNorm
            ? LayerNorm(token, weight, bias, _options.NormalizationEpsilon)
            : RmsNorm(token, weight, _options.NormalizationEpsilon));
    }

    /// <summary><c>(x - mean) / √(variance + ε) · weight + bias</c>. Ba et al. 2016.</summary>
    public static double[] LayerNorm(double[] x, double[] weight, double[]? bias, double epsilon)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + epsilon);
        return [.. x.Select((value, e) => (value - mean) / deviation * weight[e] + (bias is null ? 0 : bias[e]))];
    }

    /// <summary><c>x / √(mean(x²) + ε) · weight</c>. Zhang and Sennrich 2019.</summary>
    public static double[] RmsNorm(double[] x, double[] weight, double epsilon)
    {
        var root = Math.Sqrt(x.Average(value => value * value) + epsilon);
        return [.. x.Select((value, e) => value / root * weight[e])];
    }

    static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    static double[][] Add(double[][] a, double[][] b) => [.. a.Zip(b, Add)];
}
