using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Pipeline;

namespace Microsoft.ML;

/// <summary>Adds multi-head attention to the transforms of an <see cref="MLContext"/>.</summary>
public static class MultiHeadAttentionCatalog
{
    /// <summary>A stage that lets the tokens of each row attend to each other.</summary>
    /// <remarks>
    /// With a label it learns from the label; without one, by reconstructing hidden tokens. To learn nothing, or to set anything else, use
    /// the overload with <see cref="MultiHeadAttentionOptions"/>. Trainers that read their data several times want
    /// <c>AppendCacheCheckpoint</c> right after this stage.
    /// </remarks>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column to write.</param>
    /// <param name="inputColumnName">The column of embeddings, <c>[T, E]</c> a row (fixed, ragged or flat), or of token ids. Default:
    /// <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">The column to learn from: a key, a Boolean or a Single. Default: none.</param>
    /// <param name="numberOfHeads">Heads; they divide the width. Default: the largest of 8, 4, 2 and 1 that does.</param>
    /// <param name="block">What surrounds the formula. Default: nothing.</param>
    /// <param name="pooling">How the tokens become one vector of fixed size. Default: they do not.</param>
    /// <param name="embeddingDimension">Numbers in one token. Default: what the column's type says;
    /// required for flat and ragged vectors.</param>
    /// <param name="modelDimension">The width of a block, or of a token table. Default: that of the tokens.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this TransformsCatalog catalog,
        string outputColumnName, string? inputColumnName = null, string? labelColumnName = null,
        int? numberOfHeads = null, AttentionBlock block = AttentionBlock.Attention,
        AttentionPooling pooling = AttentionPooling.None, int? embeddingDimension = null, int? modelDimension = null) =>
        catalog.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnNames = [inputColumnName ?? outputColumnName],
            LabelColumnName = labelColumnName,
            NumberOfHeads = numberOfHeads,
            Block = block,
            Pooling = pooling,
            EmbeddingDimension = embeddingDimension,
            ModelDimension = modelDimension,
        });

    /// <summary>A stage of multi-head attention with these options.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">Every setting.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this TransformsCatalog catalog, MultiHeadAttentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new MultiHeadAttentionEstimator(MLNetInternals.EnvironmentOf(catalog), options);
    }
}
