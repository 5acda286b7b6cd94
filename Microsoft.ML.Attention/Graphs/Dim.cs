namespace Microsoft.ML.Attention.Graphs;

/// <summary>One axis of a shape: a known size, or a symbol such as "batch" that is bound when the graph runs.</summary>
/// <remarks>Two axes are the same when their sizes or their symbols are; joining and flattening symbolic axes names the result for them
/// ("sequence+1", "batch*sequence").</remarks>
readonly record struct Dim(long Size, string? Symbol = null)
{
    public bool IsSymbolic => Symbol is not null;

    public static implicit operator Dim(int size) => new(size);

    public static implicit operator Dim(long size) => new(size);

    public static implicit operator Dim(string symbol) => new(-1, symbol);

    /// <summary>The axis that two axes laid end to end make.</summary>
    public static Dim operator +(Dim a, Dim b) => a == 0 ? b : b == 0 ? a : a.IsSymbolic || b.IsSymbolic ? $"{a}+{b}" : a.Size + b.Size;

    /// <summary>An axis without some of its positions: first of those that were joined to it last,
    /// so that "sequence+2" without 2 is "sequence".</summary>
    public static Dim operator -(Dim a, long positions)
    {
        if (positions == 0)
            return a;
        if (a.Symbol is not { } symbol)
            return a.Size - positions;
        var joined = symbol.LastIndexOf('+');
        if (joined < 0 || !long.TryParse(symbol.AsSpan(joined + 1), out var last) || last < positions)
            return $"{a}-{positions}";
        return last == positions ? symbol[..joined] : $"{symbol[..joined]}+{last - positions}";
    }

    /// <summary>The axis that two neighbouring axes flattened into one make.</summary>
    public static Dim operator *(Dim a, Dim b) =>
        a == 1 ? b : b == 1 ? a : a.IsSymbolic || b.IsSymbolic ? $"{Factor(a)}*{Factor(b)}" : a.Size * b.Size;

    public override string ToString() => Symbol ?? Size.ToString();

    static string Factor(Dim dim) => dim.Symbol?.AsSpan().ContainsAny('+', '-') == true ? $"({dim})" : dim.ToString();
}
