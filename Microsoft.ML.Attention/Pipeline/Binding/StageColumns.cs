using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The columns a stage reads and writes, by name.</summary>
sealed record StageColumns
{
    public required IReadOnlyList<string> Inputs { get; init; }

    public string? Keys { get; init; }

    /// <summary>Null where the keys are the values.</summary>
    public string? Values { get; init; }

    /// <summary>Whether every element of the input columns is a token.</summary>
    public bool TokenPerElement { get; init; }

    /// <summary>How the numbers of a row lie in the columns of tokens.</summary>
    public ElementOrder Order { get; init; }

    public string? Mask { get; init; }

    public string? Bias { get; init; }

    /// <summary>The columns of each row's pair, as many as <see cref="Inputs"/>; null where nothing is learned from pairs.</summary>
    public IReadOnlyList<string>? Pairs { get; init; }

    /// <summary>The column learned from.</summary>
    public string? Label { get; init; }

    /// <summary>How much each row counts in learning.</summary>
    public string? Weight { get; init; }

    /// <summary>The columns read to score, in the order they are listed here, each once.</summary>
    public IEnumerable<string> Read => Inputs.Append(Keys).Append(Values).Append(Mask).Append(Bias).OfType<string>().Distinct();

    /// <summary>The columns written, in their order in the schema.</summary>
    public IReadOnlyList<OutputColumn> Outputs { get; init; } = [];
}

/// <summary>A column that a stage writes, and what it writes there.</summary>
sealed record OutputColumn(string Name, StageOutput Output);
