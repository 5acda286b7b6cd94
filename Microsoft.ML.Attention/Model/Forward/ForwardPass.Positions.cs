using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>How a token's position enters: added to the tokens, turned into the queries and keys, or taken from the scores.</summary>
sealed partial class ForwardPass
{
    Value AddPositions(Value x) => _a.PositionalEncoding switch
    {
        PositionalEncoding.Sinusoidal => x + Narrow(Sinusoids(x)),
        PositionalEncoding.Learned when _a.RepeatsLastPosition => x + parameters[ModuleNames.Position.Weight].Gather(KnownPositions(x)),
        _ when _a.HasPositionTable => x + FromFirst(parameters[ModuleNames.Position.Weight]).TakeLike(x, 1),
        PositionalEncoding.RelativeBuckets or PositionalEncoding.None or PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved
            or PositionalEncoding.Alibi => x,
        _ => throw new NotSupportedException($"Positions {_a.PositionalEncoding} are not known."),
    };

    /// <summary>The rows of the table from the first token's on.</summary>
    Value FromFirst(Value table) => _a.PositionOffset == 0 ? table : table.Slice(0, _a.PositionOffset, long.MaxValue);

    /// <summary>0, 1, ... up to the length of the second axis, <c>[T]</c>. A sum of ones,
    /// as execution providers leave a Range of int64 to the CPU.</summary>
    Value Positions(Value x) => graph.Scalar(1).ExpandTo(x.DimensionOf(1), x.Shape[1]).SumBefore(0);

    /// <summary>The position of each token, that of the last learned position at most, int64 <c>[T]</c>.</summary>
    Value KnownPositions(Value x) =>
        (Positions(x).Minimum(graph.Scalar(_a.MaximumLength!.Value - 1)) + _a.PositionOffset).Cast(ElementType.Int64);

    /// <summary>Element e of position t is the sine (even e) or cosine (odd e) of t / 10000^(2⌊e/2⌋/M), <c>[T, M]</c>.
    /// Vaswani et al. 2017, section 3.5.</summary>
    Value Sinusoids(Value x)
    {
        var width = _a.ModelDimension;
        var rates = graph.Constant([.. Enumerable.Range(0, width).Select(e => Math.Pow(10_000, -(e / 2 * 2) / (double)width))], width);
        var even = graph.Constant([.. Enumerable.Range(0, width).Select(e => e % 2 == 0)], width);
        var angles = Positions(x).Unsqueeze(1) * rates;               // [T, M]
        return even.Where(angles.Sin(), angles.Cos());
    }

    /// <summary>Turns the pairs of each head's elements by angles that grow with the position. Su et al. 2021, section 3.2.2.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">Queries or keys, <c>[B, T, H, D]</c>.</param>
    Value Rotate(int layer, Value x)
    {
        if (!_a.UsesRotary)
            return x;
        var pairs = _a.HeadDimension / 2;
        var rates = graph.Constant([.. Enumerable.Range(0, pairs).Select(p => RotaryRate(layer, p))], pairs);
        var angles = Positions(x).Unsqueeze(1, 2) * rates;            // [T, 1, D/2]
        return Turn(x, Narrow(angles.Cos()), Narrow(angles.Sin()), _a.PositionalEncoding == PositionalEncoding.RotaryInterleaved);
    }

    double RotaryRate(int layer, int pair)
    {
        var rate = Math.Pow(_a.RotaryBaseOf(layer), -2.0 * pair / _a.HeadDimension);
        return _a.RotaryScaling?.Scaled(rate) ?? rate;
    }

    /// <summary>
    /// The learned number of each head for how far a key lies before a query, <c>[H, T, S]</c>. Raffel et al. 2020, section 2.1: half of
    /// the buckets hold one distance each, the others are as wide as the logarithm says, and the last one holds all that is farther;
    /// without causality one half is for what lies before, the other for what follows.
    /// </summary>
    Value RelativeBias(Value distances)
    {
        const int Farthest = Defaults.RelativeDistance;
        var buckets = graph.Longs([.. Enumerable.Range(-Farthest, 2 * Farthest + 1).Select(distance => (long)RelativeBucket(distance))]);
        var indices = distances.Maximum(graph.Scalar(-Farthest)).Minimum(graph.Scalar(Farthest)) + Farthest;
        var table = Widen(parameters[ModuleNames.RelativeBias.Weight]);
        return table.Gather(buckets.Gather(indices.Cast(ElementType.Int64))).Transpose(2, 0, 1);
    }

    /// <summary>The bucket of a key that lies so far before a query.</summary>
    int RelativeBucket(int distance)
    {
        var count = _a.RelativeBuckets!.Value;
        if (_a.IsCausal)
            return Within(Math.Max(distance, 0), count);
        return (distance < 0 ? count / 2 : 0) + Within(Math.Abs(distance), count / 2);

        static int Within(int distance, int count)
        {
            var exact = count / 2;
            if (distance < exact)
                return distance;
            var grown = Math.Log((double)distance / exact) / Math.Log((double)Defaults.RelativeDistance / exact) * (count - exact);
            return Math.Min(exact + (int)grown, count - 1);
        }
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

    /// <summary>The slope of each head, 2^(-8(h+1)/H); where H is no power of two, the lower power's slopes and then every other one of the
    /// next. Press et al. 2022.</summary>
    static IEnumerable<double> AlibiSlopes(int heads)
    {
        var power = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)heads + 1) / 2;
        for (var h = 0; h < heads; h++)
            yield return h < power ? Math.Pow(2, -8.0 * (h + 1) / power) : Math.Pow(2, -4.0 * (2 * (h - power) + 1) / power);
    }
}
