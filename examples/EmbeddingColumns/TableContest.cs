using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace EmbeddingColumns;

/// <summary>Each element of a table a token, and attention as the trainer, beside LightGBM on the same columns: the same rows to learn from
/// and to be asked about, a table for each seed.</summary>
static class TableContest
{
    const int Known = 800, Asked = 2000;

    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    static readonly (string Name, int? Bins)[] Ways = [("each element a token", null), ("the same, numbers in 8 bins", 8)];

    public static void Run()
    {
        Console.WriteLine($"{Seeds.Length} made-up tables of {Known} rows to learn from and {Asked} others; mean and standard error over "
            + "the tables.");
        Ask("Is a line of the ledger misbooked?", seed => LedgerAccuracies(nameof(LedgerLine.Misbooked), seed));
        Ask("Will a line of the ledger be paid late?", seed => LedgerAccuracies(nameof(LedgerLine.PaidLate), seed));
        Ask("Is a flat let soon?", seed =>
        {
            var rows = MadeUpTable.Make(Known + Asked, seed);
            return Accuracies(new MLContext(seed), rows, nameof(FlatRow.LetSoon), null, ["District", "Kind", "Heating"],
                ["Size", "Age", "Floor", "Energy"]);
        });
    }

    static double[] LedgerAccuracies(string label, int seed)
    {
        var ledger = MadeUpLedger.Make(Known + Asked, seed);
        using var words = new WordVectorFile(ledger.Words);
        var mlContext = new MLContext(seed);
        var text = mlContext.Transforms.Text.TokenizeIntoWords("Words", nameof(LedgerLine.Text))
            .Append(mlContext.Transforms.Text.ApplyWordEmbedding("TextVector", words.Path, "Words"));
        return Accuracies(mlContext, ledger.Lines, label, text, ["Account", "Supplier"], ["TextVector", "Amount", "Day"]);
    }

    /// <summary>LightGBM's accuracy, then each way's.</summary>
    /// <param name="mlContext">With the seed of all that is drawn.</param>
    /// <param name="rows">Those to learn from, then the others.</param>
    /// <param name="label">The column of the label.</param>
    /// <param name="before">What makes numbers of a text.</param>
    /// <param name="keys">Columns of categories.</param>
    /// <param name="numbers">Columns of numbers.</param>
    static double[] Accuracies<T>(MLContext mlContext, IReadOnlyList<T> rows, string label, IEstimator<ITransformer>? before,
        string[] keys, string[] numbers) where T : class
    {
        var (known, asked) = (mlContext.Data.LoadFromEnumerable(rows.Take(Known)), mlContext.Data.LoadFromEnumerable(rows.Skip(Known)));
        var table = (before is null ? new EstimatorChain<ITransformer>() : new EstimatorChain<ITransformer>().Append(before))
            .Append(mlContext.Transforms.Conversion.MapValueToKey([.. keys.Select(key => new InputOutputColumnPair($"{key}Key", key))]));
        var trees = table
            .Append(
                mlContext.Transforms.Categorical.OneHotEncoding([.. keys.Select(key => new InputOutputColumnPair($"{key}Vector", key))]))
            .Append(mlContext.Transforms.Concatenate("Features", [.. numbers, .. keys.Select(key => $"{key}Vector")]))
            .Append(mlContext.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                LabelColumnName = label,
                NumberOfThreads = 1,   // so few rows are not worth a second
            }));
        return [Accuracy(trees), .. Ways.Select(way => Accuracy(table.Append(
            mlContext.BinaryClassification.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                InputColumnNames = [.. numbers, .. keys.Select(key => $"{key}Key")],
                LabelColumnName = label,
                TokenPerElement = true,
                ElementBins = way.Bins,
                ModelDimension = 32,
                NumberOfHeads = 4,
                Block = AttentionBlock.Encoder,
                Pooling = AttentionPooling.Class,
                Training = new() { NumberOfEpochs = 30 },
                Runtime = new() { IntraOpThreads = 1 },
            }))))];

        double Accuracy(IEstimator<ITransformer> way)
        {
            var model = way.Fit(known);
            using var _ = model as IDisposable;
            return mlContext.BinaryClassification.Evaluate(model.Transform(asked), label).Accuracy;
        }
    }

    static void Ask(string question, Func<int, double[]> accuracies)
    {
        var all = Seeds.Select(accuracies).ToArray();
        Console.WriteLine($"\n{question,-46}{"accuracy",16}{"minus LightGBM",20}");
        Line("LightGBM", 0);
        foreach (var (i, (name, _)) in Ways.Index())
            Line(name, i + 1);

        void Line(string name, int way)
        {
            double[] differences = [.. all.Select(table => table[way] - table[0])];
            Console.WriteLine($"  {name,-44}{Estimate.Of([.. all.Select(table => table[way])]),16}"
                + $"{(way == 0 ? "" : Estimate.Of(differences).ToString()),20}");
            if (way > 0)
                Console.WriteLine("    each difference: "
                    + string.Join(", ", differences.Select(d => FormattableString.Invariant($"{d:+0.000;-0.000;0.000}"))));
        }
    }
}
