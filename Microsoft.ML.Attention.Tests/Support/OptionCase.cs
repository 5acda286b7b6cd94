namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Four rows and parameters drawn for a set of options, the same each time.</summary>
sealed class OptionCase
{
    /// <summary>Numbers in one token.</summary>
    public const int Width = 8;

    /// <summary>Tokens of the longest row.</summary>
    const int Longest = 6;

    readonly Random _random = new(17);
    readonly MultiHeadAttentionOptions _drawn;
    readonly int _ids;

    /// <param name="context">Where the rows are made.</param>
    /// <param name="options">Name the columns.</param>
    /// <param name="labels">One a row; unless given, numbers, or Booleans where columns are written that only these have.</param>
    public OptionCase(MLContext context, MultiHeadAttentionOptions options, Array? labels = null)
    {
        _ids = options.InputColumnNames[0] == RowColumns.Ids ? OptionChoices.Ids : 0;
        // What the options leave to the columns is said here, for those who draw numbers.
        Meant = Divided(options);
        _drawn = Meant with
        {
            EmbeddingDimension = _ids > 0 ? null : Width,
            KeyDimension = options.KeyColumnName is null ? null : options.KeyDimension ?? Width,
            MaximumLength = options.MaximumLength ?? Reference.PatchesOf(Meant, Longest),
        };
        // Lengths alike enough to be padded to one batch.
        Rows = [.. new[] { (Longest, 5), (5, 5), (Longest, 4), (Longest, 5) }.Select(length =>
            RandomCase.Row(_drawn, _random, length.Item1, length.Item2, _ids, hasHeadBias: true))];
        View = Rows.ToDataView(context, _drawn, options.EmbeddingDimension is null ? TokenShape.Ragged : TokenShape.FlatRagged, _ids, labels
            ?? (Array)(IsTrueOrFalse(options) ? new[] { true, false, false, true }
                : options.PairColumnNames is null ? new float[] { 1, 2, 4, 3 } : [1, -1, 0.5f, 0]));
    }

    /// <summary>No more strides than were asked for, and patches of two of them; of one column of numbers that attends to itself.</summary>
    public static MultiHeadAttentionOptions Divided(MultiHeadAttentionOptions options, int longest = Longest)
    {
        var stride = Enumerable.Range(1, longest).First(stride => stride * (options.MaximumPatches ?? longest) >= longest);
        return stride == 1 || options.KeyColumnName is not null || options.InputColumnNames is not [RowColumns.Tokens] ? options
            : options with { MaximumPatches = null, PatchLength = 2 * stride, PatchStride = stride };
    }

    static bool IsTrueOrFalse(MultiHeadAttentionOptions options) =>
        options.PredictedLabelColumnName is not null || options.ProbabilityColumnName is not null;

    /// <summary>The options with patches of a length where they leave it to the rows.</summary>
    public MultiHeadAttentionOptions Meant { get; }

    public ReferenceRow[] Rows { get; }

    /// <summary>The rows, and the labels.</summary>
    public IDataView View { get; }

    public AttentionParameters DrawParameters() => RandomCase.Parameters(_drawn, _random, _ids);
}
