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

    /// <summary>Whether the rows should be computed before more are read; the window decides how many are enough, and at least one
    /// is.</summary>
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
