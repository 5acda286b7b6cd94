namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What is read of a row of more tokens than a stage takes.</summary>
sealed partial class Reference
{
    /// <summary>The row without its last frames, or its first ones, a stride at a time, until what is left is few enough.</summary>
    public static ReferenceRow Cut(MultiHeadAttentionOptions options, ReferenceRow row)
    {
        var (first, end) = (0, row.QueryLength);
        while (options.MaximumLength is int most && PatchesOf(options, end - first) > most)
        {
            if (options.LongerRows == LongerRows.KeepLast)
                first += options.PatchStride ?? options.PatchLength ?? 1;
            else
                end--;
        }
        var (kept, token) = (first..end, first / (options.PatchStride ?? options.PatchLength ?? 1));
        if (end - first == row.QueryLength)
            return row;
        return row with
        {
            Tokens = row.Ids is null ? row.Tokens[kept] : [],
            Ids = row.Ids?[kept],
            Columns = row.Columns?[kept],
            Mask = row.IsCross ? row.Mask : row.Mask?[kept],
            Bias = row.Bias is null ? null : Part(row.Bias, token, PatchesOf(options, end - first), row.IsCross ? null : token),
        };
    }

    static double[,,] Part(double[,,] bias, int first, int queries, int? firstKey)
    {
        var part = new double[bias.GetLength(0), queries, firstKey is null ? bias.GetLength(2) : queries];
        for (var h = 0; h < part.GetLength(0); h++)
            for (var i = 0; i < part.GetLength(1); i++)
                for (var j = 0; j < part.GetLength(2); j++)
                    part[h, i, j] = bias[h, first + i, (firstKey ?? 0) + j];
        return part;
    }
}
