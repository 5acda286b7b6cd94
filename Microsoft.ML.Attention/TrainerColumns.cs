using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;

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
        PredictedLabelColumnName = LabelTypes.Of(kind).IsWritten
            ? Or(o.PredictedLabelColumnName, "PredictedLabel")
            : o.PredictedLabelColumnName,
        ProbabilityColumnName = LabelTypes.Of(kind).HasProbability ? Or(o.ProbabilityColumnName, "Probability") : o.ProbabilityColumnName,
    };

    /// <summary>Checks a trainer's label.</summary>
    /// <param name="wanted">What the trainer is for.</param>
    /// <param name="found">What the label is.</param>
    /// <param name="label">The label column.</param>
    /// <param name="type">Its type, as a user would name it.</param>
    /// <exception cref="ArgumentException">The label is of another kind; the message says which trainer is for it.</exception>
    public static void Check(LabelKind wanted, LabelKind found, string label, string type)
    {
        if (found == wanted)
            return;
        var (needed, other) = (LabelTypes.Of(wanted), LabelTypes.Of(found));
        throw new ArgumentException($"Label column '{label}' is {type}, but {needed.Task}.Trainers.MultiHeadAttention needs {needed.Name}: "
            + $"{needed.Remedy}, or use {other.Task}.Trainers.MultiHeadAttention.");
    }

    static string Or(string? name, string otherwise) => string.IsNullOrEmpty(name) ? otherwise : name;
}
