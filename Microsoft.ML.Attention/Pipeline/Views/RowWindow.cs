namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>The rows a cursor has read ahead: appended one at a time, computed together, read back one at a time.</summary>
/// <remarks>
/// Used by one thread at a time. PredictionEngine never disposes the row a mapper gave it (Microsoft.ML 5.0.1), so what
/// a window for a single row holds must be freed without <see cref="Dispose"/> too.
/// </remarks>
abstract class RowWindow : IDisposable
{
    /// <summary>Rows appended since the last <see cref="Clear"/>.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the rows should be computed before more are read; the window decides how many are enough,
    /// and at least one is.</summary>
    public abstract bool IsFull { get; }

    /// <summary>Reads the current row of what the window was opened on.</summary>
    public abstract void Append();

    /// <summary>Computes the wanted outputs of all appended rows, of which there is at least one.</summary>
    public abstract void Compute();

    /// <summary>Forgets the rows and keeps the buffers.</summary>
    public abstract void Clear();

    /// <summary>An added column in the computed rows; of those that are wanted.</summary>
    public abstract RowOutput Output(int output);

    /// <summary>Frees what the window holds; more than one call does no harm.</summary>
    public abstract void Dispose();
}

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
