using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>One output of all the rows that a cursor has read ahead, as the runs wrote it: those of a run side by side,
/// padded to one length.</summary>
/// <param name="output">Which.</param>
/// <param name="a">Whose.</param>
/// <param name="rows">The rows.</param>
sealed class RowValues(StageOutput output, Architecture a, RaggedRows rows) : IDisposable
{
    readonly OutputAxis[] _axes = output.Axes(a);
    readonly TensorViews<float> _tensors = new();
    float[] _values = [];
    int[] _starts = [], _runs = [];         // of each row, where it is, and the run that it was in: -1 of none
    IReadOnlyList<LengthGroup> _groups = [];

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
    public void Reserve(IReadOnlyList<LengthGroup> groups)
    {
        _groups = groups;
        if (_starts.Length < rows.Count)
            (_starts, _runs) = (new int[rows.Count], new int[rows.Count]);
        Array.Fill(_runs, -1, 0, rows.Count);
        var end = 0;
        for (var run = 0; run < groups.Count; run++)
        {
            var size = Size(groups[run].Queries, groups[run].Keys);
            foreach (var row in groups[run].Rows)
            {
                (_starts[row], _runs[row]) = (end, run);
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

    /// <summary>Numbers of a row.</summary>
    public int Size(int row)
    {
        var (queries, keys) = rows.Lengths(row);
        return (int)Size(queries, keys);
    }

    /// <summary>Copies a row out of the padded ones, as many numbers as <see cref="Size(int)"/> says; zeros where it was not run.</summary>
    public void Copy(int row, Span<float> destination)
    {
        if (_runs[row] < 0)
        {
            destination.Clear();
            return;
        }
        var (own, group) = (rows.Lengths(row), _groups[_runs[row]]);
        if (own == (group.Queries, group.Keys))
        {
            _values.AsSpan(_starts[row], destination.Length).CopyTo(destination);
            return;
        }
        Span<int> from = stackalloc int[_axes.Length], to = stackalloc int[_axes.Length];
        for (var i = 0; i < _axes.Length; i++)
            (from[i], to[i]) = (_axes[i].In(group.Queries, group.Keys), _axes[i].In(own.Queries, own.Keys));
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
