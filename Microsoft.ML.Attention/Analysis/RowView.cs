using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>One row as its queries see it: which keys are there for whom.</summary>
sealed class RowView
{
    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly int _row;
    readonly int[,,] _visible;   // [L, H, T]

    public RowView(Architecture architecture, RaggedRows rows, int row)
    {
        (_a, _rows, _row) = (architecture, rows, row);
        (Queries, Keys) = rows.Lengths(row);
        int[] keys = [.. Enumerable.Range(0, Keys).Where(HasKey)];
        (FirstKey, Length) = keys.Length == 0 ? (0, 0) : (keys[0], keys[^1] - keys[0] + 1);
        _visible = new int[architecture.NumberOfLayers, architecture.NumberOfHeads, Queries];
        for (var layer = 0; layer < architecture.NumberOfLayers; layer++)
            for (var head = 0; head < architecture.NumberOfHeads; head++)
                for (var query = 0; query < Queries; query++)
                    _visible[layer, head, query] = layer > 0 && architecture.LayerWindowSizes is null
                        ? _visible[0, head, query]
                        : keys.Count(key => Sees(layer, head, query, key));
    }

    /// <summary>Positions of queries, <c>T</c>.</summary>
    public int Queries { get; }

    /// <summary>Positions of keys, <c>S</c>.</summary>
    public int Keys { get; }

    /// <summary>The position of the first key that is there.</summary>
    public int FirstKey { get; }

    /// <summary>Positions from the first key that is there to the last.</summary>
    public int Length { get; }

    /// <summary>Whether positions of queries and keys are positions of the same tokens.</summary>
    public bool IsSelfAttention => !_a.IsCrossAttention;

    public bool HasQuery(int query) => _rows.HasQuery(_row, query);

    /// <summary>How many keys a query sees in a layer's head. Attention weights do not tell:
    /// those of keys that it sees may have become 0 by rounding.</summary>
    public int Visible(int layer, int head, int query) => _visible[layer, head, query];

    /// <summary>Whether a query sees a key that is there.</summary>
    bool Sees(int layer, int head, int query, int key)
    {
        var pair = new ScoreTerm.Pair(layer, head, query, key, _rows.Bias?[_row][(head * Queries + query) * Keys + key]);
        return ScoreTerm.All.All(term => term.Sees(_a, pair));
    }

    bool HasKey(int key) => IsSelfAttention ? _rows.HasQuery(_row, key) : _rows.HasKey(_row, key);
}
