namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Two settings that cannot both be, and what an error calls them.</summary>
/// <param name="First">A word of the message.</param>
/// <param name="Second">Another one.</param>
/// <param name="Holds">Whether options have both.</param>
/// <param name="NeedsColumns">Only the columns' types show it, so it is <c>Fit</c> that refuses.</param>
sealed record Contradiction(string First, string Second, Func<MultiHeadAttentionOptions, bool> Holds, bool NeedsColumns = false)
{
    /// <summary>All that choices of <see cref="OptionChoices"/> can run into.</summary>
    public static IReadOnlyList<Contradiction> All { get; } =
    [
        new("PairColumnNames", "ReconstructionErrorColumnName",
            o => o.PairColumnNames is not null && o.ReconstructionErrorColumnName is not null),
        new("PairColumnNames", "Objective", o => o.PairColumnNames is not null && !o.Training.Objective.IsOfPairs()),
        new("PairColumnNames", "KeyColumnName", o => o.PairColumnNames is not null && o.KeyColumnName is not null),
        new("PairColumnNames", "MaskColumnName", o => o.PairColumnNames is not null && o.MaskColumnName is not null),
        new("PairColumnNames", "AttentionBiasColumnName", o => o.PairColumnNames is not null && o.AttentionBiasColumnName is not null),
        new("PairColumnNames", "KeptHeads",
            o => o.PairColumnNames is not null && o.KeptHeads is { } kept && kept.All(layer => layer.Count == 0), NeedsColumns: true),
        new("LabelColumnName", "InBatchNegatives",
            o => o.LabelColumnName is not null && o.Training.Objective == TrainingObjective.InBatchNegatives),
        new("WindowSize", "HeadWindowSizes", o => o.WindowSize is not null && o.HeadWindowSizes is not null),
        new("WindowSize", "LayerWindowSizes", o => o.WindowSize is not null && o.LayerWindowSizes is not null),
        new("HeadWindowSizes", "LayerWindowSizes", o => o.HeadWindowSizes is not null && o.LayerWindowSizes is not null),
        new("PositionOffset", "PositionalEncoding", o =>
            o.PositionOffset > 0 && o.PositionalEncoding is not (PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets)),
        new("NumberOfKeyValueHeads", "NumberOfHeads", o => o.NumberOfHeads % (o.NumberOfKeyValueHeads ?? 1) != 0),
        new("OutputDimension", "Block", o => o.OutputDimension is not null && o.Block != AttentionBlock.Attention),
        new("FeedForwardDimension", "Block", o => o.FeedForwardDimension is not null && o.Block != AttentionBlock.Encoder),
        new("KeyColumnName", "Block", o => o.KeyColumnName is not null && o.Block == AttentionBlock.Encoder),
        new("KeyColumnName", "NumberOfLayers", o => o.KeyColumnName is not null && o.NumberOfLayers > 1),
        new("KeyColumnName", "MaskedReconstruction", o =>
            o.KeyColumnName is not null && o.Training.Objective == TrainingObjective.MaskedReconstruction),
        new("LabelColumnName", "MaskedReconstruction", o =>
            o.LabelColumnName is not null && o.Training.Objective == TrainingObjective.MaskedReconstruction),
        new("PositionalEncoding", "HeadDimension", o =>
            o.HeadDimension % 2 == 1 && o.PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved),
        new("StandardizeInputs", "token ids", o =>
            o.StandardizeInputs == true && o.InputColumnNames[0] == RowColumns.Ids, NeedsColumns: true),
        new("EmbeddingDimension", "token ids", o =>
            o.EmbeddingDimension is not null && o.InputColumnNames[0] == RowColumns.Ids, NeedsColumns: true),
        new("ReconstructionErrorColumnName", "LabelColumnName", o =>
            o.ReconstructionErrorColumnName is not null && o.LabelColumnName is not null),
        new("ReconstructionErrorColumnName", "KeyColumnName", o =>
            o.ReconstructionErrorColumnName is not null && o.KeyColumnName is not null),
        new("MaximumPatches", "PatchLength", o => o.MaximumPatches is not null && o.PatchLength is not null),
        new("ReconstructionErrorColumnName", "token ids", o =>
            o.ReconstructionErrorColumnName is not null && o.InputColumnNames[0] == RowColumns.Ids, NeedsColumns: true),
        new("ReconstructionErrorColumnName", "patches", o =>
            o.ReconstructionErrorColumnName is not null && OptionCase.Divided(o).PatchLength is not null, NeedsColumns: true),
        new("Pooling", "IsCausal", o => o.Pooling == AttentionPooling.Class && o.IsCausal),
        new("Pooling", "WindowSize", o => o.Pooling == AttentionPooling.Class && o.WindowSize is not null),
        new("Pooling", "LayerWindowSizes", o => o.Pooling == AttentionPooling.Class && o.LayerWindowSizes is not null),
        new("Pooling", "HeadWindowSizes", o => o.Pooling == AttentionPooling.Class && o.HeadWindowSizes is not null),
        new("Pooling", "AttentionBiasColumnName", o => o.Pooling == AttentionPooling.Class && o.AttentionBiasColumnName is not null),
        new("KeyColumnName", "Augmentation", o => o.KeyColumnName is not null && o.Training.Augmentation.ChangesNumbers),
        new("AttentionBiasColumnName", "Cropping", o => o.AttentionBiasColumnName is not null && o.Training.Augmentation.Cropping > 0),
        new("Mixup", "token ids", o =>
            o.Training.Augmentation.Mixup > 0 && o.InputColumnNames[0] == RowColumns.Ids, NeedsColumns: true),
        new("StandardizeRows", "token ids", o => o.StandardizeRows && o.InputColumnNames[0] == RowColumns.Ids, NeedsColumns: true),
        new("KeyDimension", "token ids", o => o.KeyDimension is not null && o.KeyColumnName == RowColumns.KeyIds, NeedsColumns: true),
        new("ShareTokenTable", "token ids", o =>
            o.ShareTokenTable && o.InputColumnNames[0] != RowColumns.Ids && o.KeyColumnName != RowColumns.KeyIds, NeedsColumns: true),
    ];
}
