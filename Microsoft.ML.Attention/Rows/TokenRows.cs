using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Rows;

/// <summary>The tokens that rows have of one kind.</summary>
sealed class TokenRows(TokenField kind)
{
    readonly RaggedField<float>? _numbers = kind.HoldsIds ? null : new();
    readonly RaggedField<long>? _ids = kind.HoldsIds ? new() : null;

    /// <summary>The kind.</summary>
    public TokenField Field => kind;

    /// <summary>Embeddings, <c>T*E</c> values a row.</summary>
    public RaggedField<float> Numbers => _numbers ?? throw new InvalidOperationException("The field holds token ids.");

    /// <summary>Ids, <c>T</c> a row, counted from 0 through all tables of the field, -1 where missing.</summary>
    public RaggedField<long> Ids => _ids ?? throw new InvalidOperationException("The field holds embeddings.");

    /// <summary>Values of all rows.</summary>
    public long Size => _numbers?.All.Length ?? _ids!.All.Length;

    /// <summary>Tokens of a row.</summary>
    public int Count(int row) => _numbers is null ? _ids![row].Length : _numbers[row].Length / kind.Width;

    /// <summary>The numbers of one token.</summary>
    public ReadOnlySpan<float> Token(int row, int token) => Numbers[row].Slice(token * kind.Width, kind.Width);

    /// <summary>Whether a token is an id that is missing.</summary>
    public bool IsMissing(int row, int token) => _ids is not null && _ids[row][token] < 0;

    /// <summary>Appends some neighbouring tokens of a row of others of the same kind.</summary>
    /// <returns>What was appended; nothing where they are ids.</returns>
    public Span<float> Append(TokenRows others, int row, Range tokens)
    {
        var (start, count) = tokens.GetOffsetAndLength(others.Count(row));
        if (kind.HoldsIds)
        {
            others.Ids[row].Slice(start, count).CopyTo(Ids.Append(count));
            return [];
        }
        var numbers = Numbers.Append(count * kind.Width);
        others.Numbers[row].Slice(start * kind.Width, numbers.Length).CopyTo(numbers);
        return numbers;
    }

    /// <summary>Shortens the last row to some neighbouring tokens.</summary>
    public void KeepOfLast(Range tokens)
    {
        var (start, count) = (tokens.Start.Value * kind.Width, (tokens.End.Value - tokens.Start.Value) * kind.Width);
        _numbers?.KeepOfLast(start, count);
        _ids?.KeepOfLast(start, count);
    }

    public void Clear()
    {
        _numbers?.Clear();
        _ids?.Clear();
    }
}
