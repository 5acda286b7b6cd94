using Microsoft.ML;
using Microsoft.ML.Data;

namespace SeriesContest;

/// <summary>A series as ML.NET reads it: its frames as they are, for attention, and padded with zeros to one size,
/// which is what ML.NET's own trainers read.</summary>
sealed class SeriesRow
{
    public string Label { get; init; } = "";

    public float[] Frames { get; init; } = [];

    public float[] Padded { get; init; } = [];

    public static IDataView View(MLContext mlContext, IReadOnlyList<Examples.Utterance> series, int padded)
    {
        var schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(Padded)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, padded);
        return mlContext.Data.LoadFromEnumerable(series.Select(Row).ToList(), schema);

        SeriesRow Row(Examples.Utterance one)
        {
            var frames = new float[padded];
            one.Frames.AsSpan(0, Math.Min(padded, one.Frames.Length)).CopyTo(frames);
            return new() { Label = one.Speaker, Frames = one.Frames, Padded = frames };
        }
    }
}
