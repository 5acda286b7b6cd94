using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>Text as bytes that can be seen: each byte of UTF-8 as one character. Radford et al. 2019, section 2.2.</summary>
static class ByteLevel
{
    static readonly char[] Characters = new char[256];
    static readonly Dictionary<char, byte> Bytes = [];

    static ByteLevel()
    {
        var others = 0;
        for (var b = 0; b < 256; b++)
        {
            // Those of Latin-1 that are printed stay what they are; the others follow, in order, from U+0100 on.
            Characters[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)(256 + others++);
            Bytes.Add(Characters[b], (byte)b);
        }
    }

    /// <summary>The word in such characters, and for each, and for the end, the place in the word that it comes from.</summary>
    public static (string Text, int[] Places) Spell(Piece word)
    {
        var count = Encoding.UTF8.GetByteCount(word.Text);
        var (spelled, places, at) = (new char[count], new int[count + 1], 0);
        Span<byte> bytes = stackalloc byte[4];
        var start = 0;
        foreach (var rune in word.Text.EnumerateRunes())
        {
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
                (places[at], spelled[at++]) = (start, Characters[b]);
            start += rune.Utf16SequenceLength;
        }
        places[at] = word.Text.Length;
        return (new string(spelled), places);
    }

    public static string Read(IEnumerable<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
            if (token.All(Bytes.ContainsKey))
                bytes.AddRange(token.Select(c => Bytes[c]));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(token));      // a special token
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The ids of a text's bytes as <c>&lt;0xE2&gt;</c>; null when one is not in the vocabulary.</summary>
    public static IReadOnlyList<int>? Fallback(string text, IReadOnlyDictionary<string, int> vocabulary)
    {
        var ids = new List<int>();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (!vocabulary.TryGetValue($"<0x{b:X2}>", out var id))
                return null;
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>The tokens after each other, bytes in a row as the characters that they spell.</summary>
    public static string ReadFallback(IEnumerable<string> tokens)
    {
        var (text, bytes) = (new StringBuilder(), new List<byte>());
        foreach (var token in tokens.Append(""))
        {
            if (token is ['<', '0', 'x', _, _, '>']
                && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                continue;
            }
            text.Append(Encoding.UTF8.GetString([.. bytes])).Append(token);
            bytes.Clear();
        }
        return text.ToString();
    }
}
