using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>
/// The trainers of the three catalogs, for rows and for tokens, and rows that bring a label for each of them: four tokens of six numbers,
/// low or high; a row is high where all tokens but one are.
/// </summary>
/// <param name="Label">The label's column.</param>
/// <param name="Catalog">The trainer's catalog.</param>
/// <param name="Trainer">The trainer for it.</param>
sealed record TrainerTask(string Label, string Catalog, Func<MLContext, MultiHeadAttentionOptions, MultiHeadAttentionEstimator> Trainer)
{
    public static IReadOnlyList<TrainerTask> All { get; } =
    [
        Classes(nameof(TaskRow.Class)), Flags(nameof(TaskRow.Flag)), Numbers(nameof(TaskRow.Number)),
        Classes(nameof(TaskRow.Classes)), Flags(nameof(TaskRow.Flags)), Numbers(nameof(TaskRow.Numbers)),
    ];

    public static IEnumerable<TrainerTask> OfRows => All.Take(3);

    public static TrainerTask Of(string label) => All.Single(task => task.Label == label);

    public bool OfTokens => Label is nameof(TaskRow.Classes) or nameof(TaskRow.Flags) or nameof(TaskRow.Numbers);

    static TrainerTask Classes(string label) =>
        new(label, nameof(MLContext.MulticlassClassification),
            (ml, options) => ml.MulticlassClassification.Trainers.MultiHeadAttention(options));

    static TrainerTask Flags(string label) =>
        new(label, nameof(MLContext.BinaryClassification), (ml, options) => ml.BinaryClassification.Trainers.MultiHeadAttention(options));

    static TrainerTask Numbers(string label) =>
        new(label, nameof(MLContext.Regression), (ml, options) => ml.Regression.Trainers.MultiHeadAttention(options));

    /// <summary>What learns the task in a moment.</summary>
    public MultiHeadAttentionOptions Options => new()
    {
        InputColumnNames = [nameof(TaskRow.Tokens)],
        LabelColumnName = Label,
        NumberOfHeads = 2,
        ModelDimension = 8,
        Block = AttentionBlock.Residual,
        Pooling = OfTokens ? AttentionPooling.None : AttentionPooling.Mean,
        Training = new() { NumberOfEpochs = 20, MinimumSteps = 0, BatchSize = 64, LearningRate = 0.02, Dropout = 0, Seed = 1 },
    };

    /// <summary>The same, after one step.</summary>
    public MultiHeadAttentionOptions Brief => Options with { Training = Options.Training with { NumberOfEpochs = 1 } };

    public override string ToString() => Label;
}

/// <summary>A row of every task.</summary>
sealed record TaskRow
{
    public const int Length = 4, Width = 6;

    [VectorType(Length, Width)]
    public float[] Tokens { get; set; } = [];

    /// <summary>Counted from 0, as ML.NET reads a key that is no vector; the largest number is a missing one.</summary>
    [KeyType(2)]
    public uint Class { get; set; }

    public bool Flag { get; set; }

    public float Number { get; set; }

    /// <summary>Counted from 1; 0 is a missing one.</summary>
    [KeyType(2)]
    public uint[] Classes { get; set; } = [];

    public bool[] Flags { get; set; } = [];

    public float[] Numbers { get; set; } = [];

    public float Weight { get; set; } = 1;

    public string Word { get; set; } = "";

    public string[] Words { get; set; } = [];

    public double Double { get; set; }

    public static TaskRow[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            var (most, odd) = (n % 2 == 1, random.Next(Length));
            bool[] high = [.. Enumerable.Range(0, Length).Select(t => most != (t == odd))];
            return new TaskRow
            {
                Tokens = [.. high.SelectMany(h => Enumerable.Range(0, Width).Select(_ => random.NextSingle() + (h ? 1 : 0)))],
                Class = most ? 1u : 0, Flag = most, Number = most ? 1 : 0,
                Classes = [.. high.Select(h => h ? 2u : 1)], Flags = high, Numbers = [.. high.Select(h => h ? 1f : 0)],
                Word = most ? "high" : "low", Words = [.. high.Select(h => h ? "high" : "low")],
            };
        })];
    }

    public static IDataView View(MLContext context, IEnumerable<TaskRow> rows) => context.Data.LoadFromEnumerable(rows.ToArray());
}
