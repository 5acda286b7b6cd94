using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Labels of tokens with every other option: learned with it, and predicted as the oracle does,
/// however the stage is run.</summary>
[TestClass]
public sealed class TokenLabelOptionsTests
{
    // float32 against double, through two layers: some hundred roundings of 6e-8 on numbers of the size of 1
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    // two orders of the same float32 sums
    static readonly Tolerance Reordering = new(2e-6, 2e-6);

    /// <summary>Options that labels of tokens contradict, and what the error calls them.</summary>
    static readonly Dictionary<string, string> Contradicted = new()
    {
        [nameof(MultiHeadAttentionOptions.PatchLength)] = "a patch is one token, and labels are of frames",
        [nameof(MultiHeadAttentionOptions.PatchStride)] = "a patch is one token, and labels are of frames",
    };

    /// <summary>Columns of other tasks, or of labels themselves.</summary>
    static readonly HashSet<string> OfOtherTasks =
    [
        nameof(MultiHeadAttentionOptions.LabelColumnName), nameof(MultiHeadAttentionOptions.PredictedLabelColumnName),
        nameof(MultiHeadAttentionOptions.ProbabilityColumnName), nameof(MultiHeadAttentionOptions.ReconstructionErrorColumnName),
        nameof(MultiHeadAttentionOptions.Training), nameof(MultiHeadAttentionOptions.ScoreColumnName),
        nameof(MultiHeadAttentionOptions.PairColumnNames),
    ];

    static IEnumerable<(int, bool)> Cases =>
        from choice in OptionChoices.All.Index()
        where !OfOtherTasks.Contains(choice.Item.Option)
        from areClasses in new[] { false, true }
        select (choice.Index, areClasses);

    [TestMethod, DynamicData(nameof(Cases))]
    public void Scores_WithEachOption_AreTheOracles(int choice, bool areClasses)
    {
        var option = OptionChoices.All[choice];
        var context = new MLContext(1);
        var options = OptionChoice.Combine(option, option) with
        {
            LabelColumnName = RowColumns.Label,
            ScoreColumnName = RowColumns.Score,
            Training = new() { Objective = TrainingObjective.Supervised, NumberOfEpochs = 1, MinimumSteps = 0, Seed = 1 },
        };
        var random = new Random(7);
        int[] lengths = [6, 5, 6, 6];       // OptionCase's
        Array labels = areClasses
            ? lengths.Select(length => Enumerable.Range(0, length).Select(_ => (uint)random.Next(3) + 1).ToArray()).ToArray()
            : lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.NextSingle()).ToArray()).ToArray();
        var drawn = new OptionCase(context, options, labels);
        if (Contradicted.TryGetValue(option.Option, out var why))
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => context.Transforms.MultiHeadAttention(options).Fit(drawn.View));
            StringAssert.EndsWith(error.Message, $"{why}.");
            return;
        }

        using var stage = context.Transforms.MultiHeadAttention(options).Fit(drawn.View);

        Assert.AreEqual(4, stage.Training!.RowsUsed);
        float[][] scores = [.. stage.Transform(drawn.View).GetColumn<float[]>(RowColumns.Score)];
        foreach (var (n, row) in drawn.Rows.Index())
            Rounding.Check($"{option}, row {n}", Expected(stage, row, areClasses), scores[n]);
        using var loaded = SavedAndLoaded(context, stage, drawn.View);
        using var alone = loaded.WithRuntime(new() { BatchSize = 1, IntraOpThreads = 1 });
        foreach (var (n, score) in alone.Transform(drawn.View).GetColumn<float[]>(RowColumns.Score).Index())
            Reordering.Check($"{option}, row {n}, saved, loaded and alone", scores[n].Select(s => (double)s), score);
        using var folder = new TemporaryFolder();
        stage.SaveOnnx(folder["exported.onnx"]);
        using var runner = new OnnxRows(File.ReadAllBytes(folder["exported.onnx"]));
        foreach (var (n, row) in drawn.Rows.Index())
            Reordering.Check($"{option}, row {n}, exported", scores[n].Select(s => (double)s),
                runner.Run([Reference.Cut(options, row)])[RowColumns.Score]);
    }

    /// <summary>The number, or the probabilities, of each token that the stage keeps of a row; zeros where there is none.</summary>
    static IEnumerable<double> Expected(MultiHeadAttentionTransformer stage, ReferenceRow row, bool areClasses)
    {
        var found = Reference.Row(stage.Options, stage.Parameters, row);
        var classifier = new ReferenceParameters(stage.Parameters).Affine("classifier");
        var isToken = found.IsQuery[^found.Tokens.Length..];                // without the class token
        return found.Tokens.Index().SelectMany(token =>
        {
            var read = classifier.Apply(token.Item);
            return !isToken[token.Index] ? new double[read.Length] : areClasses ? read.Select(r => Math.Exp(r) / read.Sum(Math.Exp)) : read;
        });
    }

    static MultiHeadAttentionTransformer SavedAndLoaded(MLContext context, MultiHeadAttentionTransformer stage, IDataView view)
    {
        using var file = new MemoryStream();
        context.Model.Save(stage, view.Schema, file);
        file.Position = 0;
        return (MultiHeadAttentionTransformer)context.Model.Load(file, out _);
    }
}
