using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A stage whose results anyone can check: it adds the sum of a vector column of any length, and the length,
/// and counts what it does.</summary>
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

    sealed class Window : RowWindow
    {
        readonly ValueGetter<VBuffer<float>> _read;
        readonly string _input;
        readonly ToyCounts _counts;
        readonly VBuffer<float>[] _rows;
        readonly float[][] _results;
        readonly RowOutput[] _outputs;
        int _count;
        bool _disposed;

        public Window(ValueGetter<VBuffer<float>> read, string input, int size, ToyCounts counts)
        {
            (_read, _input, _counts, _rows) = (read, input, counts, new VBuffer<float>[size]);
            _results = [new float[size], new float[size]];
            _outputs = [new Results(this, 0), new Results(this, 1)];
        }

        public override int Count => _count;

        public override bool IsFull => _count == _rows.Length;

        public override void Append()
        {
            Assert.IsFalse(IsFull, "A row was appended to a full window.");
            _read(ref _rows[_count++]);
        }

        public override void Compute()
        {
            Assert.AreNotEqual(0, _count, "An empty window was computed.");
            Interlocked.Increment(ref _counts.Computes);
            Interlocked.Add(ref _counts.Rows, _count);
            for (var row = 0; row < _count; row++)
            {
                _results[0][row] = 0;
                foreach (var value in _rows[row].GetValues())
                    _results[0][row] += value;
                _results[1][row] = _rows[row].Length;
                if (float.IsNaN(_results[0][row]))
                    throw new InvalidDataException($"'{_input}' has NaN.");
            }
        }

        public override void Clear() => _count = 0;

        public override RowOutput Output(int output) => _outputs[output];

        sealed class Results(Window window, int output) : RowOutput<VBuffer<float>>
        {
            public override void Copy(int row, ref VBuffer<float> destination)
            {
                Assert.IsInRange(0, window._count - 1, row);
                var editor = VBufferEditor.Create(ref destination, 1);
                editor.Values[0] = window._results[output][row];
                destination = editor.Commit();
            }
        }

        public override void Dispose()
        {
            if (!_disposed)
                Interlocked.Decrement(ref _counts.OpenWindows);
            _disposed = true;
        }
    }
}

/// <summary>What the windows of toy stages did, on whatever threads.</summary>
sealed class ToyCounts
{
    public int Computes, Rows, OpenWindows;
}
