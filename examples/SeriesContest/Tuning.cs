using Examples;
using Microsoft.ML.Attention;

namespace SeriesContest;

/// <summary>Compares candidates for the defaults, over all sets together, in draws: of a set with files, a quarter of the part to learn
/// from is held out, another one in each draw; what is made up is made anew. All candidates have the same draws.</summary>
static class Tuning
{
    const int Draws = 8;

    static readonly MultiHeadAttentionOptions Recipe = MultiHeadAttentionOptions.ForSeries();

    /// <summary>What the recipe is made of, one by one, from what it was without them.</summary>
    static readonly MultiHeadAttentionOptions Plain = Recipe with { Training = new() };

    static readonly (string Name, MultiHeadAttentionOptions Options)[] Candidates =
    [
        ("plain", Plain),
        ("the recipe", Recipe),
        ("no positions", Recipe with { PositionalEncoding = PositionalEncoding.None, MaximumLength = null }),
        ("plain, convolution", Plain with { ConvolutionWidth = 3 }),
        ("plain, mixup", Plain with { Training = Changed(new() { Mixup = 0.2 }) }),
        ("plain, dropout 0.3", Plain with { Training = new() { Dropout = 0.3 } }),
        ("plain, rows standardized", Plain with { StandardizeRows = true }),
        ("plain, mean and maximum", Plain with { Pooling = AttentionPooling.MeanAndMax }),
        ("plain, two layers", Plain with { NumberOfLayers = 2 }),
        ("plain, 16 patches", Plain with { MaximumPatches = 16 }),
        ("plain, norms first", Plain with { NormalizationOrder = NormalizationOrder.Pre }),
        ("plain, jitter", Plain with { Training = Changed(new() { Jitter = 0.2 }) }),
        ("recipe, convolution", Recipe with { ConvolutionWidth = 3 }),
        ("recipe, mixup for jitter", Recipe with { Training = Recipe.Training with { Augmentation = new() { Mixup = 0.2 } } }),
        ("recipe, three models", Recipe with { Training = Recipe.Training with { NumberOfModels = 3 } }),
        ("recipe, averaged", Recipe with { Training = Recipe.Training with { AverageDecay = 0.98 } }),
    ];

    static TrainingOptions Changed(TrainingAugmentation how) => new() { Augmentation = how };

    public static void Run(IReadOnlyList<SeriesSet> sets)
    {
        var accuracies = new Dictionary<(string Set, string Candidate), List<double>>();
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var set in sets.Select(set => set.Part(draw)).Concat(MadeUpSets.Draw(draw)))
            {
                foreach (var (name, options) in Candidates)
                {
                    var list = accuracies.TryGetValue((set.Name, name), out var known) ? known : accuracies[(set.Name, name)] = [];
                    list.Add(new Contest(set, draw).Attention(options).Accuracy);
                }
                Print(set.Name);
            }
        }

        void Print(string set)
        {
            Console.WriteLine(set);
            var plain = accuracies[(set, Candidates[0].Name)];
            foreach (var (name, _) in Candidates)
            {
                var list = accuracies[(set, name)];
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"  {name,-28}{list.Average():0.000} in {list.Count} draws{(list.Count < 2 ? "" : $"; minus plain {Estimate.Of([.. list.Zip(plain, (a, b) => a - b)])}")}"));
            }
        }
    }
}
