using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>A fitted stage bound to one input schema.</summary>
sealed class AttentionStage : BoundStage
{
    readonly StageColumns _names;
    readonly BoundColumns _columns;
    readonly AttentionSession _session;
    readonly int _batchSize;

    public AttentionStage(StageColumns names, AttentionSession session, int batchSize, DataViewSchema schema)
    {
        (_names, _session, _batchSize) = (names, session, batchSize);
        _columns = BoundColumns.Bind(names, TokenWidths.Of(session.Architecture, names.Inputs.Count), schema);
        InputSchema = schema;
        OutputSchema = StageSchema.Append(schema, names, _columns, session.Architecture);
        Dependencies = [.. names.Read.Select(name => schema[name].Index)];
    }

    public override DataViewSchema InputSchema { get; }

    public override DataViewSchema OutputSchema { get; }

    public override IReadOnlyList<int> Dependencies { get; }

    public override RowWindow Open(DataViewRow input, bool[] outputs, bool single) =>
        new AttentionWindow(input, _columns, _session, single ? 1 : _batchSize, outputs.Length > 1 && outputs[1] ? _names.WeightsLayers : null);
}
