using System.Globalization;

namespace EmbeddingColumns;

/// <summary>Word vectors as ML.NET's <c>ApplyWordEmbedding</c> reads them: a word a line and its numbers after it.
/// A temporary file, deleted when disposed.</summary>
sealed class WordVectorFile : IDisposable
{
    public WordVectorFile(IEnumerable<WordVector> words) =>
        File.WriteAllLines(Path,
            words.Select(w => $"{w.Word} {string.Join(' ', w.Vector.Select(x => x.ToString(CultureInfo.InvariantCulture)))}"));

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
