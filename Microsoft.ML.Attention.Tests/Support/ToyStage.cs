using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A stage whose results anyone can check: it adds the sum of a vector column of any length, and the length, and counts what it does.</summary>
sealed class ToyStage : BoundStage
{
    readonly string _input;
    readonly int _windowSize;
    readonly ToyCounts _counts;

    public ToyStage(DataViewSchema schema, string input, string sum, string length, int windowSize, ToyCounts counts, bool leavesACore)
    {
        LeavesACore = leavesACore;
        _input = input;
        _windowSize = windowSize;
        _counts = counts;
        InputSchema = schema;
        Dependencies = [schema[input].Index];
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        builder.AddColumn(sum, new VectorDataViewType(NumberDataViewType.Single, 1));
        builder.AddColumn(length, new VectorDataViewType(NumberDataViewType.Single, 1));
        OutputSchema = builder.ToSchema();
    }

    public override DataViewSchema InputSchema { get; }

    public override DataViewSchema OutputSchema { get; }

    public override IReadOnlyList<int> Dependencies { get; }

    public override bool LeavesACore { get; }

    public override RowWindow Open(DataViewRow input, bool[] outputs, bool single)
    {
        Assert.IsTrue(outputs.Contains(true), "A window was opened of which nothing is wanted.");
        Interlocked.Increment(ref _counts.OpenWindows);
        return new Window(input.GetGetter<VBuffer<float>>(input.Schema[Dependencies[0]]), _input, single ? 1 : _windowSize, _counts);
    }

    sealed class Window(ValueGetter<VBuffer<float>> read, string input, int size, ToyCounts counts) : RowWindow
    {
        readonly VBuffer<float>[] _rows = new VBuffer<float>[size];
        readonly float[][] _results = [new float[size], new float[size]];
        int _count;
        bool _disposed;

        public override int Count => _count;

        public override bool IsFull => _count == size;

        public override void Append()
        {
            Assert.IsFalse(IsFull, "A row was appended to a full window.");
            read(ref _rows[_count++]);
        }

        public override void Compute()
        {
            Assert.AreNotEqual(0, _count, "An empty window was computed.");
            Interlocked.Increment(ref counts.Computes);
            Interlocked.Add(ref counts.Rows, _count);
            for (var row = 0; row < _count; row++)
            {
                _results[0][row] = 0;
                foreach (var value in _rows[row].GetValues())
                    _results[0][row] += value;
                _results[1][row] = _rows[row].Length;
                if (float.IsNaN(_results[0][row]))
                    throw new InvalidDataException($"'{input}' has NaN.");
            }
        }

        public override void Clear() => _count = 0;

        public override void CopyOutput(int output, int row, ref VBuffer<float> destination)
        {
            Assert.IsInRange(0, _count - 1, row);
            var editor = VBufferEditor.Create(ref destination, 1);
            editor.Values[0] = _results[output][row];
            destination = editor.Commit();
        }

        public override void Dispose()
        {
            if (!_disposed)
                Interlocked.Decrement(ref counts.OpenWindows);
            _disposed = true;
        }
    }
}

/// <summary>What the windows of toy stages did, on whatever threads.</summary>
sealed class ToyCounts
{
    public int Computes, Rows, OpenWindows;
}
