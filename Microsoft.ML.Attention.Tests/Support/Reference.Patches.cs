namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Consecutive frames as one token. Nie et al. 2023, section 3.1.</summary>
sealed partial class Reference
{
    /// <summary>Patches of so many frames: one, and one more at each stride within the row, until the last frame is in one.</summary>
    public static int PatchesOf(MultiHeadAttentionOptions options, int frames)
    {
        if (options.PatchLength is not int length || frames == 0)
            return frames;
        var count = 1;
        var stride = options.PatchStride ?? length;
        for (var start = stride; start < frames && start - stride + length < frames; start += stride)
            count++;
        return count;
    }

    /// <summary>The frames of each patch, as far as the row has them.</summary>
    IEnumerable<int[]> Patches(int frames) => Enumerable.Range(0, PatchesOf(_options, frames)).Select(patch =>
        Enumerable.Range(patch * (_options.PatchStride ?? _options.PatchLength!.Value), _options.PatchLength!.Value).ToArray());

    /// <summary>A patch is there where one of its frames is.</summary>
    bool[] Patched(bool[] isFrame) => _options.PatchLength is null
        ? isFrame
        : [.. Patches(isFrame.Length).Select(patch => patch.Any(t => t < isFrame.Length && isFrame[t]))];

    /// <summary>The frames of each patch side by side; zeros for one that is not there, or beyond the row.</summary>
    double[][] Patched(double[][] frames, bool[] isFrame) => _options.PatchLength is null ? frames
        : [.. Patches(frames.Length)
            .Select(patch => patch.SelectMany(t => t < frames.Length && isFrame[t] ? frames[t] : new double[frames[0].Length]).ToArray())];
}
