using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A fitted stage bound to one input schema.</summary>
sealed class AttentionStage : BoundStage
{
    readonly StageColumns _names;
    readonly AttentionSession _session;
    readonly int _batchSize;

    public AttentionStage(StageColumns names, AttentionSession session, int batchSize, DataViewSchema schema, LabelValues? labels = null)
    {
        (_names, _session, _batchSize) = (names, session, batchSize);
        CheckKinds(schema);
        Columns = BoundColumns.Bind(names, TokenWidths.Of(session.Architecture, names.Inputs.Count), schema);
        CheckLengths();
        InputSchema = schema;
        OutputSchema = StageSchema.Append(schema, names, Columns, session.Architecture, labels);
        Dependencies = [.. names.Read.Select(name => schema[name].Index)];
    }

    /// <summary>The stage's columns in the schema.</summary>
    public BoundColumns Columns { get; }

    public override DataViewSchema InputSchema { get; }

    public override DataViewSchema OutputSchema { get; }

    public override IReadOnlyList<int> Dependencies { get; }

    public override bool LeavesACore => _session.Cores < Environment.ProcessorCount;

    public override RowWindow Open(DataViewRow input, bool[] outputs, bool single) =>
        new AttentionWindow(input, Columns, _session, _batchSize, single, _names, outputs);

    /// <summary>Ids have a table, and embeddings have none; which of them each column has was settled by Fit.</summary>
    void CheckKinds(DataViewSchema schema)
    {
        var a = _session.Architecture;
        foreach (var (name, i) in _names.Inputs.Select((name, i) => (name, i)).Where(_ => a.ElementTokens is null))
            CheckKind(name, a.Inputs[a.Inputs.Count == 1 ? 0 : i].HoldsIds, schema);
        if (_names.Keys is not null)
            CheckKind(_names.Keys, a.Keys!.HoldsIds, schema);
        if (_names.Values is not null)
            CheckKind(_names.Values, a.Values!.HoldsIds, schema);
    }

    static void CheckKind(string name, bool holdsIds, DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(name)?.Type is { } type
            && ((type as VectorDataViewType)?.ItemType ?? type) is KeyDataViewType != holdsIds)
            throw new ArgumentException(
                $"Column '{name}' is {type}, but the stage was fitted on {(holdsIds ? "token ids" : "embeddings")}.");
    }

    /// <summary>Columns of different widths have the numbers of tokens that Fit saw: the graph has a place for each.</summary>
    void CheckLengths()
    {
        var a = _session.Architecture;
        if (a.ElementTokens is not null)
        {
            foreach (var field in a.Inputs)
            {
                int[] found = [.. Columns.Inputs.Where(c => c.HoldsIds == field.HoldsIds).Select(c => c.Elements)];
                if (!found.SequenceEqual(field.Elements))
                    throw new ArgumentException(
                        $"The columns of {(field.HoldsIds ? "token ids" : "numbers")} have {string.Join(", ", found)} elements, but the "
                            + $"stage was fitted on {string.Join(", ", field.Elements)}.");
            }
            if (Columns.Inputs.Select(c => c.HoldsIds).Distinct().Count() != a.Inputs.Count)
                throw new ArgumentException("The input columns are of other kinds than those that the stage was fitted on: "
                    + $"{string.Join(", ", Columns.Inputs.Select(c => $"'{c.Name}' {c.Column.Type}"))}.");
            return;
        }
        foreach (var (column, field) in Columns.Inputs.Zip(a.Inputs))
            if (field.Length is int length && column.Length != length)
                throw new ArgumentException($"Column '{column.Name}' is {column.Column.Type}: {column.Length} tokens in a row, but the "
                    + $"stage was fitted on {length}.");
    }
}
