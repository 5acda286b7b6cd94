using Microsoft.Extensions.AI;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Text;

/// <summary>Embeddings of texts by a fitted stage.</summary>
sealed class TextEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    readonly PretrainedTransformer _stage;
    readonly MLContext _context = new();
    readonly SchemaDefinition _schema;
    readonly EmbeddingGeneratorMetadata _metadata;

    public TextEmbeddingGenerator(PretrainedTransformer stage)
    {
        if (stage.Attention.Options.Pooling == AttentionPooling.None)
            throw new InvalidOperationException("The stage writes a vector for each token: an embedding needs a Pooling.");
        if (stage.Options.SecondInputColumnName is { } second)
            throw new InvalidOperationException($"The stage reads a second text from '{second}': an embedding is of one.");
        _stage = stage;
        _schema = SchemaDefinition.Create(typeof(Row));
        _schema[nameof(Row.Text)].ColumnName = stage.Options.InputColumnName;
        _metadata = new EmbeddingGeneratorMetadata("Microsoft.ML.Attention.Text", defaultModelId: stage.Model.Name,
            defaultModelDimensions: stage.Attention.Options.ModelDimension);
    }

    sealed class Row
    {
        public string Text { get; set; } = "";
    }

    /// <summary>Texts go through the stage in its batches; a canceled call stops between two of them.</summary>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is int dimensions && dimensions != _metadata.DefaultModelDimensions)
            throw new NotSupportedException(
                $"Dimensions {dimensions}: the model's embeddings have {_metadata.DefaultModelDimensions} numbers.");
        return Task.Run(() => Generate([.. values], cancellationToken), cancellationToken);
    }

    GeneratedEmbeddings<Embedding<float>> Generate(string[] values, CancellationToken cancellationToken)
    {
        var view = _stage.Transform(_context.Data.LoadFromEnumerable(values.Select(value => new Row { Text = value }), _schema));
        var column = view.Schema[_stage.Options.OutputColumnName];
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(values.Length);
        using var cursor = view.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        var (vector, now) = (default(VBuffer<float>), DateTimeOffset.UtcNow);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            get(ref vector);
            embeddings.Add(new Embedding<float>(vector.DenseValues().ToArray()) { CreatedAt = now, ModelId = _metadata.DefaultModelId });
        }
        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_stage) ? _stage
            : null;
    }

    /// <summary>The stage is its owner's.</summary>
    public void Dispose() { }
}
