using Microsoft.ML.Attention.Rows;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>What a session gives of each pair of tokens, <c>[maps, T, S]</c> for each of the rows that one cursor has read ahead.</summary>
/// <param name="axes">The axes before the tokens': none for one map a row.</param>
sealed class RowMaps(params long[] axes) : IDisposable
{
    readonly TensorViews<float> _tensors = new();
    float[] _values = [];

    /// <summary>Maps of one row.</summary>
    public int Count { get; } = (int)axes.Aggregate(1L, (product, size) => product * size);

    /// <summary>Makes room for so many pairs of tokens in so many runs.</summary>
    public void Reserve(int pairs, int runs)
    {
        _tensors.Reserve(runs);
        var size = checked(Count * pairs);
        if (_values.Length < size)
            _values = new float[size];
    }

    /// <summary>Where a run writes the maps of some rows, padded to one length.</summary>
    /// <param name="run">The run's place in its window.</param>
    /// <param name="start">Pairs of tokens before them.</param>
    /// <param name="rows">How many.</param>
    /// <param name="queries">Query tokens of each.</param>
    /// <param name="keys">Key tokens of each.</param>
    public OrtValue Tensor(int run, int start, int rows, int queries, int keys) =>
        _tensors.Of(run, _values.AsMemory(Count * start, Count * rows * queries * keys), [rows, .. axes, queries, keys]);

    /// <summary>Copies one row's maps out of the padded ones.</summary>
    /// <param name="start">Pairs of tokens before them.</param>
    /// <param name="padded">Query and key tokens of each map as the run wrote it.</param>
    /// <param name="own">Query and key tokens that the row has.</param>
    /// <param name="destination"><c>[maps, T, S]</c>.</param>
    public void Copy(int start, (int Queries, int Keys) padded, (int Queries, int Keys) own, Span<float> destination)
    {
        for (var map = 0; map < Count; map++)
            for (var t = 0; t < own.Queries; t++)
                _values.AsSpan(Count * start + (map * padded.Queries + t) * padded.Keys, own.Keys).CopyTo(destination[((map * own.Queries + t) * own.Keys)..]);
    }

    public void Dispose() => _tensors.Dispose();
}
