using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>One output of all the rows that a cursor has read ahead, as the runs wrote it: those of a run side by side,
/// padded to one length.</summary>
/// <param name="output">Which.</param>
/// <param name="a">Whose.</param>
sealed class RowValues(StageOutput output, Architecture a) : IDisposable
{
    readonly OutputAxis[] _axes = output.Axes(a);
    readonly TensorViews<float> _tensors = new();
    float[] _values = [];
    int[] _starts = [];                     // of each row that was run

    public StageOutput Output => output;

    /// <summary>Numbers of a row of so many tokens; of many, more than there can be: it is the reader's to refuse such rows.</summary>
    public long Size(int queries, int keys)
    {
        var size = 1L;
        foreach (var axis in _axes)
            size *= axis.In(queries, keys);
        return size;
    }

    /// <summary>Makes room for the runs of these groups, one after the other.</summary>
    public void Reserve(IReadOnlyList<LengthGroup> groups, int rows)
    {
        if (_starts.Length < rows)
            _starts = new int[rows];
        var end = 0;
        for (var i = 0; i < groups.Count; i++)
        {
            var size = Size(groups[i].Queries, groups[i].Keys);
            foreach (var row in groups[i].Rows)
            {
                _starts[row] = end;
                end = checked((int)(end + size));
            }
        }
        if (_values.Length < end)
            _values = PinnedArray.New<float>(end);
        _tensors.Reserve(groups.Count);
    }

    /// <summary>Where a run writes the rows of its group.</summary>
    /// <param name="run">The run's index in its window.</param>
    /// <param name="group">The rows.</param>
    public OrtValue Tensor(int run, LengthGroup group)
    {
        Span<long> shape = stackalloc long[1 + _axes.Length];
        long size = shape[0] = group.Rows.Count;
        for (var i = 0; i < _axes.Length; i++)
            size *= shape[i + 1] = _axes[i].In(group.Queries, group.Keys);
        return _tensors.Of(run, PinnedArray.Part(_values, _starts[group.Rows[0]], (int)size), shape);
    }

    /// <summary>Copies a row out of the padded ones.</summary>
    /// <param name="row">The row.</param>
    /// <param name="own">Query and key tokens that it has.</param>
    /// <param name="padded">Query and key tokens that its run gave it.</param>
    /// <param name="destination">As many numbers as <see cref="Size"/> says.</param>
    public void Copy(int row, (int Queries, int Keys) own, (int Queries, int Keys) padded, Span<float> destination)
    {
        if (own == padded)
        {
            _values.AsSpan(_starts[row], destination.Length).CopyTo(destination);
            return;
        }
        Span<int> from = stackalloc int[_axes.Length], to = stackalloc int[_axes.Length];
        for (var i = 0; i < _axes.Length; i++)
            (from[i], to[i]) = (_axes[i].In(padded.Queries, padded.Keys), _axes[i].In(own.Queries, own.Keys));
        Cut(_values.AsSpan(_starts[row]), from, destination, to);
    }

    /// <summary>Copies what of a tensor of one shape is in another, whose axes are no longer.</summary>
    static void Cut(ReadOnlySpan<float> source, ReadOnlySpan<int> from, Span<float> destination, ReadOnlySpan<int> to)
    {
        if (from.Length == 0 || from[1..].SequenceEqual(to[1..]))
        {
            source[..destination.Length].CopyTo(destination);
            return;
        }
        var (padded, own) = (Product(from[1..]), Product(to[1..]));
        for (var i = 0; i < to[0]; i++)
            Cut(source[(i * padded)..], from[1..], destination.Slice(i * own, own), to[1..]);
    }

    static int Product(ReadOnlySpan<int> sizes)
    {
        var product = 1;
        foreach (var size in sizes)
            product *= size;
        return product;
    }

    public void Dispose() => _tensors.Dispose();
}
