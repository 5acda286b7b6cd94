using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From frames to patches: consecutive frames side by side, as one token.</summary>
sealed partial class ForwardPass
{
    /// <summary><c>[B, T, E]</c> to <c>[B, P, L*E]</c>: patch <c>p</c> holds frames <c>p*stride</c> to <c>p*stride + L - 1</c>,
    /// and zeros beyond the last.</summary>
    /// <remarks>
    /// The frames are laid out in rows of <c>stride</c>, which costs nothing; a patch is then as many neighbouring rows as it reaches into,
    /// the last one cut. That works for every length and stride, and has the gradients of what it is made of.
    /// </remarks>
    public Value Patch(Value frames)
    {
        var (patches, (batch, length, width)) = (_a.Patches, (frames.Shape[0], frames.Shape[1], frames.Shape[2].Size));
        var steps = PatchesOf(length) + (patches.Steps - 1);
        var laid = Filled(frames).Reshape(batch, steps, patches.Stride * width);                             // [B, P + steps - 1, stride*E]
        var (whole, rest) = Math.DivRem(patches.Length, patches.Stride);
        var parts = Enumerable.Range(0, whole).Select(Step).ToList();
        if (rest > 0)
            parts.Add(Step(whole).Slice(2, 0, rest * width));
        return parts.Count == 1 ? parts[0] : Operators.Concat(2, [.. parts]);

        // What each patch has of the step so many after its first.
        Value Step(int after) =>
            patches.Steps == 1 ? laid : laid.Slice(1, after, after == patches.Steps - 1 ? long.MaxValue : after + 1 - patches.Steps);
    }

    /// <summary>Whether frames become patches.</summary>
    public bool ReadsPatches => _a.PatchLength is not null;

    /// <summary>Zeros after the last frame, up to the end of the last patch's last step.</summary>
    Value Filled(Value frames)
    {
        var (patches, length) = (_a.Patches, frames.Shape[1]);
        if (!length.IsSymbolic)
            return frames.Pad(1, 0, (patches.Tokens((int)length.Size) + patches.Steps - 1L) * patches.Stride - length.Size);
        var count = frames.DimensionOf(1);
        var tokens = ((count - Number(patches.Overlap)).Maximum(Number(1)) + Number(patches.Stride - 1)) / Number(patches.Stride);
        var missing = (tokens + Number(patches.Steps - 1)) * Number(patches.Stride) - count;
        var zeros = graph.Scalar(0, frames.Type)
            .ExpandTo(Operators.Concat(0, frames.DimensionOf(0), missing, frames.DimensionOf(2)), frames.Shape[0], "missing",
                frames.Shape[2]);
        return frames.Concat(1, zeros);

        Value Number(int number) => graph.Longs(number);
    }

    /// <summary>A patch is there where one of its frames is: <c>[B, T]</c> to <c>[B, P]</c>.</summary>
    Value? PatchMask(Value? mask) => mask is null || _a.PatchLength is null ? mask
        : Patch(mask.CastReal().Unsqueeze(2)).Max(false, 2).Greater(graph.Scalar(0));

    Dim PatchesOf(Dim frames) => ScoringGraph.PatchesOf(_a, frames);
}
