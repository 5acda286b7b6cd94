namespace Microsoft.ML.Attention.Model;

/// <summary>How consecutive frames become one token. Nie et al. 2023, section 3.1.</summary>
/// <remarks>
/// Every frame is in a patch, but for those in the gaps that a stride beyond the length leaves;
/// what the last patch has beyond the row's last frame is zeros.
/// </remarks>
/// <param name="Length">Frames of a patch.</param>
/// <param name="Stride">Frames from the start of one patch to that of the next.</param>
readonly record struct Patches(int Length, int Stride)
{
    /// <summary>One token a frame.</summary>
    public static Patches None { get; } = new(1, 1);

    /// <summary>Steps of the stride that a patch reaches into.</summary>
    public int Steps => (Length + Stride - 1) / Stride;

    /// <summary>Frames that a patch shares with the next.</summary>
    public int Overlap => Math.Max(Length - Stride, 0);

    /// <summary>Tokens that so many frames are.</summary>
    public int Tokens(int frames) => frames == 0 ? 0 : (int)((Math.Max(frames - (long)Overlap, 1) + Stride - 1) / Stride);

    /// <summary>The frames of a token, in a row of <paramref name="frames"/>.</summary>
    public Range Span(int token, int frames) => new(Math.Min(token * Stride, frames), Math.Min(token * Stride + Length, frames));
}
