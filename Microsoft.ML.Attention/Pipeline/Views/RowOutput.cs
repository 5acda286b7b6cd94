namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>An added column in the rows of a window that were computed.</summary>
abstract class RowOutput
{
    /// <summary>A getter of the column in whatever window is shown when it is called, which has it at the same index as this one.</summary>
    /// <param name="shown">That window's column.</param>
    /// <param name="row">The row in it.</param>
    public abstract Delegate Getter(Func<RowOutput> shown, Func<int> row);
}

/// <summary>One whose values are of this type.</summary>
abstract class RowOutput<T> : RowOutput
{
    /// <summary>Copies a row's value into the caller's buffer.</summary>
    public abstract void Copy(int row, ref T destination);

    public override Delegate Getter(Func<RowOutput> shown, Func<int> row) =>
        (ValueGetter<T>)((ref destination) => ((RowOutput<T>)shown()).Copy(row(), ref destination));
}
