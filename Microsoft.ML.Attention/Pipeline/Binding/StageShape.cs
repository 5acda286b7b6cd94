using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;
using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>What an estimator says about the columns it will add, before it has seen any; <see cref="StageSchema"/> is what they become.</summary>
static class StageShape
{
    /// <exception cref="ArgumentException">A column is missing or of the wrong kind; the message names it, what it is and what was needed.</exception>
    public static SchemaShape Append(SchemaShape input, StageColumns columns, AttentionPooling pooling)
    {
        SchemaShape.Column[] tokens = [.. columns.Inputs.Select(Tokens)];
        var fixedQueries = tokens.All(c => c.Kind != Kind.VariableVector);
        var fixedKeys = columns.Keys is null ? fixedQueries : Tokens(columns.Keys).Kind != Kind.VariableVector;
        if (columns.Values is not null)
            Tokens(columns.Values);
        if (columns.Mask is not null)
            Vector(columns.Mask, BooleanDataViewType.Instance);
        if (columns.Bias is not null)
            Vector(columns.Bias, NumberDataViewType.Single);
        if (columns.Label is not null)
            Label(columns.Label);

        var shape = input.ToDictionary(c => c.Name);
        foreach (var (name, output) in columns.Outputs)
            shape[name] = New(name, isFixed: output.Axes(Architecture.Unsettled(pooling)).All(axis => axis.InAll(fixedQueries ? 1 : null, fixedKeys ? 1 : null) is not null));
        return new SchemaShape(shape.Values);

        SchemaShape.Column Find(string name) => input.Any(c => c.Name == name) ? input.First(c => c.Name == name)
            : throw new ArgumentException($"There is no column '{name}'. There are: {string.Join(", ", input.Select(c => c.Name))}.");

        SchemaShape.Column Tokens(string name)
        {
            var column = Find(name);
            return column.IsKey || column.ItemType == NumberDataViewType.Single ? column
                : throw new ArgumentException($"Column '{name}' is {Described(column)}, but attention needs a vector of Single (embeddings) or of a key (token ids){Remedy.OfTokens(column.ItemType)}");
        }

        void Vector(string name, DataViewType item)
        {
            var column = Find(name);
            if (column.Kind == Kind.Scalar || column.IsKey || column.ItemType != item)
                throw new ArgumentException($"Column '{name}' is {Described(column)}, but must be a vector of {item}.");
        }

        void Label(string name)
        {
            var column = Find(name);
            if (column.Kind != Kind.Scalar || !column.IsKey && column.ItemType != NumberDataViewType.Single && column.ItemType != BooleanDataViewType.Instance)
                throw new ArgumentException($"Label column '{name}' is {Described(column)}, but must be a key, a Boolean or a Single{(column.Kind == Kind.Scalar ? Remedy.OfLabel(column.ItemType) : ".")}");
        }
    }

    static SchemaShape.Column New(string name, bool isFixed)
    {
        var annotations = isFixed
            ? new SchemaShape([MLNetInternals.NewColumn("SlotNames", Kind.Vector, TextDataViewType.Instance, false, null)])
            : null;
        return MLNetInternals.NewColumn(name, isFixed ? Kind.Vector : Kind.VariableVector, NumberDataViewType.Single, false, annotations);
    }

    static string Described(SchemaShape.Column column) =>
        $"{(column.Kind == Kind.Scalar ? "" : "a vector of ")}{(column.IsKey ? $"key ({column.ItemType})" : column.ItemType.ToString())}";
}
