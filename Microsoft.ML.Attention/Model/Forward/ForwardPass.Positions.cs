using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>How a token's position enters: added to the tokens, turned into the queries and keys, or taken from the scores.</summary>
sealed partial class ForwardPass
{
    Value AddPositions(Value x) => _a.PositionalEncoding switch
    {
        PositionalEncoding.Sinusoidal => x + Narrow(Sinusoids(x)),
        PositionalEncoding.Learned when _a.RepeatsLastPosition => x + parameters["position.weight"].Gather(KnownPositions(x)),
        PositionalEncoding.Learned => x + parameters["position.weight"].TakeLike(x, 1),
        PositionalEncoding.None or PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved or PositionalEncoding.Alibi => x,
        _ => throw new NotSupportedException($"Positions {_a.PositionalEncoding} are not known."),
    };

    /// <summary>0, 1, ... up to the length of the second axis, <c>[T]</c>. A sum of ones, as execution providers leave a Range of int64 to the CPU.</summary>
    Value Positions(Value x) => graph.Scalar(1).ExpandTo(x.DimensionOf(1), x.Shape[1]).SumBefore(0);

    /// <summary>The place of each token, that of the last learned position at most, int64 <c>[T]</c>.</summary>
    Value KnownPositions(Value x) => Positions(x).Minimum(graph.Scalar(_a.MaximumLength!.Value - 1)).Cast(ElementType.Int64);

    /// <summary>Element e of position t is the sine (even e) or cosine (odd e) of t / 10000^(2⌊e/2⌋/M), <c>[T, M]</c>. Vaswani et al. 2017, section 3.5.</summary>
    Value Sinusoids(Value x)
    {
        var width = _a.ModelDimension;
        var rates = graph.Constant([.. Enumerable.Range(0, width).Select(e => Math.Pow(10_000, -(e / 2 * 2) / (double)width))], width);
        var even = graph.Constant([.. Enumerable.Range(0, width).Select(e => e % 2 == 0)], width);
        var angles = Positions(x).Unsqueeze(1) * rates;               // [T, M]
        return even.Where(angles.Sin(), angles.Cos());
    }

    /// <summary>Turns the pairs of each head's elements by angles that grow with the position. Su et al. 2021, section 3.2.2.</summary>
    /// <param name="x">Queries or keys, <c>[B, T, H, D]</c>.</param>
    Value Rotate(Value x)
    {
        if (!_a.UsesRotary)
            return x;
        var pairs = _a.HeadDimension / 2;
        var rates = graph.Constant([.. Enumerable.Range(0, pairs).Select(p => Math.Pow(_a.RotaryBase, -2.0 * p / _a.HeadDimension))], pairs);
        var angles = Positions(x).Unsqueeze(1, 2) * rates;            // [T, 1, D/2]
        return Turn(x, Narrow(angles.Cos()), Narrow(angles.Sin()), _a.PositionalEncoding == PositionalEncoding.RotaryInterleaved);
    }

    /// <summary>Turns the pairs of each head's elements: <c>(p, p + D/2)</c>, or <c>(2p, 2p + 1)</c> when interleaved.</summary>
    /// <param name="x"><c>[B, T, H, D]</c>.</param>
    /// <param name="cos">Of each pair's angle, <c>[B or 1, T, 1, D/2]</c>.</param>
    /// <param name="sin">The same.</param>
    /// <param name="isInterleaved">Whether a pair's elements are neighbours.</param>
    public static Value Turn(Value x, Value cos, Value sin, bool isInterleaved)
    {
        var (heads, pairs) = (x.Shape[2], x.Shape[3].Size / 2);
        if (!isInterleaved)
        {
            var halves = x.Split(3, pairs, pairs);
            return Operators.Concat(3, Both(halves[0], halves[1]));
        }
        var twins = x.Reshape(x.Shape[0], x.Shape[1], heads, pairs, 2).Split(4, 1, 1);
        return Operators.Concat(4, [.. Both(twins[0].Squeeze(4), twins[1].Squeeze(4)).Select(t => t.Unsqueeze(4))]).Reshape(x.Shape);

        Value[] Both(Value a, Value b) => [a * cos - b * sin, b * cos + a * sin];
    }

    /// <summary>The slope of each head, 2^(-8(h+1)/H); where H is no power of two, the lower power's slopes and then every other one of the next. Press et al. 2022.</summary>
    static IEnumerable<double> AlibiSlopes(int heads)
    {
        var power = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)heads + 1) / 2;
        for (var h = 0; h < heads; h++)
            yield return h < power ? Math.Pow(2, -8.0 * (h + 1) / power) : Math.Pow(2, -4.0 * (2 * (h - power) + 1) / power);
    }
}
