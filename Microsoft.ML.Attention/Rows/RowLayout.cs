using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Rows;

/// <summary>What the rows of a stage bring.</summary>
/// <param name="Fields">Tokens: the inputs, then the keys, then the values.</param>
/// <param name="HasMask">Whether a mask comes with each row.</param>
/// <param name="HasBias">Whether a bias comes with each row.</param>
/// <param name="NumberOfHeads">Heads of the bias.</param>
sealed record RowLayout(IReadOnlyList<TokenField> Fields, bool HasMask, bool HasBias, int NumberOfHeads)
{
    /// <summary>How frames, which rows bring, become tokens, which outputs and the bias speak of.</summary>
    public Patches Patches { get; init; } = Patches.None;

    /// <summary>Whether a token that no column brings stands before the others.</summary>
    public bool HasClassToken { get; init; }

    /// <summary>Tokens of every row, where each element of the input columns is one; null elsewhere.</summary>
    public int? ElementTokens { get; } = Fields is [{ IsPerElement: true }, ..] ? Fields.Sum(f => f.Elements.Sum()) : null;

    /// <summary>Input tokens that so many frames are, counted without the class token.</summary>
    public int InputTokens(int frames) => frames == 0 ? 0 : ElementTokens ?? Patches.Tokens(frames);

    /// <summary>Query tokens that so many frames are.</summary>
    public int QueryTokens(int frames) => frames == 0 ? 0 : InputTokens(frames) + (HasClassToken ? 1 : 0);

    /// <summary>Key tokens that so many frames are.</summary>
    public int KeyTokens(int frames) => IsCrossAttention ? Patches.Tokens(frames) : QueryTokens(frames);

    public bool IsCrossAttention { get; } = Fields.Any(f => f.Role == TokenRole.Key);

    public bool HoldsIds { get; } = Fields.Any(f => f.HoldsIds);

    /// <summary>Fields that are one sequence of input tokens: the first ones.</summary>
    public int Inputs { get; } = Fields.Count(f => f.Role == TokenRole.Input);

    /// <summary>Whether a key that only fills a row up is a missing id, and no mask need say so.</summary>
    public bool ShowsPadding { get; } =
        Fields.Where(f => f.Role == (Fields.Any(k => k.Role == TokenRole.Key) ? TokenRole.Key : TokenRole.Input)).All(f => f.HoldsIds);

    public static RowLayout Of(Architecture a, bool hasMask, bool hasBias) =>
        new(a.Fields, hasMask, hasBias, a.NumberOfHeads) { Patches = a.Patches, HasClassToken = a.HasClassToken };
}
