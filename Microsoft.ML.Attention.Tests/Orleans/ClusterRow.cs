using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Orleans;

/// <summary>A row with a column of each kind that goes over the wire in a way of its own.</summary>
sealed class ClusterRow
{
    public long Id { get; set; }

    public string Name { get; set; } = "";

    public bool IsOdd { get; set; }

    public sbyte Small { get; set; }

    public double Precise { get; set; }

    [KeyType(5)]
    public uint Class { get; set; }

    public DateTime Time { get; set; }

    public DateTimeOffset Zoned { get; set; }

    public TimeSpan Duration { get; set; }

    public string[] Words { get; set; } = [];

    [VectorType(3)]
    public bool[] Mask { get; set; } = [true, false, true];

    /// <summary>Tokens of 4 numbers, of which rows have 1 to 3.</summary>
    public float[] Tokens { get; set; } = [];

    public static List<ClusterRow> Rows(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new ClusterRow
        {
            Id = i,
            Name = i % 7 == 0 ? "" : $"Zeile {i} – ä",
            IsOdd = i % 2 == 1,
            Small = (sbyte)-i,
            Precise = i / 3.0,
            Class = (uint)(i % 6),   // 5 is outside the type: a missing key
            Time = new DateTime(2500, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(i),
            Zoned = new(2026, 11, 28, 12, 0, 0, TimeSpan.FromHours(i % 3)),
            Duration = TimeSpan.FromTicks(i),
            Words = [.. Enumerable.Repeat($"Wort {i}", i % 3)],
            Mask = [i % 2 == 0, true, false],
            Tokens = [.. Enumerable.Range(0, 4 * (1 + i % 3)).Select(v => MathF.Sin(i + v))],
        })
    ];

    public static IDataView View(int count) => new MLContext(1).Data.LoadFromEnumerable(Rows(count));
}
