namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What the inputs and outputs of a scoring graph are called.</summary>
/// <param name="Fields">For each field, its own name; or the name of each of its columns, where these are inputs of their own.</param>
/// <param name="Mask">The mask.</param>
/// <param name="QueryMask">The mask of cross-attention's queries.</param>
/// <param name="Bias">The bias.</param>
sealed record ScoringNames(IReadOnlyList<IReadOnlyList<string>> Fields, string Mask, string QueryMask, string Bias)
{
    /// <summary>Whether inputs are columns as they come, whose ids count through the table of one element alone.</summary>
    public bool AreColumns { get; init; }

    /// <summary>The outputs' names, where they are not their own.</summary>
    public IReadOnlyDictionary<StageOutput, string>? Outputs { get; init; }

    /// <summary>The names of a graph that only this library runs.</summary>
    public static ScoringNames Internal(Architecture a) =>
        new([.. a.Fields.Select((_, i) => (string[])[$"tokens.{i}"])], "mask", "query_mask", "bias");

    /// <summary>Whether only this library runs the graph, which then gives numbers alone.</summary>
    public bool AreInternal => Outputs is null;

    public string Of(StageOutput output) => Outputs?[output] ?? output.Name;
}
