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

    public bool IsCrossAttention { get; } = Fields.Any(f => f.Role == TokenRole.Key);

    public bool HoldsIds { get; } = Fields.Any(f => f.HoldsIds);

    /// <summary>Fields that are one sequence of input tokens: the first ones.</summary>
    public int Inputs { get; } = Fields.Count(f => f.Role == TokenRole.Input);

    /// <summary>Whether a key that only fills a row up is a missing id, and no mask need say so.</summary>
    public bool ShowsPadding { get; } = Fields.Where(f => f.Role == (Fields.Any(k => k.Role == TokenRole.Key) ? TokenRole.Key : TokenRole.Input)).All(f => f.HoldsIds);

    public static RowLayout Of(Architecture a, bool hasMask, bool hasBias) => new(a.Fields, hasMask, hasBias, a.NumberOfHeads) { Patches = a.Patches };
}
