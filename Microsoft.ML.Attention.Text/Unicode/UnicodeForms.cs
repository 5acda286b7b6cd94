using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Text.Unicode;

/// <summary>Unicode's normalization forms, from a table of its own. Unicode Standard Annex 15.</summary>
/// <remarks>.NET's <see cref="string.Normalize()"/> gives back what it was given, silently, where globalization is invariant,
/// as in many containers.</remarks>
static class UnicodeForms
{
    const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7, Leads = 19, Vowels = 21, Tails = 28;

    static readonly FrozenDictionary<int, byte> Classes;
    static readonly FrozenDictionary<int, (int[] Parts, bool IsCompatibility)> Decompositions;
    static readonly FrozenDictionary<(int, int), int> Compositions;

    static UnicodeForms()
    {
        var (classes, decompositions, compositions) =
            (new Dictionary<int, byte>(), new Dictionary<int, (int[], bool)>(), new Dictionary<(int, int), int>());
        using var reader = new StreamReader(typeof(UnicodeForms).Assembly.GetManifestResourceStream("decompositions.txt")!);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#'))
                foreach (var item in line.Split(';', StringSplitOptions.RemoveEmptyEntries))
                    Add(item);
        (Classes, Decompositions, Compositions) =
            (classes.ToFrozenDictionary(), decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary());

        void Add(string item)
        {
            var at = item.AsSpan().IndexOfAny("=+~:");
            var code = item[..at].Split('-').Select(Hex).ToArray();
            if (item[at] == ':')
                for (var c = code[0]; c <= code[^1]; c++)
                    classes.Add(c, byte.Parse(item.AsSpan(at + 1), CultureInfo.InvariantCulture));
            else
            {
                var parts = item[(at + 1)..].Split(' ').Select(Hex).ToArray();
                decompositions.Add(code[0], (parts, item[at] == '~'));
                if (item[at] == '+')
                    compositions.Add((parts[0], parts[1]), code[0]);
            }
        }

        static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>NFD, NFC, NFKD or NFKC. Half a surrogate pair becomes U+FFFD.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
            return text;
        var points = Decompose(text, form is NormalizationForm.FormKC or NormalizationForm.FormKD);
        if (form is NormalizationForm.FormC or NormalizationForm.FormKC)
            Compose(points);
        var result = new StringBuilder(text.Length);
        foreach (var point in points)
            result.Append(new Rune(point).ToString());
        return result.ToString();
    }

    static List<int> Decompose(string text, bool isCompatibility)
    {
        var points = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, isCompatibility, points);
        // Marks after one starter in the order of their classes; those of one class stay as they were.
        for (var i = 1; i < points.Count; i++)
            for (var j = i; j > 0 && ClassOf(points[j]) is > 0 and var c && ClassOf(points[j - 1]) > c; j--)
                (points[j], points[j - 1]) = (points[j - 1], points[j]);
        return points;
    }

    static void Decompose(int point, bool isCompatibility, List<int> into)
    {
        if (point - SyllableBase is >= 0 and < Leads * Vowels * Tails and var syllable)
        {
            into.Add(LeadBase + syllable / (Vowels * Tails));
            into.Add(VowelBase + syllable / Tails % Vowels);
            if (syllable % Tails > 0)
                into.Add(TailBase + syllable % Tails);
        }
        else if (Decompositions.TryGetValue(point, out var found) && (isCompatibility || !found.IsCompatibility))
            foreach (var part in found.Parts)
                Decompose(part, isCompatibility, into);
        else
            into.Add(point);
    }

    static void Compose(List<int> points)
    {
        var (count, starter, lastClass) = (0, -1, -1);
        for (var i = 0; i < points.Count; i++)
        {
            var (point, c) = (points[i], ClassOf(points[i]));
            // A mark is blocked from its starter by one of the same class, or a higher one, between them.
            if (starter >= 0 && lastClass < c && Composed(points[starter], point) is int both)
            {
                points[starter] = both;
                continue;
            }
            if (c == 0)
                (starter, lastClass) = (count, -1);
            else
                lastClass = c;
            points[count++] = point;
        }
        points.RemoveRange(count, points.Count - count);
    }

    static int? Composed(int a, int b)
    {
        if (a - LeadBase is >= 0 and < Leads and var lead && b - VowelBase is >= 0 and < Vowels and var vowel)
            return SyllableBase + (lead * Vowels + vowel) * Tails;
        if (a - SyllableBase is >= 0 and < Leads * Vowels * Tails and var syllable && syllable % Tails == 0
            && b - TailBase is > 0 and < Tails and var tail)
            return a + tail;
        return Compositions.TryGetValue((a, b), out var both) ? both : null;
    }

    static int ClassOf(int point) => Classes.GetValueOrDefault(point);
}
