using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The rows that one cursor on the stage has read ahead, and their outputs.</summary>
sealed class AttentionWindow : RowWindow
{
    /// <summary>
    /// Numbers that a window of rows of one length holds at most before it is scored (4 MiB): long rows make it short,
    /// and it stays in the caches.
    /// </summary>
    const long MostNumbers = 1L << 20;

    /// <summary>The same of ragged rows (16 MiB), of which enough of each length should come together.</summary>
    const long MostRaggedNumbers = 4L << 20;

    /// <summary>Batches that a window of ragged rows grows to: it doubles from one, as whoever reads a few rows waits for few.</summary>
    const int MostBatches = 8;

    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly RowReader _reader;
    readonly RowScorer _scorer;
    readonly int _mostRows, _embeddings;
    readonly (string Column, RowValues Values)[] _values;
    readonly RowOutput?[] _outputs;     // of each column that the stage adds; null where it is not wanted
    int _capacity;
    bool _isRagged;
    long _numbers;

    /// <param name="input">What is read.</param>
    /// <param name="columns">The stage's columns in it.</param>
    /// <param name="session">The stage's engine.</param>
    /// <param name="batchSize">Rows of one run, at most.</param>
    /// <param name="isSingle">Whether there will only ever be one row.</param>
    /// <param name="names">The columns that the stage adds.</param>
    /// <param name="outputs">Whether each of them is wanted.</param>
    public AttentionWindow(DataViewRow input, BoundColumns columns, AttentionSession session, int batchSize, bool isSingle,
        StageColumns names, bool[] outputs)
    {
        _a = session.Architecture;
        _rows = new RaggedRows(RowLayout.Of(_a, columns.Mask is not null, columns.Bias is not null));
        _reader = new RowReader(input, columns, _a, _rows);
        // What costs little is always computed: one session then serves whoever wants some of it.
        _scorer = new RowScorer(session, _rows,
            [.. names.Outputs.Select(column => column.Output).Where((output, i) => outputs[i] || !output.IsCostly)], batchSize);
        _values = [.. _scorer.Values.Select(values => (names.Outputs.First(column => column.Output == values.Output).Name, values))];
        _outputs = [.. names.Outputs.Select((column, i) =>
            outputs[i] ? ScoredOutput.Of(_scorer.Values.Single(values => values.Output == column.Output), _a) : null)];
        _embeddings = _a.Inputs.Max(field => field.Width);
        _capacity = isSingle ? 1 : batchSize;
        _mostRows = isSingle ? 1 : (int)Math.Min((long)batchSize * MostBatches, int.MaxValue);
    }

    public override int Count => _rows.Count;

    public override bool IsFull => _rows.Count >= _capacity || _numbers >= (_isRagged ? MostRaggedNumbers : MostNumbers);

    public override void Append()
    {
        _reader.Append();
        var (queries, keys) = _rows.Lengths(_rows.Count - 1);
        var frames = _rows.Frames(_rows.Count - 1);
        _isRagged |= frames != _rows.Frames(0);
        _numbers += (long)frames.Queries * _embeddings + (long)queries * _a.OutputDimension;
        foreach (var (column, values) in _values)
        {
            var size = values.Size(queries, keys);
            if (size > RowReader.MostNumbers)
                throw _reader.Invalid(column,
                    $"{size} numbers for its {queries} query and {keys} key tokens, more than the {RowReader.MostNumbers} of a row");
            if (values.Output.NeedsAttentionWeights)
                _numbers += size;
        }
    }

    public override void Compute() => _scorer.Score();

    public override void Clear()
    {
        if (_isRagged && _rows.Count >= _capacity)
            _capacity = Math.Min(2 * _capacity, _mostRows);
        _rows.Clear();
        (_numbers, _isRagged) = (0, false);
    }

    public override RowOutput Output(int output) => _outputs[output]!;

    public override void Dispose() => _scorer.Dispose();
}
