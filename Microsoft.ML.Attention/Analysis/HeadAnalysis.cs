using System.Collections;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention;

/// <summary>What the heads of a stage do, one entry a head, layer by layer; its text is a table.</summary>
public sealed class HeadAnalysis : IReadOnlyList<HeadStatistics>
{
    readonly HeadStatistics[] _heads;

    internal HeadAnalysis(IEnumerable<HeadStatistics> heads) => _heads = [.. heads];

    /// <summary>Rows that were analyzed.</summary>
    public long RowsUsed { get; internal init; }

    /// <summary>Rows that were read and left out: with NaN or infinity, or without a token.</summary>
    public long RowsSkipped { get; internal init; }

    /// <summary>How many positions away a token is at most that counts for <see cref="HeadStatistics.WindowShare"/>.</summary>
    public int WindowSize { get; internal init; }

    /// <summary>
    /// The share of the label's variance that a linear read-out of the stage's output leaves unexplained: 0 when it tells the label, 1 when
    /// it tells no more than the label's mean. Null without a label, and where importance was not asked for.
    /// </summary>
    public double? Loss { get; internal init; }

    /// <summary>How many heads there are.</summary>
    public int Count => _heads.Length;

    /// <summary>A head, in the order of layers and, within a layer, of heads.</summary>
    public HeadStatistics this[int index] => _heads[index];

    /// <summary>The heads, in the order of layers and, within a layer, of heads.</summary>
    public IEnumerator<HeadStatistics> GetEnumerator() => ((IEnumerable<HeadStatistics>)_heads).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A table of one line a head; a dash stands for NaN and null.</summary>
    public override string ToString()
    {
        (string Title, Func<HeadStatistics, string> Cell)[] columns =
        [
            ("layer", h => Invariant($"{h.Layer}")),
            ("head", h => Invariant($"{h.Head}")),
            ("entropy", h => Cell(h.Entropy)),
            ("relative", h => Cell(h.RelativeEntropy)),
            ("distance", h => Cell(h.Distance)),
            ("relative", h => Cell(h.RelativeDistance)),
            ("self", h => Cell(h.SelfShare)),
            ("previous", h => Cell(h.PreviousShare)),
            ("next", h => Cell(h.NextShare)),
            ("first", h => Cell(h.FirstShare)),
            (Invariant($"within {WindowSize}"), h => Cell(h.WindowShare)),
            ("confidence", h => Cell(h.Confidence)),
            ("divergence", h => Cell(h.Divergence)),
            ("output", h => Cell(h.OutputImportance)),
            ("loss", h => Cell(h.LossImportance)),
        ];
        var text = new StringBuilder();
        Line(_ => null);
        foreach (var head in _heads)
            Line(cell => cell(head));
        return text.ToString();

        void Line(Func<Func<HeadStatistics, string>, string?> of) =>
            text.AppendJoin("  ", columns.Select(c => (of(c.Cell) ?? c.Title).PadLeft(Math.Max(c.Title.Length, 5)))).AppendLine();

        static string Cell(double? value) => value is double number && !double.IsNaN(number) ? Invariant($"{number:0.000}") : "-";

        static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
