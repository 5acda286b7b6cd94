namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Several projections as one, and back: rows below rows.</summary>
static class ProjectionPacking
{
    /// <summary>The rows of all of them, in order. They agree in every axis but the first.</summary>
    public static AttentionTensor Pack(params ReadOnlySpan<AttentionTensor> parts)
    {
        var rows = 0L;
        var length = 0;
        foreach (var part in parts)
        {
            if (part.Shape.Count == 0 || !part.Shape.Skip(1).SequenceEqual(parts[0].Shape.Skip(1)))
                throw new ArgumentException($"Cannot pack a tensor of shape {part.Shape} below one of shape {parts[0].Shape}.",
                    nameof(parts));
            rows += part.Shape[0];
            length = checked(length + part.Values.Length);
        }
        var values = new float[length];
        var end = 0;
        foreach (var part in parts)
        {
            part.Values.CopyTo(values.AsMemory(end));
            end += part.Values.Length;
        }
        return new AttentionTensor([rows, .. parts[0].Shape.Skip(1)], values);
    }

    /// <summary>So many rows for each part, which share the packed tensor's memory.</summary>
    public static AttentionTensor[] Split(AttentionTensor packed, params ReadOnlySpan<long> rows)
    {
        var sum = 0L;
        foreach (var count in rows)
            sum += count;
        if (packed.Shape.Count == 0 || packed.Shape[0] != sum)
            throw new ArgumentException($"Cannot split a tensor of shape {packed.Shape} into {string.Join(" + ", rows.ToArray())} rows.",
                nameof(rows));
        var parts = new AttentionTensor[rows.Length];
        var width = sum == 0 ? 0 : packed.Values.Length / sum;
        var begin = 0L;
        for (var i = 0; i < rows.Length; begin += rows[i++])
            parts[i] = new AttentionTensor([rows[i], .. packed.Shape.Skip(1)],
                packed.Values.Slice((int)(begin * width), (int)(rows[i] * width)));
        return parts;
    }
}
