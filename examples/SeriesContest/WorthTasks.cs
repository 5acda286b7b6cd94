using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace SeriesContest;

/// <summary>Rows of six kinds. Of each, some hundred are learned from, as that is when it matters what is chosen.</summary>
static class WorthTasks
{
    const int Known = 600, Asked = 1000;

    public static IReadOnlyList<WorthTask> All { get; } =
    [
        new("Sets of items", "R squared", "LightGBM on the items side by side", Items),
        new("The next item", "accuracy", "LightGBM on the counts of items", NextItems),
        new("Small sets of ordered rows", "accuracy", "LightGBM on the frames side by side", Bumps),
        new("Flat tables", "accuracy", "LightGBM on the columns", Tables),
        new("Lags", "R squared", "linear regression on the lags", Lags),
        new("Short texts", "accuracy", "FeaturizeText, then logistic regression", Texts),
    ];

    static AttentionRuntimeOptions OneThread => new() { IntraOpThreads = 1 };

    /// <summary>4 to 10 items, each with a rank, a worth and two numbers that say nothing. What a set is worth is the worth of its item of
    /// the highest rank, and a bit of noise.</summary>
    static WorthCase Items(MLContext ml, Random random)
    {
        var series = MultiHeadAttentionOptions.ForSeries();
        return Numbers(ml, Views(ml, () =>
        {
            var items = Many(random.Next(4, 11), () => Many(4, () => Normal(random)));
            return Row([.. items.SelectMany(item => item)], number: items.MaxBy(item => item[0])![1] + 0.2f * Normal(random));
        }), series with { EmbeddingDimension = 4, PositionalEncoding = PositionalEncoding.None, ConvolutionWidth = null },
            LightGbmRegression(ml));
    }

    /// <summary>8 to 16 items of 20: what comes next depends on the last of those of the first kind, wherever it was.</summary>
    static WorthCase NextItems(MLContext ml, Random random)
    {
        var follows = Enumerable.Range(0, 20).ToArray();
        random.Shuffle(follows);
        var views = Views(ml, () =>
        {
            var items = Many(random.Next(8, 17), () => random.Next(4) == 0 ? random.Next(10) : random.Next(10, 20));
            var last = Array.FindLast(items, item => item < 10);
            return new WorthRow
            {
                Text = string.Join(' ', items.Select(item => $"item{item}")),
                Class = $"item{(random.Next(10) == 0 ? random.Next(20) : follows[last])}",
            };
        });
        var label = ml.Transforms.Conversion.MapValueToKey(nameof(WorthRow.Class));
        return new(views.Train, views.Test,
            label.Append(Words(ml)).Append(ml.MulticlassClassification.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                InputColumnNames = ["Words"],
                LabelColumnName = nameof(WorthRow.Class),
                ModelDimension = 64,
                Block = AttentionBlock.Encoder,
                Pooling = AttentionPooling.Last,
                PositionalEncoding = PositionalEncoding.Alibi,      // the nearer weighs more
                Training = new() { NumberOfEpochs = 60 },
                Runtime = OneThread,
            })),
            label.Append(Words(ml)).Append(ml.Transforms.Text.ProduceNgrams("Counts", "Words", ngramLength: 1))
                .Append(ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
                {
                    LabelColumnName = nameof(WorthRow.Class),
                    FeatureColumnName = "Counts",
                    NumberOfThreads = 1,
                })),
            predicted => ml.MulticlassClassification.Evaluate(predicted, nameof(WorthRow.Class)).MicroAccuracy);
    }

    /// <summary>Two channels, 40 frames, a bump in each: which is first. Only a hundred rows are known.</summary>
    static WorthCase Bumps(MLContext ml, Random random)
    {
        var views = Views(ml, () =>
        {
            var isFirst = random.Next(2) == 0;
            var first = random.Next(2, 16);
            var second = first + random.Next(5, 20);
            var frames = Many(80, () => 0.5f * Normal(random));
            for (var t = 0; t < 4; t++)
            {
                frames[(first + t) * 2 + (isFirst ? 0 : 1)] += 2;
                frames[(second + t) * 2 + (isFirst ? 1 : 0)] += 2;
            }
            return Row(frames, flag: isFirst);
        }, known: 100);
        return Flags(ml, views, MultiHeadAttentionOptions.ForSeries() with
        {
            InputColumnNames = [nameof(WorthRow.Tokens)],
            EmbeddingDimension = 2,
            LabelColumnName = nameof(WorthRow.Flag),
            Runtime = OneThread,
        }, nameof(WorthRow.Padded));
    }

    /// <summary>Eight numbers; some have steps, two go together.</summary>
    static WorthCase Tables(MLContext ml, Random random)
    {
        var views = Views(ml, () =>
        {
            var x = Many(WorthRow.Width, () => Normal(random));
            var logOdds = 2 * MathF.Sign(x[0]) + x[1] * x[2] + MathF.Abs(x[3]) + 0.5f * x[4] - 0.8f;
            return new WorthRow { Columns = x, Flag = random.NextSingle() < 1 / (1 + MathF.Exp(-logOdds)) };
        });
        return Flags(ml, views, new MultiHeadAttentionOptions
        {
            InputColumnNames = [nameof(WorthRow.Columns)],
            LabelColumnName = nameof(WorthRow.Flag),
            TokenPerElement = true,
            ElementBins = 8,
            ModelDimension = 32,
            Block = AttentionBlock.Encoder,
            Pooling = AttentionPooling.Class,
            Training = new() { NumberOfEpochs = 30 },
            Runtime = OneThread,
        }, nameof(WorthRow.Columns));
    }

    /// <summary>The next value of a series that is a sum of its last, of the one a day before, and of noise, from 48 before it.</summary>
    static WorthCase Lags(MLContext ml, Random random)
    {
        const int Window = 48;
        var values = new List<float>(Many(Window, () => Normal(random)));
        var views = Views(ml, () =>
        {
            values.Add(0.4f * values[^1] + 0.55f * values[^24] + 0.3f * Normal(random));
            return Row([.. values.TakeLast(Window + 1).SkipLast(1)], number: values[^1]);
        });
        return Numbers(ml, views, MultiHeadAttentionOptions.ForSeries() with { EmbeddingDimension = 1 },
            ml.Transforms.NormalizeMeanVariance(nameof(WorthRow.Padded))
            .AppendCacheCheckpoint(ml)
            .Append(ml.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
            {
                LabelColumnName = nameof(WorthRow.Number),
                FeatureColumnName = nameof(WorthRow.Padded),
                NumberOfThreads = 1,    // several threads give another result in each run
            })));
    }

    /// <summary>5 to 12 words, some of which are more often said of the one of five topics that the text is about.</summary>
    static WorthCase Texts(MLContext ml, Random random)
    {
        var views = Views(ml, () =>
        {
            var topic = random.Next(5);
            return new WorthRow
            {
                Class = $"{topic}",
                Text = string.Join(' ', Many(random.Next(5, 13), () =>
                    random.Next(5) == 0 ? $"topic{topic}_{random.Next(20)}"
                    : random.Next(8) == 0 ? $"topic{random.Next(5)}_{random.Next(20)}"
                    : $"word{random.Next(200)}")),
            };
        });
        var label = ml.Transforms.Conversion.MapValueToKey(nameof(WorthRow.Class));
        return new(views.Train, views.Test,
            label.Append(Words(ml)).Append(ml.MulticlassClassification.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                InputColumnNames = ["Words"],
                LabelColumnName = nameof(WorthRow.Class),
                ModelDimension = 64,
                Block = AttentionBlock.Encoder,
                Pooling = AttentionPooling.Mean,
                Training = new() { NumberOfEpochs = 30 },
                Runtime = OneThread,
            })),
            label.Append(ml.Transforms.Text.FeaturizeText("Features", nameof(WorthRow.Text)))
                .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = nameof(WorthRow.Class),
                    NumberOfThreads = 1,
                })),
            predicted => ml.MulticlassClassification.Evaluate(predicted, nameof(WorthRow.Class)).MicroAccuracy);
    }

    static IEstimator<ITransformer> Words(MLContext ml) => ml.Transforms.Text.TokenizeIntoWords("Words", nameof(WorthRow.Text))
        .Append(ml.Transforms.Conversion.MapValueToKey("Words"));

    static IEstimator<ITransformer> LightGbmRegression(MLContext ml) =>
        ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            LabelColumnName = nameof(WorthRow.Number),
            FeatureColumnName = nameof(WorthRow.Padded),
            NumberOfThreads = 1,
        });

    static WorthCase Numbers(MLContext ml, (IDataView Train, IDataView Test) views, MultiHeadAttentionOptions options,
        IEstimator<ITransformer> rival) => new(views.Train, views.Test,
            ml.Regression.Trainers.MultiHeadAttention(options with
            {
                InputColumnNames = [nameof(WorthRow.Tokens)],
                LabelColumnName = nameof(WorthRow.Number),
                Training = new(),       // as the short overload of regression has it
                Runtime = OneThread,
            }), rival, predicted => ml.Regression.Evaluate(predicted, nameof(WorthRow.Number)).RSquared);

    static WorthCase Flags(MLContext ml, (IDataView Train, IDataView Test) views, MultiHeadAttentionOptions options, string flat) =>
        new(views.Train, views.Test, ml.BinaryClassification.Trainers.MultiHeadAttention(options),
            ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                LabelColumnName = nameof(WorthRow.Flag),
                FeatureColumnName = flat,
                NumberOfThreads = 1,
            }), predicted => ml.BinaryClassification.Evaluate(predicted, nameof(WorthRow.Flag)).Accuracy);

    static (IDataView Train, IDataView Test) Views(MLContext ml, Func<WorthRow> draw, int known = Known)
    {
        WorthRow[] rows = Many(known + Asked, draw);
        return (ml.Data.LoadFromEnumerable(rows[..known]), ml.Data.LoadFromEnumerable(rows[known..]));
    }

    static WorthRow Row(float[] tokens, float number = 0, bool flag = false) =>
        new() { Tokens = tokens, Padded = WorthRow.Pad(tokens), Number = number, Flag = flag };

    static T[] Many<T>(int count, Func<T> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];

    static float Normal(Random random) => MadeUpSets.Normal(random);
}
