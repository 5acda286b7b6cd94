namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What the inputs and outputs of a scoring graph are called.</summary>
sealed record ScoringNames(IReadOnlyList<string> Tokens, string Keys, string Values, string Mask, string QueryMask, string Bias, string Output, string Weights, string Rollout)
{
    /// <summary>The names of a graph that only this library runs.</summary>
    public static ScoringNames Internal(Architecture a) =>
        new([.. a.InputWidths.Select((_, i) => $"tokens.{i}")], "keys", "values", "mask", "query_mask", "bias", "output", "weights", "rollout");
}
