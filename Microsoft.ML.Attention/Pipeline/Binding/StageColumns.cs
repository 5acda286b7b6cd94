namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The columns a stage reads and writes, by name.</summary>
sealed record StageColumns
{
    public required string Output { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public string? Keys { get; init; }

    /// <summary>Null where the keys are the values.</summary>
    public string? Values { get; init; }

    public string? Mask { get; init; }

    public string? Bias { get; init; }

    /// <summary>The attention weights, written.</summary>
    public string? Weights { get; init; }

    /// <summary>Which layers' attention weights; null when there is no such column.</summary>
    public AttentionWeightsLayers? WeightsLayers { get; init; }

    /// <summary>Attention rollout, written.</summary>
    public string? Rollout { get; init; }

    /// <summary>The column learned from.</summary>
    public string? Label { get; init; }

    /// <summary>The columns read to score, in the order they are listed here, each once.</summary>
    public IEnumerable<string> Read => Inputs.Append(Keys).Append(Values).Append(Mask).Append(Bias).OfType<string>().Distinct();

    /// <summary>The columns written, in their order in the schema.</summary>
    public IEnumerable<string> Written => new[] { Output, Weights, Rollout }.OfType<string>();
}
