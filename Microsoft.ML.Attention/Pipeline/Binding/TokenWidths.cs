using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Numbers in one token of each column, where known before the schema is.</summary>
/// <param name="Inputs">Of each input column.</param>
/// <param name="Keys">Of the key column.</param>
/// <param name="Values">Of the value column.</param>
/// <param name="Otherwise">Of keys, and of values, where nothing else says it.</param>
sealed record TokenWidths(IReadOnlyList<int?> Inputs, int? Keys, int? Values, int? Otherwise = null)
{
    /// <summary>Those a fitted stage has.</summary>
    public static TokenWidths Of(Architecture a, int columns)
    {
        return new([.. Enumerable.Range(0, columns).Select(i =>
            a.ElementTokens is null ? WidthOf(a.Inputs[a.Inputs.Count == 1 ? 0 : i]) : null)], WidthOf(a.Keys), WidthOf(a.Values));

        static int? WidthOf(TokenField? field) => field is { HoldsIds: false } ? field.Width : null;
    }
}
