using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Search;

namespace Microsoft.ML;

/// <summary>Adds a search for the options of multi-head attention to the transforms of an <see cref="MLContext"/>.</summary>
public static class AttentionSearchCatalog
{
    /// <summary>Tries options on the rows, and fits the stage with the best of them.</summary>
    /// <remarks>
    /// <para>
    /// A trial is a draw from <see cref="AttentionSearchOptions.Space"/>. It is scored by cross-validation: in each fold the stage, and a
    /// trainer on its output, are fitted on the other folds' rows, and the fold's own rows are then predicted. Nothing of the fold is seen
    /// before that, unless an earlier stage of <paramref name="data"/> saw it.
    /// </para>
    /// <para>
    /// Trials race by successive halving (Jamieson and Talwalkar 2016; one bracket of Hyperband, Li et al. 2018): all begin with few
    /// epochs, the best share goes on with more, and those that are left learn for as many epochs as the options say. Each time they learn
    /// from the start, because the schedule of the learning rate depends on the number of epochs.
    /// </para>
    /// <para>The rows are read many times: give a view that is cached where reading is slow.
    /// Options that pool are themselves the first trial.</para>
    /// </remarks>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="data">The rows; not those that the final model will be tested on.</param>
    /// <param name="options">The columns, the label among them, and every setting that is not searched for.
    /// <see cref="TrainingOptions.NumberOfEpochs"/> is the most a trial learns for.</param>
    /// <param name="search">What is tried, and for how long. Default: every default of <see cref="AttentionSearchOptions"/>.</param>
    /// <returns>The trials, the best of them first, and the stage fitted with its options on all rows,
    /// which is the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">There is no such column, the label's type does not go with the metric, or a setting of the
    /// search is out of its range.</exception>
    /// <exception cref="InvalidOperationException">All trials failed; the message says why the first did.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public static AttentionSearchResult SearchMultiHeadAttention(this TransformsCatalog catalog, IDataView data,
        MultiHeadAttentionOptions options, AttentionSearchOptions? search = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return new AttentionSearch(catalog, data, options, search ?? new()).Run();
    }
}
