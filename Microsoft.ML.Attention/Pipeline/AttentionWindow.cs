using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>The rows that one cursor on the stage has read ahead, and their outputs.</summary>
sealed class AttentionWindow : RowWindow
{
    /// <summary>Numbers that a window holds at most before it is scored (16 MiB): long rows make it short.</summary>
    const long MostNumbers = 4L << 20;

    /// <summary>Batches that a window of ragged rows grows to, so that enough rows of each length come together: it doubles from one, as whoever reads a few rows waits for few.</summary>
    const int MostBatches = 8;

    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly RowReader _reader;
    readonly RowScorer _scorer;
    readonly int _mostRows;
    readonly bool _withWeights;
    int _capacity;
    bool _isRagged;
    long _numbers;

    /// <param name="input">What is read.</param>
    /// <param name="columns">The stage's columns in it.</param>
    /// <param name="session">The stage's engine.</param>
    /// <param name="batchSize">Rows of one run, at most.</param>
    /// <param name="isSingle">Whether there will only ever be one row.</param>
    /// <param name="weights">Which layers' attention weights are wanted; null for none.</param>
    public AttentionWindow(DataViewRow input, BoundColumns columns, AttentionSession session, int batchSize, bool isSingle, AttentionWeightsLayers? weights)
    {
        _a = session.Architecture;
        _rows = new RaggedRows(RowLayout.Of(_a, columns.Mask is not null, columns.Bias is not null));
        _reader = new RowReader(input, columns, _a, _rows);
        _scorer = new RowScorer(session, _rows, weights, batchSize);
        _capacity = isSingle ? 1 : batchSize;
        _mostRows = isSingle ? 1 : (int)Math.Min((long)batchSize * MostBatches, int.MaxValue);
        _withWeights = weights is not null;
    }

    public override int Count => _rows.Count;

    public override bool IsFull => _rows.Count >= _capacity || _numbers >= MostNumbers;

    public override void Append()
    {
        _reader.Append();
        var (queries, keys) = _rows.Lengths(_rows.Count - 1);
        _isRagged |= (queries, keys) != _rows.Lengths(0);
        _numbers += (long)queries * (_a.InputWidths.Sum() + _a.OutputWidth) + (_withWeights ? (long)_scorer.Maps * queries * keys : 0);
    }

    public override void Compute() => _scorer.Score();

    public override void Clear()
    {
        if (_isRagged && _rows.Count >= _capacity)
            _capacity = Math.Min(2 * _capacity, _mostRows);
        _rows.Clear();
        (_numbers, _isRagged) = (0, false);
    }

    public override void CopyOutput(int output, int row, ref VBuffer<float> destination)
    {
        if (output == 0)
        {
            var values = _scorer.Output(row);
            var editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
            return;
        }
        var (queries, keys) = _rows.Lengths(row);
        var weights = VBufferEditor.Create(ref destination, _scorer.Maps * queries * keys);
        _scorer.CopyWeights(row, weights.Values);
        destination = weights.Commit();
    }

    public override void Dispose() => _scorer.Dispose();
}
