using Microsoft.ML.Attention.Pipeline.Views;

namespace Microsoft.ML;

/// <summary>Adds windows over a series to the data operations of an <see cref="MLContext"/>.</summary>
public static class WindowsCatalog
{
    /// <summary>
    /// Overlapping windows over a long series: of each row of <paramref name="series"/>, one moment, in order,
    /// come rows of many moments each.
    /// </summary>
    /// <remarks>
    /// Each window is a row of <c>[T, E]</c>: T moments of E numbers. Beside it stands the next value of each of its moments, <c>[T]</c>,
    /// which is what a stage learns to forecast from a
    /// label per token: set <c>IsCausal</c> with it, or a moment sees in the next one what it is to tell. A longer <paramref
    /// name="horizon"/> h makes that <c>[T, h]</c>. Values after the end of
    /// the series are NaN, which learning leaves out; so the last window is the one to forecast from. It ends with the series, whatever the
    /// stride. A series shorter than a window gives none.
    /// The view is lazy, and keeps in memory no more than a window and its horizon.
    /// </remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="series">The series, a row for each moment.</param>
    /// <param name="outputColumnName">The column of windows to write.</param>
    /// <param name="inputColumnName">The column of a moment's numbers: a <c>Single</c>,
    /// or a <c>Vector&lt;Single&gt;</c> of fixed size.</param>
    /// <param name="windowLength">Moments of a window, <c>T</c>, at least 1.</param>
    /// <param name="stride">Moments from the beginning of a window to that of the next, at least 1. Default: 1.</param>
    /// <param name="labelColumnName">The column of next values to write; null for none. Default: Label.</param>
    /// <param name="labelSourceColumnName">The column of <c>Single</c> whose next values they are. Default: the input column,
    /// where it is one number.</param>
    /// <param name="horizon">How many next values stand beside a moment, at least 1. Default: 1.</param>
    /// <param name="positionColumnName">A column to write of the row of the series, counted from 0, with which a window begins, an
    /// <c>Int64</c>; null for none. Default: none.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or two columns to write have one name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static IDataView Windows(this DataOperationsCatalog catalog, IDataView series,
        string outputColumnName, string inputColumnName, int windowLength, int stride = 1,
        string? labelColumnName = "Label", string? labelSourceColumnName = null, int horizon = 1, string? positionColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        var columns = new WindowColumns(outputColumnName, inputColumnName, labelColumnName, labelSourceColumnName, positionColumnName);
        return new WindowedView(series, columns, windowLength, stride, horizon);
    }
}
