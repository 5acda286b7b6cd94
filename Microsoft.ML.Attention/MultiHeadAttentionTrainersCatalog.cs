using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline;

#pragma warning disable RS0026 // the methods extend different catalogs: no call can mean two of them

namespace Microsoft.ML;

/// <summary>Adds multi-head attention to the trainers of an <see cref="MLContext"/>:
/// a stage that predicts the label that it learns from.</summary>
/// <remarks>
/// They write ML.NET's columns, with ML.NET's annotations, so that whatever follows a trainer of ML.NET's own (evaluation,
/// cross-validation, <c>MapKeyToValue</c>) follows these. A label that is a vector, one for each query token, is predicted token by token.
/// </remarks>
public static class MultiHeadAttentionTrainersCatalog
{
    /// <summary>Learns to tell classes apart: writes <c>PredictedLabel</c>, a key, and <c>Score</c>,
    /// the probability of each class.</summary>
    /// <remarks>Three models as one (<see cref="TrainingOptions.NumberOfModels"/>), which take three times as long and have no maps of
    /// heads; the other overload, with <see cref="MultiHeadAttentionOptions.ForSeries"/>, learns one.</remarks>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The column of embeddings, <c>[T, E]</c> a row (fixed, ragged or flat), or of token ids.</param>
    /// <param name="exampleWeightColumnName">How much each row counts, a Single. Default: all count the same.</param>
    /// <param name="numberOfHeads">Heads; they divide the width. Default: that of
    /// <see cref="MultiHeadAttentionOptions.NumberOfHeads"/>.</param>
    /// <param name="block">What surrounds the formula. Default: an encoder block.</param>
    /// <param name="pooling">How the tokens become the one vector that is classified. Default: their mean.</param>
    /// <param name="embeddingDimension">Numbers in one token. Default: what the column's type says;
    /// required for flat and ragged vectors.</param>
    /// <param name="modelDimension">The width of a block, or of a token table. Default: 64, that of
    /// <see cref="MultiHeadAttentionOptions.ForSeries"/>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfHeads = null,
        AttentionBlock block = AttentionBlock.Encoder, AttentionPooling pooling = AttentionPooling.Mean, int? embeddingDimension = null,
        int? modelDimension = null) =>
        catalog.MultiHeadAttention(ForClasses(Options(labelColumnName, featureColumnName, exampleWeightColumnName, numberOfHeads, block,
            pooling, embeddingDimension, modelDimension)));

    /// <summary>Learns to tell classes apart, with these options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a key; <c>Features</c>;
    /// <c>PredictedLabel</c> and <c>Score</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MultiHeadAttentionOptions options) =>
        Estimator(catalog, options, LabelKind.Class);

    /// <summary>Learns to tell true from false: writes <c>PredictedLabel</c>, a Boolean, <c>Score</c>, the logit of true,
    /// and <c>Probability</c>.</summary>
    /// <remarks>Three models as one (<see cref="TrainingOptions.NumberOfModels"/>), which take three times as long and have no maps of
    /// heads; the other overload, with <see cref="MultiHeadAttentionOptions.ForSeries"/>, learns one.</remarks>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean.</param>
    /// <param name="featureColumnName">The column of embeddings, <c>[T, E]</c> a row (fixed, ragged or flat), or of token ids.</param>
    /// <param name="exampleWeightColumnName">How much each row counts, a Single. Default: all count the same.</param>
    /// <param name="numberOfHeads">Heads; they divide the width. Default: that of
    /// <see cref="MultiHeadAttentionOptions.NumberOfHeads"/>.</param>
    /// <param name="block">What surrounds the formula. Default: an encoder block.</param>
    /// <param name="pooling">How the tokens become the one vector that is classified. Default: their mean.</param>
    /// <param name="embeddingDimension">Numbers in one token. Default: what the column's type says;
    /// required for flat and ragged vectors.</param>
    /// <param name="modelDimension">The width of a block, or of a token table. Default: 64, that of
    /// <see cref="MultiHeadAttentionOptions.ForSeries"/>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfHeads = null,
        AttentionBlock block = AttentionBlock.Encoder, AttentionPooling pooling = AttentionPooling.Mean, int? embeddingDimension = null,
        int? modelDimension = null) =>
        catalog.MultiHeadAttention(ForClasses(Options(labelColumnName, featureColumnName, exampleWeightColumnName, numberOfHeads, block,
            pooling, embeddingDimension, modelDimension)));

    /// <summary>Learns to tell true from false, with these options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a Boolean; <c>Features</c>; <c>PredictedLabel</c>,
    /// <c>Score</c> and <c>Probability</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        MultiHeadAttentionOptions options) =>
        Estimator(catalog, options, LabelKind.Boolean);

    /// <summary>Learns to predict a number, and writes it as <c>Score</c>.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The label, a Single.</param>
    /// <param name="featureColumnName">The column of embeddings, <c>[T, E]</c> a row (fixed, ragged or flat), or of token ids.</param>
    /// <param name="exampleWeightColumnName">How much each row counts, a Single. Default: all count the same.</param>
    /// <param name="numberOfHeads">Heads; they divide the width. Default: that of
    /// <see cref="MultiHeadAttentionOptions.NumberOfHeads"/>.</param>
    /// <param name="block">What surrounds the formula. Default: an encoder block.</param>
    /// <param name="pooling">How the tokens become the one vector that is read. Default: their mean.</param>
    /// <param name="embeddingDimension">Numbers in one token. Default: what the column's type says;
    /// required for flat and ragged vectors.</param>
    /// <param name="modelDimension">The width of a block, or of a token table. Default: 64, that of
    /// <see cref="MultiHeadAttentionOptions.ForSeries"/>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfHeads = null,
        AttentionBlock block = AttentionBlock.Encoder, AttentionPooling pooling = AttentionPooling.Mean, int? embeddingDimension = null,
        int? modelDimension = null) =>
        catalog.MultiHeadAttention(ForNumbers(Options(labelColumnName, featureColumnName, exampleWeightColumnName, numberOfHeads, block,
            pooling, embeddingDimension, modelDimension)));

    /// <summary>Learns to predict a number, with these options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a Single; <c>Features</c>; <c>Score</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MultiHeadAttentionEstimator MultiHeadAttention(this RegressionCatalog.RegressionTrainers catalog,
        MultiHeadAttentionOptions options) =>
        Estimator(catalog, options, LabelKind.Number);

    /// <summary>Several models agree on a class more often rightly than one.</summary>
    static MultiHeadAttentionOptions ForClasses(MultiHeadAttentionOptions options) =>
        options with { Training = options.Training with { NumberOfModels = Defaults.SeriesModels } };

    /// <summary>Numbers are learned as without the recipe: its way of learning was chosen by classes alone.</summary>
    static MultiHeadAttentionOptions ForNumbers(MultiHeadAttentionOptions options) => options with { Training = new() };

    static MultiHeadAttentionOptions Options(string label, string features, string? weight, int? heads, AttentionBlock block,
        AttentionPooling pooling, int? embeddingDimension, int? modelDimension)
    {
        var series = MultiHeadAttentionOptions.ForSeries();
        var options = series with
        {
            LabelColumnName = label,
            InputColumnNames = [features],
            ExampleWeightColumnName = weight,
            Block = block,
            Pooling = pooling,
            EmbeddingDimension = embeddingDimension,
            ModelDimension = modelDimension ?? (block == AttentionBlock.Attention ? null : series.ModelDimension),
        };
        return heads is { } number ? options with { NumberOfHeads = number } : options;
    }

    static MultiHeadAttentionEstimator Estimator(TrainCatalogBase.CatalogInstantiatorBase catalog, MultiHeadAttentionOptions options,
        LabelKind kind)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new MultiHeadAttentionEstimator(MLNetInternals.EnvironmentOf(catalog), TrainerColumns.Named(options, kind), kind);
    }
}
