namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What the inputs and outputs of a scoring graph are called.</summary>
sealed record ScoringNames(IReadOnlyList<string> Tokens, string Keys, string Values, string Mask, string QueryMask, string Bias)
{
    /// <summary>The outputs' names, where they are not their own.</summary>
    public IReadOnlyDictionary<StageOutput, string>? Outputs { get; init; }

    /// <summary>The names of a graph that only this library runs.</summary>
    public static ScoringNames Internal(Architecture a) =>
        new([.. a.EmbeddingDimensions.Select((_, i) => $"tokens.{i}")], "keys", "values", "mask", "query_mask", "bias");

    public string Of(StageOutput output) => Outputs?[output] ?? output.Name;
}
