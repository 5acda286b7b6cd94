using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A vector of numbers.</summary>
sealed class NumbersOutput(RowValues values) : RowOutput<VBuffer<float>>
{
    public override void Copy(int row, ref VBuffer<float> destination)
    {
        var editor = VBufferEditor.Create(ref destination, values.Size(row));
        values.Copy(row, editor.Values);
        destination = editor.Commit();
    }
}

/// <summary>A vector of what is written otherwise than the graph gives it.</summary>
sealed class VectorOutput<T>(RowValues values, Func<float, T> valueOf) : RowOutput<VBuffer<T>>
{
    float[] _numbers = [];

    public override void Copy(int row, ref VBuffer<T> destination)
    {
        var size = values.Size(row);
        if (_numbers.Length < size)
            _numbers = new float[size];
        values.Copy(row, _numbers.AsSpan(0, size));
        var editor = VBufferEditor.Create(ref destination, size);
        for (var i = 0; i < size; i++)
            editor.Values[i] = valueOf(_numbers[i]);
        destination = editor.Commit();
    }
}

/// <summary>One value.</summary>
sealed class ValueOutput<T>(RowValues values, Func<float, T> valueOf) : RowOutput<T>
{
    public override void Copy(int row, ref T destination)
    {
        var number = 0f;
        values.Copy(row, new(ref number));
        destination = valueOf(number);
    }
}

/// <summary>One of the stage's outputs, which becomes a column.</summary>
/// <param name="Values">Its values.</param>
/// <param name="IsOne">Whether a row has one of them; otherwise it has a vector.</param>
sealed record ScoredOutput(RowValues Values, bool IsOne)
{
    public static RowOutput Of(RowValues values, Architecture a) =>
        LabelTypes.Of(values.Output.KindOf(a)).Write(new(values, IsOne: values.Output.Axes(a).Length == 0));

    /// <summary>As the numbers that the graph gives.</summary>
    public RowOutput Numbers() => IsOne ? new ValueOutput<float>(Values, number => number) : new NumbersOutput(Values);

    /// <summary>As what stands for these.</summary>
    public RowOutput As<T>(Func<float, T> valueOf) =>
        IsOne ? new ValueOutput<T>(Values, valueOf) : new VectorOutput<T>(Values, valueOf);
}
