using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace Cluster;

sealed class Reading
{
    public long Id { get; set; }

    [VectorType(Rows.Tokens, Rows.Width)]
    public float[] Readings { get; set; } = [];
}

/// <summary>Made-up rows of 16 x 12 numbers in a Parquet file, and a model of two encoder layers for them.</summary>
static class Rows
{
    public const int Tokens = 16, Width = 12, Numbers = Tokens * Width, RowGroup = 4096;

    sealed class Labelled
    {
        public string Word { get; set; } = "";

        [VectorType(Tokens, Width)]
        public float[] Readings { get; set; } = [];
    }

    public static ITransformer MakeModel(string path)
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 600)
            .Select(i => new Labelled { Word = $"word {i % 9}", Readings = Draw(random, i % 9) }).ToArray());
        var labelled = ml.Transforms.Conversion.MapValueToKey("Label", "Word").Fit(data).Transform(data);
        // What is served begins with the readings.
        var model = ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Features",
            InputColumnNames = ["Readings"],
            LabelColumnName = "Label",
            NumberOfHeads = 4,
            ModelDimension = 64,
            NumberOfLayers = 2,
            Block = AttentionBlock.Encoder,
            Pooling = AttentionPooling.Mean,
            PositionalEncoding = PositionalEncoding.Sinusoidal,
            Training = new() { NumberOfEpochs = 2, MinimumSteps = 0 },
        }).AppendCacheCheckpoint(ml).Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features")).Fit(labelled);
        ml.Model.Save(model, ml.Data.LoadFromEnumerable(Array.Empty<Reading>()).Schema, path);
        return ml.Model.Load(path, out _);
    }

    static float[] Draw(Random random, int word) =>
        [.. Enumerable.Range(0, Numbers)
            .Select(i => random.NextSingle() - 0.5f + (i % Width == word ? 0.35f * MathF.Sin(i * 0.03f + word) : 0))];

    public static async Task MakeFile(string path, int rows)
    {
        var schema = new ParquetSchema(new DataField("Id", typeof(long), isNullable: false),
            new ListField("Readings", new DataField("element", typeof(float), isNullable: false)));
        var random = new Random(7);
        await using var file = File.Create(path);
        await using var writer =
            await ParquetWriter.CreateAsync(schema, file, new ParquetOptions { CompressionMethod = CompressionMethod.None });
        var fields = schema.GetDataFields();
        for (var first = 0; first < rows; first += RowGroup)
        {
            var count = Math.Min(RowGroup, rows - first);
            var (ids, values, repetitions, definitions) =
                (new long[count], new float[count * Numbers], new int[count * Numbers], new int[count * Numbers]);
            for (var row = 0; row < count; row++)
            {
                ids[row] = first + row;
                Draw(random, random.Next(9)).CopyTo(values, row * Numbers);
                repetitions.AsSpan(row * Numbers + 1, Numbers - 1).Fill(1);
            }
            Array.Fill(definitions, fields[1].MaxDefinitionLevel);
            using var group = writer.CreateRowGroup();
            await group.WriteAllPartsAsync<long>(fields[0], ids, default(ReadOnlyMemory<int>?), default(ReadOnlyMemory<int>?), default);
            await group.WriteAllPartsAsync<float>(fields[1], values, (ReadOnlyMemory<int>)definitions,
                (ReadOnlyMemory<int>)repetitions, default);
            group.CompleteValidate();
        }
    }

    public static IDataView Read(string path) => new MLContext(1).Data.LoadFromEnumerable(Enumerate(path));

    static IEnumerable<Reading> Enumerate(string path)
    {
        var reader = ParquetReader.CreateAsync(path, new ParquetOptions()).GetAwaiter().GetResult();
        try
        {
            var fields = reader.Schema.GetDataFields();
            for (var index = 0; index < reader.RowGroupCount; index++)
            {
                using var group = reader.OpenRowGroupReader(index);
                var count = (int)group.RowCount;
                var (ids, values, repetitions, definitions) =
                    (new long[count], new float[count * Numbers], new int[count * Numbers], new int[count * Numbers]);
                group.ReadRawAsync<long>(fields[0], ids, default(Memory<int>?), default(Memory<int>?), default).AsTask().GetAwaiter()
                    .GetResult();
                group.ReadRawAsync<float>(fields[1], values, (Memory<int>)definitions, (Memory<int>)repetitions, default).AsTask()
                    .GetAwaiter().GetResult();
                for (var row = 0; row < count; row++)
                    yield return new() { Id = ids[row], Readings = values[(row * Numbers)..((row + 1) * Numbers)] };
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>The scores of all rows, each found once and under its number.</summary>
    public sealed record Scores(float[][] ById, double Seconds, double LongestWait)
    {
        /// <summary>How the others differ: null when every row came once with the same bits.</summary>
        public string? DifferenceFrom(Scores expected)
        {
            if (ById.Length != expected.ById.Length)
                return $"{ById.Length} rows of {expected.ById.Length}";
            var different = ById.Zip(expected.ById).Count(pair => !pair.First.AsSpan().SequenceEqual(pair.Second));
            return different == 0 ? null : $"{different} of {ById.Length} rows have other bits";
        }
    }

    /// <param name="scored">What has the columns Id and Score.</param>
    /// <param name="after">Called after each row with the number of rows so far.</param>
    public static Scores Consume(IDataView scored, Action<int>? after = null)
    {
        var rows = new List<float[]>();
        var began = Stopwatch.GetTimestamp();
        var (last, longest) = (began, TimeSpan.Zero);
        using var cursor = scored.GetRowCursor([scored.Schema["Id"], scored.Schema["Score"]]);
        var getId = cursor.GetGetter<long>(scored.Schema["Id"]);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var (id, score) = (0L, default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            var now = Stopwatch.GetTimestamp();
            longest = Stopwatch.GetElapsedTime(last, now) is var wait && wait > longest ? wait : longest;
            last = now;
            getId(ref id);
            getScore(ref score);
            if (id != rows.Count)
                throw new InvalidOperationException($"Row {id} came in the place of row {rows.Count}.");
            rows.Add([.. score.DenseValues()]);
            after?.Invoke(rows.Count);
        }
        return new([.. rows], Stopwatch.GetElapsedTime(began).TotalSeconds, longest.TotalSeconds);
    }
}
