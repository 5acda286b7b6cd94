using Microsoft.ML;
using Microsoft.ML.Data;

namespace SeriesContest;

/// <summary>A made-up task, and two ways to learn it: attention, and what a user of ML.NET has without it.</summary>
/// <param name="Name">What the rows are.</param>
/// <param name="Metric">What is measured, on other rows.</param>
/// <param name="Rival">What attention is compared with.</param>
/// <param name="Make">From a seed: the rows to learn from, the others, attention's pipeline, the other one,
/// and the metric of what is predicted.</param>
sealed record WorthTask(string Name, string Metric, string Rival, Func<MLContext, Random, WorthCase> Make);

/// <summary>A draw of a task.</summary>
sealed record WorthCase(IDataView Train, IDataView Test, IEstimator<ITransformer> Attention, IEstimator<ITransformer> Rival,
    Func<IDataView, double> Measure);

/// <summary>A row of any of the tasks.</summary>
sealed class WorthRow
{
    /// <summary>Numbers of the longest row, and of a table's.</summary>
    public const int Most = 80, Width = 8;

    /// <summary>Frames, items or lags one after the other, as many as there are.</summary>
    public float[] Tokens { get; init; } = [];

    /// <summary>The same, with zeros after the last.</summary>
    [VectorType(Most)]
    public float[] Padded { get; init; } = new float[Most];

    /// <summary>The numbers of a table.</summary>
    [VectorType(Width)]
    public float[] Columns { get; init; } = new float[Width];

    /// <summary>Words, or items that have a name and nothing else.</summary>
    public string Text { get; init; } = "";

    public string Class { get; init; } = "";

    public float Number { get; init; }

    public bool Flag { get; init; }

    public static float[] Pad(float[] tokens)
    {
        var padded = new float[Most];
        tokens.CopyTo(padded, 0);
        return padded;
    }
}
