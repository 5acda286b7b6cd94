using Microsoft.ML.Attention.Model;
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

/// <summary>A vector of what is written otherwise than the graph gives it.</summary>
sealed class VectorOutput<T>(RowScorer scorer, RowValues values, Func<float, T> valueOf) : RowOutput<VBuffer<T>>
{
    float[] _numbers = [];

    public override void Copy(int row, ref VBuffer<T> destination)
    {
        var size = scorer.Size(values, row);
        if (_numbers.Length < size)
            _numbers = new float[size];
        scorer.Copy(values, row, _numbers.AsSpan(0, size));
        var editor = VBufferEditor.Create(ref destination, size);
        for (var i = 0; i < size; i++)
            editor.Values[i] = valueOf(_numbers[i]);
        destination = editor.Commit();
    }
}

/// <summary>One value.</summary>
sealed class ValueOutput<T>(RowScorer scorer, RowValues values, Func<float, T> valueOf) : RowOutput<T>
{
    public override void Copy(int row, ref T destination)
    {
        var number = 0f;
        scorer.Copy(values, row, new(ref number));
        destination = valueOf(number);
    }
}

/// <summary>The outputs of a scorer as columns.</summary>
static class ScoredOutputs
{
    /// <param name="scorer">What computes them.</param>
    /// <param name="values">One of its outputs.</param>
    /// <param name="a">The stage.</param>
    public static RowOutput Of(RowScorer scorer, RowValues values, Architecture a)
    {
        var isOne = values.Output.Axes(a).Length == 0;
        return values.Output.KindOf(a) switch
        {
            LabelKind.Number => isOne ? new ValueOutput<float>(scorer, values, number => number) : new NumbersOutput(scorer, values),
            LabelKind.Boolean => Other(number => number > 0),
            LabelKind.Class => Other(index => (uint)(index + 1)),               // keys count from 1, and 0 is none
            var kind => throw new NotSupportedException($"Labels of kind {kind} are not known."),
        };

        RowOutput Other<T>(Func<float, T> valueOf) =>
            isOne ? new ValueOutput<T>(scorer, values, valueOf) : new VectorOutput<T>(scorer, values, valueOf);
    }
}
