using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SpeakerRecognition;

/// <summary>An utterance as ML.NET reads it: its frames as they are, for attention, and three ways to a vector of fixed size, which is what
/// ML.NET's own trainers read.</summary>
/// <param name="Speaker">The label.</param>
/// <param name="Frames">All frames, ragged: as many numbers as frames times channels.</param>
/// <param name="Averages">Each channel's average over the frames.</param>
/// <param name="AveragesAndDeviations">The same, and each channel's standard deviation.</param>
/// <param name="Padded">All frames, with zeros up to the longest utterance.</param>
sealed record UtteranceRow(string Speaker, float[] Frames, float[] Averages, float[] AveragesAndDeviations, float[] Padded)
{
    public static IDataView View(MLContext mlContext, IReadOnlyList<Utterance> utterances, int channels, int longestLength)
    {
        var schema = SchemaDefinition.Create(typeof(UtteranceRow));
        schema[nameof(Averages)].ColumnType = Vector(channels);
        schema[nameof(AveragesAndDeviations)].ColumnType = Vector(2 * channels);
        schema[nameof(Padded)].ColumnType = Vector(channels * longestLength);
        return mlContext.Data.LoadFromEnumerable(utterances.Select(u => Of(u, channels, longestLength)).ToList(), schema);

        static VectorDataViewType Vector(int size) => new(NumberDataViewType.Single, size);
    }

    static UtteranceRow Of(Utterance utterance, int channels, int longestLength)
    {
        var byChannel = utterance.Frames.Select((value, i) => (Value: value, Channel: i % channels)).ToLookup(v => v.Channel, v => v.Value);
        var averages = Enumerable.Range(0, channels).Select(c => byChannel[c].Average()).ToArray();
        var deviations = Enumerable.Range(0, channels)
            .Select(c => MathF.Sqrt(byChannel[c].Average(value => MathF.Pow(value - averages[c], 2))));
        var padded = new float[channels * longestLength];
        utterance.Frames.CopyTo(padded, 0);
        return new(utterance.Speaker, utterance.Frames, averages, [.. averages, .. deviations], padded);
    }
}
