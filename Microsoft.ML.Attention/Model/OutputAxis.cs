namespace Microsoft.ML.Attention.Model;

/// <summary>An axis of an output: of a size that is known, or as long as a row has tokens.</summary>
readonly record struct OutputAxis
{
    enum Length { Known, Queries, Keys }

    Length Kind { get; init; }

    int Size { get; init; }

    /// <summary>Whether it is the same in all rows, whatever they are.</summary>
    public bool IsKnown => Kind == Length.Known;

    /// <summary>As long as a row has query tokens.</summary>
    public static OutputAxis Queries { get; } = new() { Kind = Length.Queries };

    /// <summary>As long as a row has key tokens.</summary>
    public static OutputAxis Keys { get; } = new() { Kind = Length.Keys };

    public static implicit operator OutputAxis(int size) => new() { Size = size };

    /// <summary>Its size in a row of so many tokens.</summary>
    public int In(int queries, int keys) => Kind switch { Length.Known => Size, Length.Queries => queries, _ => keys };

    /// <summary>Its size in every row, where all have so many tokens, null for any number; null where it varies.</summary>
    public int? InAll(int? queries, int? keys) => Kind switch { Length.Known => Size, Length.Queries => queries, _ => keys };
}
