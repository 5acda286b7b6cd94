using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>
/// Which frames the tokens of an attention map span, where they are not one each: an annotation of the map's column,
/// which whoever draws it reads.
/// </summary>
/// <param name="Patches">How frames become tokens.</param>
/// <param name="Queries">Frames of queries in every row; 0 where they vary.</param>
/// <param name="Keys">Frames of keys in every row; 0 where they vary.</param>
/// <param name="HasClassToken">Whether a learned token stands before the others.</param>
readonly record struct TokenFrames(Patches Patches, int Queries, int Keys, bool HasClassToken)
{
    const string Annotation = "TokenFrames", ClassToken = "class";

    /// <summary>Says it of a column, where there is something to say.</summary>
    public static void AddTo(DataViewSchema.Annotations.Builder annotations, Architecture a, BoundColumns columns)
    {
        if (a.ElementTokens is not null || a.PatchLength is null && !a.HasClassToken)
            return;
        int[] numbers = [a.Patches.Length, a.Patches.Stride, columns.QueryLength ?? 0, columns.KeyLength ?? 0, a.HasClassToken ? 1 : 0];
        annotations.Add(Annotation, new VectorDataViewType(NumberDataViewType.Int32, numbers.Length), (ref VBuffer<int> value) =>
            value = new(numbers.Length, [.. numbers]));
    }

    /// <summary>What was said of a column; null where each token is a frame.</summary>
    public static TokenFrames? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Annotation)?.Type is not VectorDataViewType { Size: 5, ItemType: var item }
            || item != NumberDataViewType.Int32)
            return null;
        VBuffer<int> value = default;
        column.Annotations.GetValue(Annotation, ref value);
        return value.DenseValues().ToArray() is [>= 1 and var length, >= 1 and var stride, var queries, var keys, var hasClass]
            ? new(new(length, stride), queries, keys, hasClass == 1) : null;
    }

    /// <summary>The texts of the tokens that these frames become: those of the first and the last frame of each.</summary>
    public IReadOnlyList<string> Labels(IReadOnlyList<string> frames)
    {
        var patches = Patches;
        return WithClass(Enumerable.Range(0, patches.Tokens(frames.Count)).Select(token =>
        {
            var (first, count) = patches.Span(token, frames.Count).GetOffsetAndLength(frames.Count);
            return count <= 1 ? frames[first] : $"{frames[first]}…{frames[first + count - 1]}";
        }));
    }

    /// <summary>The same of frames that are known by their positions alone: 0–15, 8–23, ...</summary>
    /// <param name="tokens">How many tokens there are.</param>
    /// <param name="frames">How many frames; 0 where that is not known, and so not where the last token ends.</param>
    public IReadOnlyList<string> Labels(int tokens, int frames)
    {
        var (patches, count) = (Patches, tokens - (HasClassToken ? 1 : 0));
        return WithClass(Enumerable.Range(0, count).Select(token =>
        {
            var (first, last) = (token * patches.Stride, token * patches.Stride + patches.Length - 1);
            if (frames > 0)
                last = Math.Min(last, frames - 1);
            return patches.Length == 1 || last == first ? $"{first}" : frames == 0 && token == count - 1 ? $"{first}–" : $"{first}–{last}";
        }));
    }

    IReadOnlyList<string> WithClass(IEnumerable<string> labels) => HasClassToken ? [ClassToken, .. labels] : [.. labels];
}
