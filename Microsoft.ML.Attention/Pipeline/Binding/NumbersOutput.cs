using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A vector of numbers.</summary>
sealed class NumbersOutput(RowScorer scorer, RowValues values) : RowOutput<VBuffer<float>>
{
    public override void Copy(int row, ref VBuffer<float> destination)
    {
        var editor = VBufferEditor.Create(ref destination, scorer.Size(values, row));
        scorer.Copy(values, row, editor.Values);
        destination = editor.Commit();
    }
}
