namespace Microsoft.ML.Attention.Model;

/// <summary>An axis of an output: of a size that is known, or as long as a row has tokens.</summary>
readonly record struct OutputAxis
{
    enum Length { Known, Queries, Keys }

    Length Kind { get; init; }

    int Size { get; init; }

    /// <summary>Tokens that are not counted: the class token, where there is one and the output has nothing of it.</summary>
    int Less { get; init; }

    /// <summary>Whether it is the same in all rows, whatever they are.</summary>
    public bool IsKnown => Kind == Length.Known;

    /// <summary>As long as a row has query tokens.</summary>
    public static OutputAxis Queries { get; } = new() { Kind = Length.Queries };

    /// <summary>As long as a row has query tokens of its own: the class token is none.</summary>
    public static OutputAxis OwnQueries(Architecture a) => Queries with { Less = a.HasClassToken ? 1 : 0 };

    /// <summary>As long as a row has key tokens.</summary>
    public static OutputAxis Keys { get; } = new() { Kind = Length.Keys };

    public static implicit operator OutputAxis(int size) => new() { Size = size };

    /// <summary>Its size in a row of so many tokens.</summary>
    public int In(int queries, int keys) => InAll(queries, keys)!.Value;

    /// <summary>Its size in every row, where all have so many tokens, null for any number; null where it varies.</summary>
    public int? InAll(int? queries, int? keys) => Kind switch
    {
        Length.Known => Size,
        Length.Queries => queries is int all ? Math.Max(0, all - Less) : null,
        _ => keys,
    };
}
