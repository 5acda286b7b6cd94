using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>The loop over rows that fit in memory and rows that do not.</summary>
[TestClass]
public sealed class TrainingLoopTests
{
    const int Width = 4;

    static readonly TrainingOptions Options = new() { NumberOfEpochs = 15, BatchSize = 8, LearningRate = 0.02, Dropout = 0 };

    [TestMethod]
    public void Run_RowsThatDoNotFitInMemory_LearnsAsThoseThatDo()
    {
        var (streamed, streamedRows) = Run(Options, mostCached: 200);
        var (cached, cachedRows) = Run(Options, mostCached: 1_000_000);

        Assert.IsTrue(streamedRows.Chunks.Count > 2 * Options.NumberOfEpochs
            && streamedRows.Chunks.Max() <= 40, "in chunks, anew in every epoch");
        Assert.HasCount(1, cachedRows.Chunks);
        Assert.AreEqual((cached.RowsUsed, cached.RowsValidated, cached.RowsSkipped),
            (streamed.RowsUsed, streamed.RowsValidated, streamed.RowsSkipped));
        Assert.IsLessThan(0.25 * streamed.Losses[0], streamed.Losses[^1]);
        Assert.IsLessThan(0.25 * cached.Losses[0], cached.Losses[^1]);
    }

    [TestMethod]
    public void Run_WithAValidationSplit_HoldsOutTheSameRowsWhetherTheyFitOrNot()
    {
        var options = Options with { ValidationFraction = 0.25 };

        var (streamed, _) = Run(options, mostCached: 200);
        var (cached, _) = Run(options, mostCached: 1_000_000);

        Assert.IsInRange(1, 40, cached.RowsValidated);
        Assert.AreEqual(80 - cached.RowsValidated, cached.RowsUsed);
        Assert.AreEqual((cached.RowsUsed, cached.RowsValidated, cached.RowsSkipped),
            (streamed.RowsUsed, streamed.RowsValidated, streamed.RowsSkipped));
        Assert.IsLessThan(streamed.ValidationLosses[0], streamed.ValidationLosses[^1]);
    }

    [TestMethod]
    [DataRow(60, null, 0.0, 320, 60)]     // 10 steps an epoch are 600
    [DataRow(60, null, 0.0, 319, 60)]
    [DataRow(60, null, 0.0, 100, 150)]    // 4 steps an epoch
    [DataRow(60, null, 0.5, 100, 300)]    // of the 50 that are learned from: 2
    [DataRow(59, null, 0.0, 100, 59)]     // who says how many epochs gets them
    [DataRow(60, 0, 0.0, 100, 60)]
    [DataRow(3, 10, 0.0, 100, 3)]
    [DataRow(3, 13, 0.0, 100, 4)]
    public void Epochs_OfFewRows_AreThoseThatHaveTheSteps(int epochs, int? steps, double validation, int rows, int expected) =>
        Assert.AreEqual(expected,
            TrainingLoop.Epochs(new() { NumberOfEpochs = epochs, MinimumSteps = steps, ValidationFraction = validation }, rows));

    [TestMethod]
    public void Run_WithASlowAverage_ValidatesTheAverage()
    {
        var options = Options with { ValidationFraction = 0.25, LearningRate = 0.1, NumberOfEpochs = 3 };

        var (last, _) = Run(options, mostCached: 1_000_000);
        var (averaged, _) = Run(options with { AverageDecay = 0.999 }, mostCached: 1_000_000);

        Assert.AreSequenceEqual(last.Losses, averaged.Losses);                      // the steps themselves are the same
        Assert.IsLessThan(averaged.ValidationLosses[^1], last.ValidationLosses[^1]);  // and their average lags behind them
    }

    [TestMethod]
    public void Run_WithAugmentation_ChangesWhatIsLearnedFromAndNotWhatItIsMeasuredWith()
    {
        var options = Options with { ValidationFraction = 0.25, LearningRate = 1e-9, NumberOfEpochs = 2 };

        var (plain, _) = Run(options, mostCached: 1_000_000);
        var augmentation = new TrainingAugmentation
        {
            Jitter = 1,
            Scaling = 1,
            Shifting = 1,
            Cropping = 0.5,
            HiddenFrames = 0.3,
            Mixup = 1,
        };
        var (changed, _) = Run(options with { Augmentation = augmentation }, mostCached: 1_000_000);

        Assert.AreNotEqual(plain.Losses[0], changed.Losses[0], 1e-3);
        Assert.AreEqual(plain.ValidationLosses[0], changed.ValidationLosses[0], 1e-6);
        Assert.AreEqual(plain.RowsUsed, changed.RowsUsed);
    }

    [TestMethod]
    public void Run_AskedToStop_TakesNoFurtherStep()
    {
        var asked = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() => Run(Options, 1_000_000, () =>
        {
            if (++asked == 15) // 10 steps an epoch
                throw new OperationCanceledException();
        }));

        Assert.AreEqual(15, asked);
    }

    [TestMethod]
    public void Run_AStep_IsPrecededByTheQuestionWhetherToStop()
    {
        var asked = 0;

        Run(Options with { NumberOfEpochs = 3, ValidationFraction = 0 }, 1_000_000, () => asked++);

        Assert.AreEqual(3 * 10, asked);
    }

    static (TrainingReport Report, ListRows Rows) Run(TrainingOptions options, long mostCached, Action? checkCanceled = null)
    {
        var random = new Random(1);
        // 80 rows of 1 to 5 tokens whose label their first numbers tell, and 4 without a label
        var rows = new ListRows(Width, [.. Enumerable.Range(0, 84).Select(row =>
        {
            float[] tokens = [.. Enumerable.Range(0, Width * (1 + row % 5))
                .Select(i => (float)(i % Width == 0 ? row % 2 * 2 - 1 : random.NextDouble()))];
            return (tokens, row % 21 == 0 ? float.NaN : row % 2);
        })]);
        var architecture = new Architecture
        {
            Fields = [new(Width)],
            ModelDimension = Width,
            NumberOfHeads = 2,
            NumberOfKeyValueHeads = 2,
            HeadDimension = 2,
            ValueHeadDimension = 2,
            OutputDimension = Width,
            Scale = 1,
            Pooling = AttentionPooling.Mean,
        };
        var objective = new SupervisedObjective(new(LabelKind.Boolean, 1));
        var survey = Survey.Of(rows, rows.Layout, hasLabel: true, leastTokens: 1, mostCached, () => { });
        var stage = ParameterResolution.Resolve(architecture, null, spec => ParameterDraw.Of(spec, random));
        var readOut = objective.ReadOut(architecture).Select(spec => KeyValuePair.Create(spec.Name, ParameterDraw.Of(spec, random)));
        var task = new TrainingTask(architecture, objective, stage, AttentionParameters.Create([]), HasMask: true, HasBias: false);
        var provider = ProviderSession.Choose(new(), null, false, _ => { });
        var environment = new TrainingEnvironment(_ => { }, checkCanceled ?? (() => { }));
        var loop = new TrainingLoop(task, options, rows, survey, provider, environment, new Random(1)) { MostChunkNumbers = 400 };
        var (_, report) = loop.Run(AttentionParameters.Create(stage.All.Concat(readOut)), TrainingObjective.Supervised);
        return (report, rows);
    }
}
