namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>A stage bound to one input schema: which columns it reads and which it adds.</summary>
/// <remarks>Several cursors use it at once, on several threads; whatever changes belongs to the window each of them opens.</remarks>
abstract class BoundStage
{
    /// <summary>The schema the stage was bound to.</summary>
    public abstract DataViewSchema InputSchema { get; }

    /// <summary>The input columns, at the same indices, then the added ones.</summary>
    /// <remarks>One object for the life of the stage: ML.NET tells schemas apart by reference.</remarks>
    public abstract DataViewSchema OutputSchema { get; }

    /// <summary>Indices of the input columns that the added ones are computed from.</summary>
    public abstract IReadOnlyList<int> Dependencies { get; }

    /// <summary>Whether computing a window leaves a core free, on which the next can be read meanwhile.</summary>
    public abstract bool LeavesACore { get; }

    /// <summary>Opens a window on a row or cursor; it reads the dependencies from <paramref name="input"/>,
    /// which stays the caller's.</summary>
    /// <param name="input">What is read: a row of the input schema.</param>
    /// <param name="outputs">Whether each added column is wanted; at least one is.</param>
    /// <param name="single">Whether the window will only ever hold one row, as PredictionEngine's does.</param>
    public abstract RowWindow Open(DataViewRow input, bool[] outputs, bool single);
}
