using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>The rows that one cursor on the stage has read ahead, and their outputs.</summary>
sealed class AttentionWindow : RowWindow
{
    /// <summary>Numbers that a window holds at most before it is scored (64 MiB): long rows make it short.</summary>
    const long MostNumbers = 16L << 20;

    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly RowReader _reader;
    readonly RowScorer _scorer;
    readonly int _capacity;
    readonly bool _withWeights;
    long _numbers;

    public AttentionWindow(DataViewRow input, BoundColumns columns, AttentionSession session, int capacity, AttentionWeightsLayers? weights)
    {
        _a = session.Architecture;
        _rows = new RaggedRows(RowLayout.Of(_a, columns.Mask is not null, columns.Bias is not null));
        _reader = new RowReader(input, columns, _a, _rows);
        _scorer = new RowScorer(session, _rows, weights);
        _capacity = capacity;
        _withWeights = weights is not null;
    }

    public override int Count => _rows.Count;

    public override bool IsFull => _rows.Count >= _capacity || _numbers >= MostNumbers;

    public override void Append()
    {
        _reader.Append();
        var (queries, keys) = _rows.Lengths(_rows.Count - 1);
        _numbers += (long)queries * (_a.InputWidths.Sum() + _a.OutputWidth) + (_withWeights ? (long)_scorer.Maps * queries * keys : 0);
    }

    public override void Compute() => _scorer.Score();

    public override void Clear()
    {
        _rows.Clear();
        _numbers = 0;
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
