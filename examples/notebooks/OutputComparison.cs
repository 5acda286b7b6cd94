using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Notebooks;

/// <summary>Whether what a cell gives now is what is stored in its notebook.</summary>
/// <remarks>
/// On one machine the two are equal to the letter, pictures included. Another processor sums products in another order; learning makes the
/// last digits that this changes into the second or third of a loss or an accuracy. So what is compared is the words, exactly, and the
/// numbers, within a tolerance that tells learned from not learned; of a picture,
/// what it says and which elements it is made of, and not where it has them.
/// </remarks>
static partial class OutputComparison
{
    const double Absolute = 0.05, Relative = 0.1;

    /// <summary>The first difference between what a cell stores and what it gave now, in words, or null where there is none.</summary>
    public static string? Difference(NotebookCell cell, IReadOnlyList<CellOutput> now)
    {
        var stored = cell.Outputs;
        if (!stored.Select(Kind).SequenceEqual(now.Select(Kind)))
            return $"stored are {Listed(stored)}, now came {Listed(now)}.";
        return cell.OutputsVary ? null : stored.Zip(now, ContentDifference).FirstOrDefault(difference => difference is not null);
    }

    static string Kind(CellOutput output) => $"{output.Kind} ({output.MimeType})";

    static string Listed(IReadOnlyList<CellOutput> outputs) => outputs.Count == 0 ? "no outputs" : string.Join(", ", outputs.Select(Kind));

    static string? ContentDifference(CellOutput stored, CellOutput now) =>
        Html.Picture(stored.Text) is { } storedPicture && Html.Picture(now.Text) is { } picture
            ? TextDifference(Said(storedPicture), Said(picture))
            : TextDifference(stored.Text, now.Text);

    static string? TextDifference(string stored, string now)
    {
        var (storedParts, parts) = (NumberOrWord().Split(stored), NumberOrWord().Split(now));
        for (var part = 0; part < Math.Min(storedParts.Length, parts.Length); part++)
        {
            if (!Agree(storedParts[part], parts[part]))
                return $"stored is '{storedParts[part]}', now came '{parts[part]}', after "
                    + $"'{string.Concat(parts.Take(part)).TrimEnd().Split('\n')[^1]}'.";
        }
        return storedParts.Length == parts.Length ? null : $"stored are {stored.Length} characters, now came {now.Length}.";
    }

    static bool Agree(string stored, string now) => stored == now
        || (double.TryParse(stored, CultureInfo.InvariantCulture, out var a)
            && double.TryParse(now, CultureInfo.InvariantCulture, out var b)
            && Math.Abs(a - b) <= Absolute + Relative * Math.Abs(a));

    /// <summary>The texts of an SVG, each after the name of its element, and the names of the others.</summary>
    static string Said(string svg) =>
        string.Join('\n', XElement.Parse(svg).Descendants()
            .Select(element => element.HasElements
                ? element.Name.LocalName
                : $"{element.Name.LocalName} {(element.Name.LocalName == "style" ? "" : element.Value)}"));

    [GeneratedRegex(@"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")]
    private static partial Regex NumberOrWord();
}
