using Microsoft.ML;
using Microsoft.ML.Data;

namespace WordTagging;

/// <summary>A word between its neighbours, as trainers of rows read it.</summary>
sealed class WindowRow
{
    const int Width = 3;

    [VectorType(Width)]
    public string[] Words { get; init; } = [];

    [VectorType(Width * WordTraits.Count)]
    public string[] Traits { get; init; } = [];

    public string Tag { get; init; } = "";

    public static IDataView View(MLContext mlContext, IEnumerable<Sentence> sentences) =>
        mlContext.Data.LoadFromEnumerable(sentences.SelectMany(Of).ToList());

    static IEnumerable<WindowRow> Of(Sentence sentence)
    {
        string[] padded = ["", .. sentence.Words, ""];
        for (var t = 0; t < sentence.Words.Count; t++)
        {
            var window = padded[t..(t + Width)];
            yield return new()
            {
                Words = [.. window.Select(word => word.ToLowerInvariant())],
                Traits = [.. window.SelectMany(WordTraits.Of)],
                Tag = sentence.Tags[t]
            };
        }
    }
}
