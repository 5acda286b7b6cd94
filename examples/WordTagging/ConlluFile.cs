using System.Globalization;

namespace WordTagging;

/// <summary>A file of Universal Dependencies' format (CoNLL-U): a word a line, its ten fields divided by tabs, an empty line after each
/// sentence, comments after <c>#</c>.</summary>
/// <remarks>Field 1 is the number of the word, field 2 the word, field 4 its universal part of speech. Numbers such as 8-9 and 8.1 are
/// contractions and words left out: no words. See universaldependencies.org/format.</remarks>
static class ConlluFile
{
    const int Fields = 10;

    /// <exception cref="InvalidDataException">The file is not of the format; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<Sentence> Read(string path)
    {
        var sentences = new List<Sentence>();
        var (words, tags) = (new List<string>(), new List<string>());
        var number = 0;
        foreach (var line in File.ReadLines(path).Append(""))
        {
            number++;
            if (line.Length == 0 && words.Count > 0)
            {
                sentences.Add(new([.. words], [.. tags]));
                words.Clear();
                tags.Clear();
            }
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = line.Split('\t');
            if (fields.Length != Fields)
                throw new InvalidDataException(
                    $"'{path}', line {number}: expected {Fields} fields with tabs between them, found {fields.Length}.");
            if (fields[0].AsSpan().ContainsAny('-', '.'))
                continue;
            if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw new InvalidDataException($"'{path}', line {number}: expected the number of a word, found '{fields[0]}'.");
            words.Add(fields[1]);
            tags.Add(fields[3]);
        }
        return sentences.Count > 0 ? sentences : throw new InvalidDataException($"'{path}' has no sentence.");
    }
}
