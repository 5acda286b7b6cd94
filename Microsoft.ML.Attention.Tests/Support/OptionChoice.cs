namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A value of one option, and what other options it needs to have a meaning.</summary>
/// <param name="Option">The property of <see cref="MultiHeadAttentionOptions"/>.</param>
/// <param name="Value">What it is set to, in words.</param>
/// <param name="Set">Sets it.</param>
/// <param name="Needs">Sets the others; gives way to whatever the options that are tried are set to.</param>
sealed record OptionChoice(string Option, string Value, Func<MultiHeadAttentionOptions, MultiHeadAttentionOptions> Set,
    Func<MultiHeadAttentionOptions, MultiHeadAttentionOptions> Needs)
{
    public override string ToString() => $"{Option} {Value}";

    /// <summary>Both choices in one set of options.</summary>
    public static MultiHeadAttentionOptions Combine(OptionChoice first, OptionChoice second) =>
        second.Set(first.Set(second.Needs(first.Needs(OptionChoices.Base))));
}
