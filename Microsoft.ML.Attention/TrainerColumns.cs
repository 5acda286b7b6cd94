using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>The columns of a trainer, which ML.NET's trainers name when the user does not.</summary>
static class TrainerColumns
{
    /// <summary>The options with a name for every column that a trainer of this kind reads and writes.</summary>
    public static MultiHeadAttentionOptions Named(MultiHeadAttentionOptions o, LabelKind kind) => o with
    {
        LabelColumnName = Or(o.LabelColumnName, "Label"),
        InputColumnNames = o.NamesInputs ? o.InputColumnNames : ["Features"],
        ExampleWeightColumnName = string.IsNullOrEmpty(o.ExampleWeightColumnName) ? null : o.ExampleWeightColumnName,
        ScoreColumnName = Or(o.ScoreColumnName, "Score"),
        PredictedLabelColumnName = kind == LabelKind.Number ? o.PredictedLabelColumnName : Or(o.PredictedLabelColumnName, "PredictedLabel"),
        ProbabilityColumnName = kind == LabelKind.Boolean ? Or(o.ProbabilityColumnName, "Probability") : o.ProbabilityColumnName,
    };

    /// <summary>Checks a trainer's label.</summary>
    /// <param name="wanted">What the trainer is for.</param>
    /// <param name="found">What the label is.</param>
    /// <param name="label">The label column.</param>
    /// <param name="type">Its type, as a user would name it.</param>
    /// <exception cref="ArgumentException">The label is of another kind; the message says which trainer is for it.</exception>
    public static void Check(LabelKind wanted, LabelKind found, string label, string type)
    {
        if (found != wanted)
            throw new ArgumentException($"Label column '{label}' is {type}, but {CatalogOf(wanted)}.Trainers.MultiHeadAttention needs "
                + $"{TypeOf(wanted)}: {Remedy(wanted)}, or use {CatalogOf(found)}.Trainers.MultiHeadAttention.");
    }

    static string CatalogOf(LabelKind kind) =>
        kind switch { LabelKind.Class => "MulticlassClassification", LabelKind.Boolean => "BinaryClassification", _ => "Regression" };

    static string TypeOf(LabelKind kind) => kind switch { LabelKind.Class => "a key", LabelKind.Boolean => "a Boolean", _ => "a Single" };

    static string Remedy(LabelKind kind) => kind == LabelKind.Class
        ? "map it with Conversion.MapValueToKey"
        : $"convert it with Conversion.ConvertType to {kind switch { LabelKind.Boolean => "Boolean", _ => "Single" }}";

    static string Or(string? name, string otherwise) => string.IsNullOrEmpty(name) ? otherwise : name;
}
