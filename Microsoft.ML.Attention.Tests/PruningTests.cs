using Examples;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using SpeakerRecognition;

namespace Microsoft.ML.Attention.Tests;

/// <summary>A pruned stage is a smaller one that does what the stage with these heads silenced does. With every other option it is held to
/// the oracle by <see cref="OptionPairsTests"/>.</summary>
[TestClass]
public sealed class PruningTests
{
    // the sums of the heads that are left, in another order, through up to three layers
    static readonly Tolerance Reordering = new(1e-5, 1e-5);

    static IEnumerable<int> Seeds => Enumerable.Range(0, 40);

    static IEnumerable<int> Choices => Enumerable.Range(0, OptionChoices.All.Count);

    [TestMethod, DynamicData(nameof(Choices))]
    public void Prune_WithAnOptionAndEveryLaterOne_IsSilencing(int choice)
    {
        var first = OptionChoices.All[choice];
        var context = new MLContext(1);
        var random = new Random(choice);
        var failures = new List<string>();
        // with itself: alone
        foreach (var second in OptionChoices.All.Skip(choice).Where(second => second == first || second.Option != first.Option))
        {
            var options = OptionChoice.Combine(first, second);
            if (Contradiction.All.Any(contradiction => contradiction.Holds(options)))
                continue;
            var drawn = new OptionCase(context, options);
            var scored = options with
            {
                Parameters = drawn.DrawParameters(),
                LabelColumnName = null,
                PairColumnNames = null,
                Training = OptionChoices.Base.Training,
                AttentionWeightsColumnName = RowColumns.Weights
            };
            using var whole = context.Transforms.MultiHeadAttention(scored).Fit(drawn.View);
            try
            {
                CheckAgainstSilencing(whole, drawn.View, SomeHeads(whole, random));
            }
            catch (Exception e)
            {
                failures.Add($"{first} and {second}: {e}");
            }
        }
        Assert.IsEmpty(failures, string.Join("\n", failures));
    }

    [TestMethod, DynamicData(nameof(Seeds))]
    public void Prune_OfRandomHeads_IsSilencing(int seed)
    {
        var random = new Random(seed);
        var (context, view, whole) = Fitted(random);
        using var _ = whole;
        var heads = SomeHeads(whole, random);

        CheckAgainstSilencing(whole, view, heads);

        // Whatever way it came to be, and wherever it comes from.
        using var pruned = whole.Prune(heads);
        var expected = Read(pruned, view);
        using var once = whole.Prune(heads.Take(heads.Length / 2));
        using var twice = once.Prune(heads.Skip(heads.Length / 2));
        Assert.AreEqual(pruned.Options, twice.Options);
        ParametersAssert.AreEqual(pruned.Parameters, twice.Parameters);
        using var fitted = context.Transforms.MultiHeadAttention(pruned.Options with { Parameters = pruned.Parameters }).Fit(view);
        using var loaded = SavedAndLoaded(context, pruned, view);
        foreach (var same in new[] { twice, fitted, loaded })
        {
            Assert.AreSequenceEqual(expected.Outputs.SelectMany(row => row), Read(same, view).Outputs.SelectMany(row => row));
            Assert.AreSequenceEqual(expected.Weights.SelectMany(row => row), Read(same, view).Weights.SelectMany(row => row));
            Assert.AreEqual($"{Kept(pruned)}", $"{Kept(same)}");
        }
    }

    [TestMethod]
    public void Prune_Heads_KeepTheirNumbers()
    {
        var (_, _, whole) = Stack();
        using var pruned = whole.Prune([(0, 1), (1, 0), (1, 3)]);
        using var twice = pruned.Prune([(0, 3), (0, 0), (0, 2)]);

        Assert.AreEqual("[0, 1, 2, 3] [0, 1, 2, 3]", Kept(whole));
        Assert.AreEqual("[0, 2, 3] [1, 2]", Kept(pruned));
        Assert.AreEqual("[] [1, 2]", Kept(twice));
        Assert.AreEqual("Head 1 of layer 0 was pruned before. Left are 0, 2, 3.",
            Assert.ThrowsExactly<ArgumentException>(() => pruned.Prune([(0, 1)])).Message);
        Assert.AreEqual("There is no layer 2: the stage has 2, counted from 0.",
            Assert.ThrowsExactly<ArgumentException>(() => whole.Prune([(2, 1)])).Message);
        Assert.AreEqual("There is no head 4 in layer 1: it has 4, counted from 0.",
            Assert.ThrowsExactly<ArgumentException>(() => whole.Prune([(1, 4)])).Message);
        whole.Dispose();
    }

    [TestMethod]
    [DataRow(0, 8), DataRow(0.25, 6), DataRow(0.3, 6), DataRow(0.499, 5), DataRow(0.5, 4), DataRow(1, 0)]
    public void Prune_OfAShare_IsRoundedDown(double fraction, int left)
    {
        var (_, _, whole) = Stack();
        using var pruned = whole.Prune(fraction);

        Assert.AreEqual(left, pruned.Heads.Sum(layer => layer.Count));
        whole.Dispose();
    }

    [TestMethod]
    public void Prune_OfAShare_BeginsWithThoseThatAddNothing()
    {
        var (_, _, whole) = Stack();
        using var silenced = whole.Silence([(0, 2), (1, 0), (1, 1)]);
        using var pruned = silenced.Prune(3 / 8.0);

        Assert.AreEqual("[0, 1, 3] [2, 3]", Kept(pruned));
        whole.Dispose();
    }

    [TestMethod]
    [DataRow(-0.1), DataRow(1.1), DataRow(double.NaN)]
    public void Prune_OfNoShare_IsRefused(double fraction)
    {
        var (_, _, whole) = Stack();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => whole.Prune(fraction));
        whole.Dispose();
    }

    [TestMethod]
    public void Prune_OfAllHeads_LeavesTheOutputsBias()
    {
        var context = new MLContext(1);
        var view = context.Data.LoadFromEnumerable(Frames.Rows(3));
        using var whole = context.Transforms.MultiHeadAttention(Frames.Options with { OutputDimension = 2, Parameters = Biased() })
            .Fit(view);
        using var pruned = whole.Prune(1);

        foreach (var output in pruned.Transform(view).GetColumn<float[]>("Out"))
            Assert.AreSequenceEqual([0.5f, -2], output);
        foreach (var weights in pruned.Transform(view).GetColumn<float[]>("Weights"))
            Assert.IsTrue(weights.All(weight => weight == 0));

        static AttentionParameters Biased() =>
            AttentionParameters.Create(
                new (string Name, long[] Shape, float Value)[] { ("in_proj_weight", [18, 6], 1), ("out_proj.weight", [2, 6], 1) }
            .Select(t =>
                KeyValuePair.Create(t.Name,
                    new AttentionTensor(t.Shape, Enumerable.Repeat(t.Value, (int)(t.Shape[0] * t.Shape[1])).ToArray())))
            .Append(KeyValuePair.Create("out_proj.bias", new AttentionTensor([2], new[] { 0.5f, -2 }))));
    }

    [TestMethod] // one layer with a key-value head for one head and another for two, one layer without heads
    public void Fit_FromAPrunedStage_LearnsFurther()
    {
        var (context, view, whole) = Stack();
        using var pruned = whole.Prune([(0, 0), (1, 0), (1, 1), (1, 2), (1, 3)]);

        using var learned = context.Transforms.MultiHeadAttention(pruned.Options with
        {
            Parameters = pruned.Parameters,
            Training = Needle.Options.Training with { HeadDropout = 0.1 },
        }).Fit(view);

        Assert.AreEqual("[1, 2, 3] []", Kept(learned));
        Assert.AreEqual(TrainingObjective.Supervised, learned.Training!.Objective);
        Assert.IsLessThan(0.2, learned.Training.Losses[^1]);
        Assert.IsLessThan(learned.Training.Losses[0], learned.Training.Losses[^1]);
        foreach (var name in pruned.Parameters.Names.Where(name => !name.StartsWith("input_", StringComparison.Ordinal)))
            Assert.IsFalse(pruned.Parameters[name].Values.Span.SequenceEqual(learned.Parameters[name].Values.Span),
                $"'{name}' did not learn.");
        whole.Dispose();
    }

    [TestMethod]
    public void Prune_OfALearnedRecognizer_LosesWhatSilencingLoses()
    {
        var recordings = Recordings.Read(SharedData.Require("data/JapaneseVowels/JapaneseVowels_TRAIN.ts"),
            SharedData.Require("data/JapaneseVowels/JapaneseVowels_TEST.ts"));
        var context = new MLContext(1);
        var toKeys = context.Transforms.Conversion.MapValueToKey("Speaker").Fit(View(recordings.Train));
        var (train, test) = (toKeys.Transform(View(recordings.Train)), toKeys.Transform(View(recordings.Test)));
        using var whole = context.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Features",
            InputColumnNames = ["Frames"],
            LabelColumnName = "Speaker",
            EmbeddingDimension = recordings.Channels,
            ModelDimension = 32,
            NumberOfHeads = 4,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            Pooling = AttentionPooling.Mean,
            Training = new() { NumberOfEpochs = 8, Seed = 1 },
        }).Fit(train);
        var recognizer = context.MulticlassClassification.Trainers.SdcaMaximumEntropy("Speaker", "Features", maximumNumberOfIterations: 20)
            .Fit(context.Data.Cache(whole.Transform(train)));
        using var pruned = whole.Prune(0.5);
        var gone = whole.Heads.SelectMany((heads, layer) => heads.Except(pruned.Heads[layer]).Select(head => (layer, head)));
        using var silenced = whole.Silence(gone);

        Assert.AreSequenceEqual(Recognized(silenced), Recognized(pruned));
        Assert.AreNotEqual(string.Join(' ', Recognized(whole)), string.Join(' ', Recognized(pruned)), "Half of the heads do nothing.");

        IDataView View(IReadOnlyList<Utterance> utterances) =>
            UtteranceRow.View(context, utterances, recordings.Channels, recordings.LongestLength);

        uint[] Recognized(MultiHeadAttentionTransformer stage) =>
            [.. recognizer.Transform(stage.Transform(test)).GetColumn<uint>("PredictedLabel")];
    }

    static void CheckAgainstSilencing(MultiHeadAttentionTransformer whole, IDataView view, (int Layer, int Head)[] heads)
    {
        using var pruned = whole.Prune(heads);
        using var silenced = whole.Silence(heads);
        var (expected, actual) = (Read(silenced, view), Read(pruned, view));
        int[] maps = whole.Options.AttentionWeightsLayers == AttentionWeightsLayers.All
            ? [.. heads.Select(head => head.Layer * whole.Options.NumberOfHeads!.Value + head.Head)]
            : [.. heads.Where(head => head.Layer == whole.Heads.Count - 1).Select(head => head.Head)];
        var count = whole.Options.NumberOfHeads!.Value * (whole.Options.AttentionWeightsLayers == AttentionWeightsLayers.All
            ? whole.Heads.Count
            : 1);
        for (var row = 0; row < expected.Outputs.Length; row++)
        {
            Reordering.Check($"output of row {row}", expected.Outputs[row].Select(value => (double)value), actual.Outputs[row]);
            var size = expected.Weights[row].Length / count;
            Reordering.Check($"attention weights of row {row}",
                expected.Weights[row].Select((weight, i) => maps.Contains(i / size) ? 0.0 : weight), actual.Weights[row]);
        }
        Assert.AreEqual(whole.Heads.Sum(layer => layer.Count) - heads.Length, pruned.Heads.Sum(layer => layer.Count));
    }

    /// <summary>About half of those that are there; now and then, none of the first layer's are left.</summary>
    static (int Layer, int Head)[] SomeHeads(MultiHeadAttentionTransformer whole, Random random)
    {
        var takesAll = random.Next(4) == 0;
        return [.. whole.Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head)))
            .Where(name => random.Next(2) == 0 || takesAll && name.layer == 0)];
    }

    static (MLContext Context, IDataView View, MultiHeadAttentionTransformer Whole) Fitted(Random random)
    {
        var options = RandomCase.Options(random);
        var ids = options.EmbeddingDimension is null ? 9 : 0;
        var parameters = RandomCase.Parameters(options, random, ids);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 7)
            .Select(_ => RandomCase.Row(options, random, random.Next(9), random.Next(7), ids, hasHeadBias: random.Next(2) == 0))];
        var context = new MLContext(1);
        var view = rows.ToDataView(context, options, TokenShape.Ragged, ids);
        return (context, view, context.Transforms.MultiHeadAttention(options with { Parameters = parameters }).Fit(view));
    }

    /// <summary>Two layers of four heads, two of which share a key-value head, that have learned a little.</summary>
    static (MLContext Context, IDataView View, MultiHeadAttentionTransformer Whole) Stack()
    {
        var context = new MLContext(1);
        var view = Needle.Flags(context, 100);
        var options = Needle.Options with
        {
            NumberOfHeads = 4,
            NumberOfKeyValueHeads = 2,
            NumberOfLayers = 2,
            Training = Needle.Options.Training with { NumberOfEpochs = 1 }
        };
        return (context, view, context.Transforms.MultiHeadAttention(options).Fit(view));
    }

    static MultiHeadAttentionTransformer SavedAndLoaded(MLContext context, MultiHeadAttentionTransformer transformer, IDataView view)
    {
        using var file = new MemoryStream();
        context.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        return (MultiHeadAttentionTransformer)context.Model.Load(file, out _);
    }

    static (float[][] Outputs, float[][] Weights) Read(MultiHeadAttentionTransformer transformer, IDataView view)
    {
        var transformed = transformer.Transform(view);
        return ([.. transformed.GetColumn<float[]>(transformer.Options.OutputColumnName)],
            [.. transformed.GetColumn<float[]>(transformer.Options.AttentionWeightsColumnName!)]);
    }

    static string Kept(MultiHeadAttentionTransformer transformer) =>
        string.Join(' ', transformer.Heads.Select(heads => $"[{string.Join(", ", heads)}]"));
}
