using Microsoft.Extensions.AI;
using Microsoft.ML.Attention.Text.Pipeline;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Text;

/// <summary>A pretrained model as a fitted stage: lazy over views, one row at a time in a prediction engine,
/// saved with the model.</summary>
/// <remarks>Safe to use from many threads. Disposing it frees its ONNX Runtime sessions.</remarks>
public sealed partial class PretrainedTransformer : ITransformer, IDisposable
{
    readonly TokenizingTransformer _tokenizing;
    readonly TransformerChain<ITransformer> _chain;

    internal PretrainedTransformer(PretrainedTransformerOptions options, PretrainedTextModel model, TokenizingTransformer tokenizing,
        MultiHeadAttentionTransformer attention)
    {
        (Options, Model, _tokenizing, Attention) = (options with { Model = null }, model, tokenizing, attention);
        _chain = new TransformerChain<ITransformer>(tokenizing, attention);
    }

    /// <summary>The options it was made with; their <see cref="PretrainedTransformerOptions.Model"/> is null.</summary>
    public PretrainedTransformerOptions Options { get; }

    /// <summary>The stage over token ids: what was learned, attention weights, heads, export.</summary>
    public MultiHeadAttentionTransformer Attention { get; }

    /// <summary>True: each row's outputs depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The model that tokenizes; its parameters are those that learning started from, after loading those of the stage.</summary>
    internal PretrainedTextModel Model { get; }

    /// <summary>The schema's columns, and those that the stage adds.</summary>
    /// <exception cref="ArgumentException">A column is missing, or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <summary>The view with the stage's columns added, computed in batches as they are read.</summary>
    /// <exception cref="ArgumentException">A column is missing, or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Attention.Transform(_tokenizing.Transform(input));
    }

    /// <summary>The stage applied to one row at a time, as a prediction engine does.</summary>
    /// <exception cref="ArgumentException">A column is missing, or of another type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_chain).GetRowToRowMapper(inputSchema);

    /// <summary>The stage as a generator of embeddings, for who has texts and no views: batched, safe from many threads.
    /// It leaves the stage to its owner.</summary>
    /// <exception cref="InvalidOperationException">The stage writes tokens, not one vector a text, or reads two texts.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator() => new TextEmbeddingGenerator(this);

    /// <summary>Frees the ONNX Runtime sessions, after the runs under way. More than once does no harm.</summary>
    public void Dispose() => Attention.Dispose();
}
