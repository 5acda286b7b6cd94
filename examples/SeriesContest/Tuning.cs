using Microsoft.ML.Attention;

namespace SeriesContest;

/// <summary>Cross-validates candidates for the defaults on the parts to learn from, over all sets together: three folds, two draws of
/// them.</summary>
static class Tuning
{
    static readonly MultiHeadAttentionOptions Base = MultiHeadAttentionOptions.ForSeries();

    static readonly (string Name, MultiHeadAttentionOptions Options)[] Candidates =
    [
        ("the recipe", Base),
        ("no positions", Base with { PositionalEncoding = PositionalEncoding.None, MaximumLength = null }),
        ("sinusoidal positions", Base with { PositionalEncoding = PositionalEncoding.Sinusoidal, MaximumLength = null }),
        ("no patches", Base with { MaximumPatches = null }),
        ("three models", Base with { Training = Base.Training with { NumberOfModels = 3 } }),
        ("60 epochs", Base with { Training = Base.Training with { MinimumSteps = 0 } }),
        ("maximum pooling", Base with { Pooling = AttentionPooling.Max }),
        ("two layers", Base with { NumberOfLayers = 2 }),
        ("jitter and scaling", Base with { Training = Base.Training with { Augmentation = new() { Jitter = 0.2, Scaling = 0.2 } } }),
        ("hidden frames", Base with { Training = Base.Training with { Augmentation = new() { HiddenFrames = 0.2 } } }),
        ("cropping", Base with { Training = Base.Training with { Augmentation = new() { Cropping = 0.2 } } }),
        ("averaged parameters", Base with { Training = Base.Training with { AverageDecay = 0.98 } }),
    ];

    public static void Run(IReadOnlyList<SeriesSet> sets)
    {
        Console.WriteLine($"{"",-24}{string.Join("", sets.Select(set => $"{set.Name,20}"))}");
        foreach (var (name, options) in Candidates)
        {
            Console.Write($"{name,-24}");
            foreach (var set in sets)
                Console.Write(FormattableString.Invariant($"{CrossValidate(set, options),20:0.000}"));
            Console.WriteLine();
        }
    }

    /// <summary>The share of the series that is recognized when it is held out.</summary>
    static double CrossValidate(SeriesSet set, MultiHeadAttentionOptions options)
    {
        var scores = from seed in new[] { 1, 2 }
                     from fold in Enumerable.Range(0, SeriesSet.Folds)
                     select new Contest(set.Fold(fold, seed),
            seed).Attention(options);
        var all = scores.ToArray();
        return all.Sum(score => score.Right) / (double)all.Sum(score => score.Of);
    }
}
