namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Ragged rows in which one token, the marked one, holds what the label says, and the others hold noise:
/// attention finds it, a mean does not.</summary>
static class Needle
{
    /// <summary>Of a token: a mark, a number, noise.</summary>
    public const int Width = 3;

    /// <summary>What learns it in a fraction of a second.</summary>
    public static MultiHeadAttentionOptions Options { get; } = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        LabelColumnName = RowColumns.Label,
        EmbeddingDimension = Width,
        ModelDimension = 8,
        NumberOfHeads = 2,
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
        Training = new()
        {
            NumberOfEpochs = 40,
            BatchSize = 16,
            LearningRate = 0.02,
            WarmupFraction = 0.1,
            WeightDecay = 0.01,
            Dropout = 0,
            GradientClip = 1,
            LabelSmoothing = 0,
            Seed = 1
        },
    };

    /// <summary>The rows, and the number that the marked token of each holds: -1, 0 or 1.</summary>
    public static (ReferenceRow[] Rows, int[] Numbers) Rows(int count)
    {
        var random = new Random(11);
        int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) - 1)];
        return ([.. numbers.Select(Row)], numbers);

        ReferenceRow Row(int number)
        {
            double[][] tokens = [.. Enumerable.Range(0, random.Next(3, 7))
                .Select(_ => new[] { -1, random.Next(3) - 1, random.NextDouble() })];
            var marked = tokens[random.Next(tokens.Length)];
            (marked[0], marked[1]) = (1, number);
            return new ReferenceRow { Tokens = tokens };
        }
    }

    /// <summary>Rows labelled by whether the number is above 0.</summary>
    public static IDataView Flags(MLContext context, int count) => View(context, count, number => number > 0);

    /// <summary>Rows labelled by the number, one of three classes.</summary>
    public static IDataView Classes(MLContext context, int count) => View(context, count, number => (uint)(number + 2));

    /// <summary>Rows labelled by the number, far from 0 and widely spread.</summary>
    public static IDataView Numbers(MLContext context, int count) => View(context, count, number => 1e6f + 1e4f * number);

    static IDataView View<T>(MLContext context, int count, Func<int, T> label)
    {
        var (rows, numbers) = Rows(count);
        return rows.ToDataView(context, Options, TokenShape.Ragged, labels: Array.ConvertAll(numbers, number => label(number)));
    }
}
