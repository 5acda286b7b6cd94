using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Data;
using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>What an estimator says about the columns it will add, before it has seen any;
/// <see cref="StageSchema"/> is what they become.</summary>
static class StageShape
{
    /// <exception cref="ArgumentException">A column is missing or of the wrong kind; the message names it,
    /// what it is and what was needed.</exception>
    /// <param name="input">The columns that there are.</param>
    /// <param name="columns">What is read and written.</param>
    /// <param name="pooling">How tokens become one vector.</param>
    /// <param name="given">What a classifier that was given predicts; a label says it otherwise.</param>
    public static SchemaShape Append(SchemaShape input, StageColumns columns, AttentionPooling pooling, Prediction? given = null)
    {
        SchemaShape.Column[] tokens = [.. columns.Inputs.Select(Tokens)];
        var fixedQueries = tokens.All(c => c.Kind != Kind.VariableVector);
        var fixedKeys = columns.Keys is null ? fixedQueries : Tokens(columns.Keys).Kind != Kind.VariableVector;
        if (columns.Values is not null)
            Tokens(columns.Values);
        foreach (var pair in columns.Pairs ?? [])
            Tokens(pair);
        if (columns.Mask is not null)
            Vector(columns.Mask, BooleanDataViewType.Instance);
        if (columns.Bias is not null)
            Vector(columns.Bias, NumberDataViewType.Single);
        if (columns.Weight is not null)
            Weight(columns.Weight);
        var label = columns.Label is null ? (SchemaShape.Column?)null : Label(columns.Label);
        var a = Architecture.Unsettled(pooling, label is { } learned ? PredictionOf(learned) : given);

        if (a.Prediction is null && columns.Outputs.FirstOrDefault(column => column.Output.ScoreValueKind is not null) is { } predicted)
            throw new ArgumentException(
                $"Column '{predicted.Name}' needs a label to learn from, or a tensor '{ModuleNames.Classifier.Weight}' "
                + "among the parameters.");

        var shape = input.ToDictionary(c => c.Name);
        foreach (var (name, output) in columns.Outputs)
        {
            var axes = output.Axes(a);
            var isFixed = axes.All(axis => axis.InAll(fixedQueries ? 1 : null, fixedKeys ? 1 : null) is not null);
            shape[name] = New(name, output, a, axes.Length == 0 ? Kind.Scalar : isFixed ? Kind.Vector : Kind.VariableVector, label);
        }
        return new SchemaShape(shape.Values);

        SchemaShape.Column Find(string name) => input.Any(c => c.Name == name) ? input.First(c => c.Name == name)
            : throw new ArgumentException($"There is no column '{name}'. There are: {string.Join(", ", input.Select(c => c.Name))}.");

        SchemaShape.Column Tokens(string name)
        {
            var column = Find(name);
            return column.IsKey || column.ItemType == NumberDataViewType.Single ? column
                : throw new ArgumentException($"Column '{name}' is {Described(column)}, but attention needs a vector of Single "
                    + $"(embeddings) or of a key (token ids){Remedy.OfTokens(column.ItemType)}");
        }

        void Vector(string name, DataViewType item)
        {
            var column = Find(name);
            if (column.Kind == Kind.Scalar || column.IsKey || column.ItemType != item)
                throw new ArgumentException($"Column '{name}' is {Described(column)}, but must be a vector of {item}.");
        }

        void Weight(string name)
        {
            var column = Find(name);
            if (column.Kind != Kind.Scalar || column.IsKey || column.ItemType != NumberDataViewType.Single)
                throw new ArgumentException($"Weight column '{name}' is {Described(column)}, but must be a Single.");
        }

        SchemaShape.Column Label(string name)
        {
            var column = Find(name);
            return LabelTypes.Of(column.IsKey, column.ItemType) is not null ? column
                : throw new ArgumentException($"Label column '{name}' is {Described(column)}, but must be {LabelTypes.Names}"
                    + $"{(column.Kind == Kind.Scalar ? "" : " for each token")}{Remedy.OfLabel(column.ItemType)}");
        }
    }

    /// <summary>What a label is; how many classes there are is not known yet.</summary>
    public static LabelKind LabelKindOf(SchemaShape.Column label) => LabelTypes.Of(label.IsKey, label.ItemType)!.Kind;

    /// <summary>What predicts a label; how many classes there are is not known yet.</summary>
    public static Prediction PredictionOf(SchemaShape.Column label) =>
        new(LabelKindOf(label), Size: 1, OfTokens: label.Kind != Kind.Scalar);

    static SchemaShape.Column New(string name, StageOutput output, Architecture a, Kind kind, SchemaShape.Column? label)
    {
        var annotations = new List<SchemaShape.Column>();
        if (kind == Kind.Vector)
            annotations.Add(MLNetInternals.NewColumn("SlotNames", Kind.Vector, TextDataViewType.Instance, false, null));
        if (output.ScoreValueKind is not null && a.Prediction is { OfTokens: false })
        {
            annotations.Add(MLNetInternals.NewColumn("ScoreColumnSetId", Kind.Scalar, NumberDataViewType.UInt32, true, null));
            annotations.Add(MLNetInternals.NewColumn("ScoreColumnKind", Kind.Scalar, TextDataViewType.Instance, false, null));
            annotations.Add(MLNetInternals.NewColumn("ScoreValueKind", Kind.Scalar, TextDataViewType.Instance, false, null));
        }
        foreach (var values in label?.Annotations.Where(annotation => annotation.Name == "KeyValues") ?? [])
        {
            if (output == StageOutputs.Score)
                annotations.Add(MLNetInternals.NewColumn("TrainingLabelValues", Kind.Vector, values.ItemType, false, null));
            if (output == StageOutputs.PredictedLabel)
                annotations.Add(MLNetInternals.NewColumn("KeyValues", Kind.Vector, values.ItemType, false, null));
        }
        var type = LabelTypes.Of(output.KindOf(a));
        return MLNetInternals.NewColumn(name, kind, type.Item, type.IsKey,
            annotations.Count == 0 ? null : new SchemaShape(annotations));
    }

    /// <summary>A column's type, as a message says it.</summary>
    public static string Described(SchemaShape.Column column) =>
        $"{(column.Kind == Kind.Scalar ? "" : "a vector of ")}{(column.IsKey ? $"key ({column.ItemType})" : column.ItemType.ToString())}";
}
