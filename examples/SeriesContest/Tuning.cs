using Examples;
using Microsoft.ML.Attention;

namespace SeriesContest;

/// <summary>Compares the recipe with what it would be if one thing in it were another, in draws: of a set with files, a quarter of the part
/// to learn from is held out, another one in each draw; what is made up is made anew. All candidates have the same draws.</summary>
static class Tuning
{
    const int Draws = 4;    // each series of a file is held out once

    static readonly MultiHeadAttentionOptions Recipe = MultiHeadAttentionOptions.ForSeries();

    static readonly (string Name, MultiHeadAttentionOptions Options)[] Candidates =
    [
        ("the recipe", Recipe),
        ("learned positions", Recipe with { PositionalEncoding = PositionalEncoding.Learned }),
        ("no positions", Recipe with { PositionalEncoding = PositionalEncoding.None }),
        ("no convolution", Recipe with { ConvolutionWidth = null }),
        ("a learning rate of 0.002", Learning(training => training with { LearningRate = 0.002 })),
        ("a dropout of 0.1", Learning(training => training with { Dropout = 0.1 })),
        ("not shaken", Changing(rows => rows with { Jitter = 0 })),
        ("not scaled", Changing(rows => rows with { Scaling = 0 })),
        ("not shifted", Changing(rows => rows with { Shifting = 0 })),
        ("mixed too", Changing(rows => rows with { Mixup = 0.2 })),
        ("rows standardized", Recipe with { StandardizeRows = true }),
        ("16 patches", Recipe with { MaximumPatches = 16 }),
        ("mean and maximum", Recipe with { Pooling = AttentionPooling.MeanAndMax }),
        ("two layers", Recipe with { NumberOfLayers = 2 }),
        ("three models", Learning(training => training with { NumberOfModels = 3 })),
    ];

    static MultiHeadAttentionOptions Learning(Func<TrainingOptions, TrainingOptions> changed) =>
        Recipe with { Training = changed(Recipe.Training) };

    static MultiHeadAttentionOptions Changing(Func<TrainingAugmentation, TrainingAugmentation> changed) =>
        Learning(training => training with { Augmentation = changed(training.Augmentation) });

    /// <param name="files">The parts to learn from; where there are none, what is made up.</param>
    public static void Run(IReadOnlyList<SeriesSet> files)
    {
        var accuracies = new Dictionary<string, double[][]>();      // of a set: [draws][candidates]
        for (var draw = 0; draw < Draws; draw++)
        {
            var sets = files.Count > 0 ? [.. files.Select(set => set.Part(draw))] : MadeUpSets.Draw(draw);
            var cells = sets.SelectMany(set => Candidates.Select((candidate, c) => (Set: set, candidate.Options, Column: c))).ToArray();
            foreach (var set in sets)
                accuracies[set.Name] = [.. accuracies.GetValueOrDefault(set.Name, []), new double[Candidates.Length]];
            var seed = draw;
            Parallel.ForEach(cells, cell => accuracies[cell.Set.Name][seed][cell.Column] = Accuracy(cell.Set, cell.Options, seed));
        }
        foreach (var (set, draws) in accuracies)
            Print(set, draws);
    }

    /// <summary>One thread learns one model: they learn side by side.</summary>
    static double Accuracy(SeriesSet set, MultiHeadAttentionOptions options, int seed) =>
        new Contest(set, seed).Attention(options with { Runtime = new() { IntraOpThreads = 1 } }).Accuracy;

    static void Print(string set, double[][] draws)
    {
        Console.WriteLine($"{set}, {draws.Length} draws");
        foreach (var (c, (name, _)) in Candidates.Index())
        {
            var difference = c == 0 ? "" : $"; minus the recipe {Estimate.Of([.. draws.Select(draw => draw[c] - draw[0])])}";
            Console.WriteLine(FormattableString.Invariant($"  {name,-28}{draws.Average(draw => draw[c]):0.000}{difference}"));
        }
    }
}
