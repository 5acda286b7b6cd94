using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>SentencePiece's compiled normalization: what some sequences of bytes become, as a double array. Aoe 1989.</summary>
sealed class CharacterMap
{
    readonly uint[] _units;
    readonly byte[] _texts;

    /// <param name="map">The length of the array in bytes, the array, then texts that end with a zero.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public CharacterMap(byte[] map)
    {
        var size = map.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(map) : 0;
        if (size == 0 || size % 4 != 0 || size > map.Length - 4)
            throw new InvalidDataException($"its {map.Length} bytes are no compiled character map");
        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + 4 * i));
        _texts = map[(4 + (int)size)..];
    }

    /// <summary>Each character that a reader sees, where the map has it; else each of its code points.</summary>
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var seen = text.Substring(start, StringInfo.GetNextTextElementLength(text, start));
            start += seen.Length;
            if (Encoding.UTF8.GetByteCount(seen) < 6 && Find(seen) is { } whole)
                result.Append(whole);
            else
                foreach (var rune in seen.EnumerateRunes())
                    result.Append(Find(rune.ToString()) ?? rune.ToString());
        }
        return result.ToString();
    }

    /// <summary>What the shortest beginning in the map becomes.</summary>
    string? Find(string key)
    {
        var place = Offset(_units[0]);
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            place ^= b;
            if (b == 0 || place >= _units.Length || (_units[place] & 0x8000_00FF) != b)
                return null;
            var unit = _units[place];
            place ^= Offset(unit);
            if ((unit & 0x100) == 0)
                continue;
            var at = place < _units.Length ? _units[place] & 0x7FFF_FFFF : uint.MaxValue;
            if (at >= _texts.Length)
                throw new InvalidDataException("The tokenizer's compiled character map is damaged: an entry leads outside it.");
            var rest = _texts.AsSpan((int)at);
            return Encoding.UTF8.GetString(rest[..(rest.IndexOf((byte)0) is >= 0 and var end ? end : rest.Length)]);
        }
        return null;
    }

    static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
