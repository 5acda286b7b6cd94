using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A row with a column of each kind that is cached in a way of its own.</summary>
sealed class ToyRow
{
    public float[] Values { get; set; } = [];

    public string Text { get; set; } = "";

    [KeyType(5)]
    public uint Key { get; set; }

    [VectorType(2)]
    public double[] Pair { get; set; } = [0, 0];

    public string[] Words { get; set; } = [];

    public DateTime Time { get; set; }
}

/// <summary>Rows that are easily told apart.</summary>
static class ToyData
{
    /// <summary>Row i has i % 4 values, i, i + 1, ...; its sum and length follow.</summary>
    public static List<ToyRow> Rows(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new ToyRow
        {
            Values = [.. Enumerable.Range(i, i % 4).Select(v => (float)v)],
            Text = $"row {i}",
            Key = (uint)(i % 6),    // 5 is outside the type: a missing key
            Pair = [i, i % 3 == 0 ? 0 : -i],
            Words = [.. Enumerable.Repeat($"word {i}", i % 3)],
            Time = DateTime.UnixEpoch.AddDays(i),
        })
    ];

    public static IDataView View(int count) => new MLContext().Data.LoadFromEnumerable(Rows(count));
}
