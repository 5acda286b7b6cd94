using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Arrays that never move, so that a native tensor lies over one without a handle on it.</summary>
/// <remarks>
/// A handle keeps its array until someone frees it, and PredictionEngine never disposes the row that a mapper gave it (Microsoft.ML 5.0.1):
/// without handles, what is forgotten is collected.
/// </remarks>
static class PinnedArray
{
    /// <summary>An array; what it holds is left from before.</summary>
    public static T[] New<T>(int length) where T : unmanaged => GC.AllocateUninitializedArray<T>(length, pinned: true);

    /// <summary>A part of such an array, which pinning then need not hold.</summary>
    public static Memory<T> Part<T>(T[] array, int start, int length)
        where T : unmanaged => MemoryMarshal.CreateFromPinnedArray(array, start, length);
}
