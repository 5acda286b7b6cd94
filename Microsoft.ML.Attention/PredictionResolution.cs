using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention;

/// <summary>Settles what a stage predicts: from the label, else from the classifier that was given.</summary>
static class PredictionResolution
{
    /// <param name="o">Checked options.</param>
    /// <param name="label">What is learned from; null for nothing.</param>
    /// <param name="given">The parameters to start from, under canonical names.</param>
    /// <returns>Null where no prediction is written.</returns>
    /// <exception cref="ArgumentException">A column of predictions does not go with the label,
    /// or there is neither a label nor a classifier.</exception>
    public static Prediction? Resolve(MultiHeadAttentionOptions o, LabelColumn? label, AttentionParameters? given)
    {
        if (!o.Predicts)
            return null;
        var prediction = label?.Prediction ?? Of(o, given)
            ?? throw new ArgumentException($"There is neither a label to learn from nor a tensor '{ModuleNames.Classifier.Weight}' "
                + $"among the parameters. They have: {string.Join(", ", (given?.Names ?? []).Take(24))}.");
        CheckColumns(o, prediction.Kind,
            label is null ? "the classifier that was given is" : $"label column '{label.Column.Name}' is {label.Column.Type}, which is");
        return prediction with { HasDense = given?.Find(ModuleNames.PreClassifier.Weight) is not null };
    }

    /// <summary>What a given classifier is for: several classes, or one number,
    /// which is a logit where a probability or a label is wanted.</summary>
    public static Prediction? Of(MultiHeadAttentionOptions o, AttentionParameters? given)
    {
        if (!o.Predicts || given?.Find(ModuleNames.Classifier.Weight) is not { Shape.Count: 2 } classifier)
            return null;
        var size = checked((int)classifier.Shape[0]);
        return new(size > 1 ? LabelKind.Class : o.ProbabilityColumnName is not null || o.PredictedLabelColumnName is not null
            ? LabelKind.Boolean
            : LabelKind.Number, size);
    }

    /// <exception cref="ArgumentException">A column of predictions does not go with what is predicted.</exception>
    public static void CheckColumns(MultiHeadAttentionOptions o, LabelKind kind, string why)
    {
        var type = LabelTypes.Of(kind);
        if (o.ProbabilityColumnName is { } probability && !type.HasProbability)
            throw new ArgumentException($"ProbabilityColumnName '{probability}' needs a Boolean label, but {why} "
                + $"for {type.Plural}{(kind == LabelKind.Class ? ": the score of a class is its probability" : "")}.");
        if (o.PredictedLabelColumnName is { } predicted && !type.IsWritten)
            throw new ArgumentException($"PredictedLabelColumnName '{predicted}' needs a key or a Boolean, but {why} for {type.Plural}: "
                + "the score is what is predicted.");
    }
}
