using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Text;

namespace Microsoft.ML;

/// <summary>Adds pretrained transformers to the text transforms and the trainers of an <see cref="MLContext"/>.</summary>
public static class PretrainedTransformerCatalog
{
    /// <summary>A stage that gives each text the vector of a pretrained model, or, with a label, learns the model further.</summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="outputColumnName">The column to write.</param>
    /// <param name="inputColumnName">The column of texts.</param>
    /// <param name="model">The model.</param>
    /// <param name="labelColumnName">The column to learn from: a key, a Boolean or a Single. Default: none,
    /// and the model stays as it is.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static PretrainedTransformerEstimator PretrainedTransformer(this TransformsCatalog.TextTransforms catalog,
        string outputColumnName, string inputColumnName,
        PretrainedTextModel model, string? labelColumnName = null) =>
        catalog.PretrainedTransformer(new PretrainedTransformerOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model,
            LabelColumnName = labelColumnName,
        });

    /// <summary>A stage of a pretrained model with these options.</summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="options">Every setting.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static PretrainedTransformerEstimator PretrainedTransformer(this TransformsCatalog.TextTransforms catalog,
        PretrainedTransformerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new PretrainedTransformerEstimator(MLNetInternals.EnvironmentOf(catalog), options);
    }

    /// <summary>Learns a pretrained model further, to tell classes apart.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a key; <c>Features</c>;
    /// <c>PredictedLabel</c> and <c>Score</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static PretrainedTransformerEstimator PretrainedTransformer(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, PretrainedTransformerOptions options) =>
        Trainer(catalog, options, LabelKind.Class);

    /// <summary>Learns a pretrained model further, to tell true from false.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a Boolean; <c>Features</c>; <c>PredictedLabel</c>,
    /// <c>Score</c> and <c>Probability</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static PretrainedTransformerEstimator PretrainedTransformer(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, PretrainedTransformerOptions options) =>
        Trainer(catalog, options, LabelKind.Boolean);

    /// <summary>Learns a pretrained model further, to predict a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">Every setting. Columns that it leaves out are <c>Label</c>, a Single; <c>Features</c>; <c>Score</c>.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static PretrainedTransformerEstimator PretrainedTransformer(this RegressionCatalog.RegressionTrainers catalog,
        PretrainedTransformerOptions options) =>
        Trainer(catalog, options, LabelKind.Number);

    static PretrainedTransformerEstimator Trainer(TrainCatalogBase.CatalogInstantiatorBase catalog, PretrainedTransformerOptions options,
        LabelKind kind)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new PretrainedTransformerEstimator(MLNetInternals.EnvironmentOf(catalog), options, kind);
    }
}
