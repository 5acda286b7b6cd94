using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What comes between the product of a query and a key and the softmax, beside its scale. This list is the only one.</summary>
/// <remarks>
/// The graph takes from it what hides keys and what is added; the choice of a form whether there is anything; analysis which keys a
/// query sees. Order per head: softcap before any bias or mask (onnx/onnx#7867).
/// </remarks>
sealed class ScoreTerm
{
    public static readonly IReadOnlyList<ScoreTerm> All =
    [
        new("Softcap") { IsIn = (a, _) => a.Softcap is not null, IsOfOperator = true },
        new("mask")
        {
            IsIn = (_, rows) => rows.HaveMask,
            Visible = (_, scores) => scores.Visibility.Mask?.Unsqueeze(1, 2),                           // [B, 1, 1, S]
        },
        new("window")
        {
            IsIn = (a, _) => a.HasWindows,
            Visible = (pass, scores) => pass.Window(scores),
            Sees = (a, pair) => a.WindowOf(pair.Layer, pair.Head) is not int window || Math.Abs(pair.Query - pair.Key) <= window,
        },
        new("IsCausal")
        {
            IsIn = (a, _) => a.IsCausal,
            IsOfOperator = true,
            Visible = (pass, scores) => pass.Earlier(scores),
            Sees = (a, pair) => !a.IsCausal || pair.Key <= pair.Query,
        },
        new("RelativeBuckets")
        {
            IsIn = (a, _) => a.PositionalEncoding == PositionalEncoding.RelativeBuckets,
            Added = (pass, scores) => pass.RelativeBias(scores),
        },
        new("Alibi") { IsIn = (a, _) => a.PositionalEncoding == PositionalEncoding.Alibi, Added = (pass, scores) =>
            pass.AlibiPenalty(scores) },
        new("bias")
        {
            IsIn = (_, rows) => rows.HaveBias,
            Added = (pass, scores) => pass.Bias(scores),
            VisibleWhenAdded = (pass, scores) => pass.NotMinusInfinity(scores),
            Sees = (_, pair) => pair.Bias is not float bias || bias > float.MinValue,
        },
    ];

    ScoreTerm(string name) => Name = name;

    /// <summary>What messages call it: an option, or what a row brings.</summary>
    public string Name { get; }

    /// <summary>Whether a stage has it, for rows that bring a mask or none, a bias or none.</summary>
    public required Func<Architecture, (bool HaveMask, bool HaveBias), bool> IsIn { get; init; }

    /// <summary>Whether the operator Attention has an attribute for it, and needs nothing in its mask.</summary>
    public bool IsOfOperator { get; init; }

    /// <summary>True where it lets a query see a key, <c>[B, H, T, S]</c> or less by broadcasting; null for everywhere.</summary>
    public Func<ForwardPass, Scores, Value?> Visible { get; init; } = (_, _) => null;

    /// <summary>What it adds to the scores, of the same shape; null for nothing.</summary>
    public Func<ForwardPass, Scores, Value?> Added { get; init; } = (_, _) => null;

    /// <summary>The same as <see cref="Visible"/> of what is added: -∞ hides a key. A mask of numbers says that by itself.</summary>
    public Func<ForwardPass, Scores, Value?> VisibleWhenAdded { get; init; } = (_, _) => null;

    /// <summary>Whether it lets a query see a key that is there.</summary>
    public Func<Architecture, Pair, bool> Sees { get; init; } = (_, _) => true;

    /// <summary>The terms of a stage, for rows that bring a mask or none, a bias or none.</summary>
    public static IEnumerable<ScoreTerm> Of(Architecture a, bool haveMask, bool haveBias) =>
        All.Where(term => term.IsIn(a, (haveMask, haveBias)));

    /// <summary>A query and a key of a layer's head, by their positions, and the bias that the row brings for them.</summary>
    public readonly record struct Pair(int Layer, int Head, int Query, int Key, float? Bias);

    /// <summary>The scores of a layer: what they are computed from, which heads, and what rows bring.</summary>
    public sealed record Scores(int Layer, Value Queries, Value Keys, HeadLayout Heads, Visibility Visibility);
}
