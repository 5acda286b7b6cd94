using Examples;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Robustness;
using SkiaSharp;

namespace Microsoft.ML.Attention.Tests.Examples;

/// <summary>What examples/Robustness does to recognizers, and how it counts what they lose.</summary>
[TestClass]
public sealed class RobustnessTests
{
    static readonly Recordings Recordings = Few(SpokenVowels.Make(seed: 1));

    static readonly Recognizer Recognizer = Recognizer.Learn(Recordings, new() { NumberOfEpochs = 3, Seed = 1 });

    [ClassCleanup]
    public static void Dispose() => Recognizer.Dispose();

    [TestMethod]
    [DataRow(0, 8), DataRow(0.25, 6), DataRow(0.3, 6), DataRow(0.9, 1), DataRow(1, 1)]
    public void WithoutFrames_KeepsTheOthersInTheirOrder(double share, int left)
    {
        Utterance whole = new("someone", [.. Enumerable.Range(0, 16).Select(n => (float)n)]);

        var frames = Damage.WithoutFrames([whole], channels: 2, share, new Random(1)).Single().Frames;

        Assert.HasCount(2 * left, frames);
        Assert.AreSequenceEqual(frames.Order(), frames);
        Assert.IsTrue(frames.Chunk(2).All(frame => frame[0] % 2 == 0 && frame[1] == frame[0] + 1), "Frames stay whole.");
    }

    [TestMethod]
    public void SomeHeads_AreTheShareOfThoseThatThereAre()
    {
        using var pruned = Recognizer.Stage.Prune([(0, 0), (1, 7)]);

        var some = Damage.SomeHeads(pruned, 0.5, new Random(1));

        Assert.HasCount(7, some.Distinct());
        Assert.IsTrue(some.All(name => pruned.Heads[name.Layer].Contains(name.Head)));
    }

    [TestMethod]
    public void Stage_Silenced_GivesWhatItGivesPruned()
    {
        (int Layer, int Head)[] heads = [(0, 1), (0, 6), (1, 0), (1, 5), (1, 7)];
        using var pruned = Recognizer.Stage.Prune(heads);
        using var silenced = Recognizer.With(Damage.Silence(Recognizer.Stage, heads));

        Assert.AreSequenceEqual(heads, Damage.Lost(Recognizer.Stage, pruned));
        foreach (var (expected, actual) in Features(silenced).Zip(Features(pruned)))
            new Tolerance(1e-5, 1e-5).Check("features", expected.Select(value => (double)value), actual);

        IEnumerable<float[]> Features(MultiHeadAttentionTransformer stage) =>
            stage.Transform(Recognizer.View(Recordings.Test)).GetColumn<float[]>("Features");
    }

    [TestMethod]
    public void Accuracy_OfAnUndamagedRecognizer_IsItsOwn()
    {
        var experiment = new Experiment(Recognizer, Recordings, seed: 1);
        var whole = Recognizer.Accuracy(Recognizer.Stage);

        Assert.AreEqual(whole, experiment.WithoutHeads([0]).Single(), 1e-12);
        Assert.AreEqual(whole, experiment.WithoutFrames([0]).Single(), 1e-12);
    }

    [TestMethod]
    public void Accuracy_OfARecognizerWithoutHeads_IsThatOfAllPruned()
    {
        using var none = Recognizer.Stage.Prune(1);

        Assert.AreEqual(Recognizer.Accuracy(none), new Experiment(Recognizer, Recordings, seed: 1).WithoutHeads([1]).Single(), 1e-12);
    }

    [TestMethod]
    public void Halve_PrunesEachWay_AndSilencesTheSame()
    {
        using var least = Recognizer.Stage.Prune(Recognizer.Train, 0.5);
        using var atOnce = Recognizer.Stage.Prune(Recognizer.Stage.AnalyzeHeads(Recognizer.Train), 0.5);
        using var rest = Recognizer.Stage.Prune(least.Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head))));

        var halved = new Experiment(Recognizer, Recordings, seed: 1).Halve();

        Assert.AreEqual(
            (Recognizer.Accuracy(Recognizer.Stage), Recognizer.Accuracy(least), Recognizer.Accuracy(atOnce), Recognizer.Accuracy(rest)),
            (halved.Whole, halved.LeastImportant, halved.AtOnce, halved.Rest));
        Assert.AreEqual((least.Heads[0].Count, atOnce.Heads[0].Count), (halved.LeftOfFirstLayer, halved.LeftOfFirstLayerAtOnce));
        Assert.AreEqual(halved.LeastImportant, halved.Silenced);
        Assert.IsTrue(halved.RecognizesAsSilenced);
    }

    [TestMethod]
    public void Pictures_AreWrittenByTheLibraryAndByScottPlot()
    {
        using var folder = new TemporaryFolder();

        Robustness.Pictures.Write(folder["pictures"], "heads", "share of heads silenced",
            new Curve("without", [(0, 0.9, 0.01), (1, 0.5, 0.02)]), new Curve("with", [(0, 0.8, 0), (1, 0.7, 0)]));

        var drawing = new Svg(File.ReadAllText(folder[Path.Combine("pictures", "heads.svg")]));
        Assert.Contains("without", drawing.Texts);
        Assert.HasCount(1, drawing.Shapes("polygon", "band"));
        using var plot = SKBitmap.Decode(folder[Path.Combine("pictures", "heads.png")]);
        Assert.AreEqual((800, 450), (plot.Width, plot.Height));
        Assert.IsGreaterThan(2, plot.Pixels.Distinct().Count(), "There is something to see.");
    }

    /// <summary>A few utterances of each speaker.</summary>
    static Recordings Few(Recordings all) =>
        all with { Train = [.. all.Train.Where((_, n) => n % 4 == 0)], Test = [.. all.Test.Where((_, n) => n % 6 == 0)] };
}
