namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>A part of a normalized text, as a vocabulary sees it.</summary>
/// <param name="Text">What is looked up: <c>▁word</c>.</param>
/// <param name="Start">Where it begins in the normalized text.</param>
/// <param name="Inserted">How many of its first characters are not there.</param>
readonly record struct Piece(string Text, int Start, int Inserted = 0)
{
    public Piece Part(int start, int length) => new(Text.Substring(start, length), PlaceOf(start), Math.Clamp(Inserted - start, 0, length));

    /// <summary>Where a character of it is in the normalized text.</summary>
    public int PlaceOf(int index) => Start + Math.Max(index - Inserted, 0);

    public Piece Prepend(string prefix) => new(prefix + Text, Start, Inserted + prefix.Length);
}
