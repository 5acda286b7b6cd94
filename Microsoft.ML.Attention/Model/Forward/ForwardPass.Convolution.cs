using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Local shape, before attention: what a few neighbouring tokens look like together.</summary>
sealed partial class ForwardPass
{
    /// <summary><c>x + relu(Σ_j w_j x_(t+j) + b)</c>, each element of a token by a kernel of its own (a depthwise convolution); beyond the
    /// ends, and where no token is, zeros. Where a token sees those before it only, so does the convolution.</summary>
    /// <remarks>
    /// As sums of shifted tokens, which have gradients without a rule of their own; what it costs is printed by
    /// <c>examples/SeriesContest -- cost</c>.
    /// </remarks>
    /// <param name="x">The tokens, <c>[B, T, M]</c>.</param>
    /// <param name="mask">Where they are, <c>[B, T]</c>; null for everywhere.</param>
    Value Convolve(Value x, Value? mask)
    {
        if (_a.ConvolutionWidth is not int width)
            return x;
        using var module = graph.In(ModuleNames.Convolution);
        var after = _a.IsCausal ? 0 : width / 2;
        var around = Keep(mask, x).Pad(1, width - 1 - after, after);            // [B, T + width - 1, M]
        var kernels = parameters[ModuleNames.Convolution.Weight].Squeeze(1).T();    // [width, M]
        var taps = kernels.Split(0, [.. Enumerable.Repeat(1L, width)]);
        var sum = taps.Select((tap, j) => around.Slice(1, j, j == width - 1 ? long.MaxValue : j + 1 - width) * tap)
            .Aggregate((a, b) => a + b);
        return x + (parameters.TryGetValue(ModuleNames.Convolution.Bias, out var bias) ? sum + bias : sum).Relu();
    }
}
