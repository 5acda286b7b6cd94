using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What Fit tells while and after it learns, and how it stops.</summary>
[TestClass]
public sealed partial class LearningReportTests
{
    static readonly MultiHeadAttentionOptions Options =
        Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 3, Seed = null } };

    readonly MLContext _context = new(1);
    readonly FitLog _log;

    public LearningReportTests() => _log = new FitLog(_context);

    [TestMethod]
    public void Fit_WithoutALabel_SaysFirstThatItReconstructs()
    {
        Fit(Options with { LabelColumnName = null }).Dispose();

        Assert.AreEqual("Learning without a label, by reconstructing hidden tokens. Set LabelColumnName to learn from a label, or "
            + "Objective None for a seeded draw.", _log.Lines[0]);
    }

    [TestMethod]
    public void Fit_AskedToReconstruct_SaysNothingOfIt()
    {
        Fit(Options with
        {
            LabelColumnName = null,
            Training = Options.Training with { Objective = TrainingObjective.MaskedReconstruction }
        }).Dispose();

        Assert.StartsWith("Epoch 1 of 3", _log.Lines[0]);
    }

    [TestMethod]
    public void Fit_EachEpoch_IsALineInTheLogAndAReport()
    {
        var told = new Told();

        using var transformer =
            Fit(Options with
            {
                Training = Options.Training with
                {
                    Progress = told,
                    ValidationFraction = 0.25,
                    Schedule = LearningRateSchedule.Constant
                }
            });

        var report = transformer.Training!;
        Assert.HasCount(3, told.Epochs);
        Assert.HasCount(3, _log.Lines);
        foreach (var (i, epoch) in told.Epochs.Index())
        {
            Assert.AreEqual((i + 1, 3, report.Losses[i], report.ValidationLosses[i], 0.02),
                (epoch.Epoch, epoch.NumberOfEpochs, epoch.Loss, epoch.ValidationLoss!.Value, epoch.LearningRate));
            Assert.IsGreaterThan(0, epoch.RowsPerSecond);
            Assert.MatchesRegex(EpochLine(), _log.Lines[i]);
            Assert.StartsWith($"Epoch {i + 1} of 3: loss {epoch.Loss:F4}, validation loss {epoch.ValidationLoss:F4}, learning rate 0.02, ",
                _log.Lines[i]);
        }
    }

    [TestMethod]
    public void Fit_WithoutAValidationSplit_ReportsNoValidationLoss()
    {
        var told = new Told();

        using var transformer = Fit(Options with { Training = Options.Training with { Progress = told } });

        Assert.IsNull(told.Epochs[0].ValidationLoss);
        Assert.IsEmpty(transformer.Training!.ValidationLosses);
        Assert.AreEqual(3, transformer.Training.BestEpoch);
    }

    [TestMethod]
    public void Report_SavedWithTheModel_IsLoaded()
    {
        using var transformer = Fit(Options with { Training = Options.Training with { ValidationFraction = 0.25 } });
        var report = transformer.Training!;
        using var stream = new MemoryStream();
        _context.Model.Save(transformer, Needle.Flags(_context, 1).Schema, stream);
        stream.Position = 0;

        var loaded = new MLContext().Model.Load(stream, out _);

        using var stage = (MultiHeadAttentionTransformer)(loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded);
        Assert.AreEqual(report, stage.Training);
        Assert.AreEqual(TrainingObjective.Supervised, report.Objective);
        Assert.AreEqual(40, report.RowsUsed + report.RowsValidated);
        Assert.IsInRange(1, 25, report.RowsValidated);
        Assert.AreEqual(0, report.RowsSkipped);
        Assert.IsGreaterThan(0, report.Seconds);
    }

    [TestMethod]
    public void Fit_OfRowsThatCannotBeLearnedFrom_SkipsCountsAndTells()
    {
        var (rows, numbers) = Needle.Rows(20);
        rows[3] = new() { Tokens = [[1, double.NaN, 0]] };
        rows[4] = new() { Tokens = [[1, double.PositiveInfinity, 0]] };
        rows[5] = new();
        uint[] labels = [.. numbers.Select((number, row) => row is 6 or 7 or 8 ? 0 : (uint)(number + 2))]; // 0 is missing

        using var transformer = Fit(Options, rows.ToDataView(_context, Options, TokenShape.Ragged, labels: labels));

        Assert.AreEqual("Skipped 6 of 20 rows: 2 with NaN or infinity, 3 without a label, 1 without tokens.", _log.Lines[0]);
        Assert.AreEqual((14, 6), (transformer.Training!.RowsUsed, transformer.Training.RowsSkipped));
        Assert.AreEqual((2, 3, 1),
            (transformer.Training.RowsNotFinite, transformer.Training.RowsWithoutLabel, transformer.Training.RowsTooShort));
        Assert.IsTrue(transformer.Parameters.Names.All(name => transformer.Parameters[name].Values.ToArray().All(float.IsFinite)));
    }

    [TestMethod]
    public void Fit_OfOneTokenRowsWithoutALabel_SkipsCountsAndTells()
    {
        var (rows, _) = Needle.Rows(20);
        rows[0] = rows[9] = new() { Tokens = [[1, 1, 0]] };
        var options = Options with { LabelColumnName = null };

        using var transformer = Fit(options, rows.ToDataView(_context, options, TokenShape.Ragged));

        CollectionAssert.Contains(_log.Lines, "Skipped 2 of 20 rows: 2 with fewer than 2 tokens.");
        Assert.AreEqual((18, 2), (transformer.Training!.RowsUsed, transformer.Training.RowsSkipped));
    }

    [TestMethod]
    public void Fit_OfNothingToLearnFrom_IsAnErrorThatSaysWhy()
    {
        var (rows, _) = Needle.Rows(4);
        ReferenceRow[] spoiled = [.. rows.Select(row => new ReferenceRow { Tokens = [.. row.Tokens, [double.NaN, 0, 0]] })];

        Error("There is nothing to learn from: Fit was given no rows.", [], Array.Empty<bool>());
        Error("There is nothing to learn from: of 4 rows, 4 with NaN or infinity.", spoiled, new bool[4]);
        Error("There is nothing to learn from: of 4 rows, 4 without a label.", rows, new[] { float.NaN, float.NaN, float.NaN, float.NaN });
        Error("Label column 'Label' has one value in all 4 rows that can be learned from; learning needs at least two.", rows, new bool[4]);
        Error("Label column 'Label' has one value in all 4 rows that can be learned from; learning needs at least two.", rows,
            new float[] { 7, 7, 7, 7 });
        Error("Label column 'Label' has one value in all 3 rows that can be learned from; learning needs at least two.", rows,
            new uint[] { 2, 0, 2, 2 });

        void Error(string message, ReferenceRow[] rows, Array labels) =>
            Assert.AreEqual(message,
                Assert.ThrowsExactly<InvalidOperationException>(() =>
                    Fit(Options, rows.ToDataView(_context, Options, TokenShape.Ragged, labels: labels))).Message);
    }

    [TestMethod]
    public void Fit_OfAValidationSplitThatTakesAllOrNone_IsAnErrorThatSaysSo()
    {
        Error("ValidationFraction 0.999999 of 40 rows is all of them: lower it, or set it to 0.", 0.999999);
        Error("ValidationFraction 1E-06 of 40 rows is none: raise it, or set it to 0.", 1e-6);

        void Error(string message, double fraction) => Assert.AreEqual(message,
            Assert.ThrowsExactly<InvalidOperationException>(() =>
                Fit(Options with { Training = Options.Training with { ValidationFraction = fraction } })).Message);
    }

    [TestMethod]
    public void Fit_WhoseLossIsSpoiled_NamesTheEpochAndWhatToLower()
    {
        var told = new Told();
        var options = Options with { Training = Options.Training with { LearningRate = 1e30, GradientClip = 0, Progress = told } };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options));

        Assert.MatchesRegex(Spoiled(), error.Message);
        Assert.IsEmpty(told.Epochs);
        Assert.DoesNotContain("GradientClip",
            Assert.ThrowsExactly<InvalidOperationException>(() =>
                Fit(options with { Training = options.Training with { GradientClip = 1 } })).Message);
    }

    [TestMethod]
    public void Fit_CanceledByItsTokenBetweenEpochs_StopsBeforeTheNextStep()
    {
        using var source = new CancellationTokenSource();
        var told = new Told(_ => source.Cancel());
        var view = new ProbeView(Needle.Flags(_context, 40));

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Fit(Options with { Training = Options.Training with { Progress = told, CancellationToken = source.Token } }, view));

        Assert.HasCount(1, told.Epochs);
        Assert.AreEqual(0, view.OpenCursors);
    }

    [TestMethod]
    public void Fit_CanceledByItsEnvironment_StopsBeforeTheNextStep()
    {
        var told = new Told(_ => CancelExecution(_context));

        var error = Assert.ThrowsExactly<OperationCanceledException>(() =>
            Fit(Options with { Training = Options.Training with { Progress = told } }));

        Assert.AreEqual("Fit was canceled by its environment.", error.Message);
        Assert.HasCount(1, told.Epochs);
    }

    [TestMethod]
    public void Fit_CanceledAtARow_ReadsNoFurther()
    {
        using var source = new CancellationTokenSource();
        var view = new ProbeView(Needle.Flags(_context, 40))
        {
            Moved = rows =>
            {
                if (rows == 7)
                    source.Cancel();
            },
        };

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Fit(Options with { Training = Options.Training with { CancellationToken = source.Token } }, view));

        Assert.AreEqual((7, 0), (view.Rows, view.OpenCursors));
    }

    [TestMethod]
    [DataRow(PositionalEncoding.None), DataRow(PositionalEncoding.Learned)] // which looks for the longest row first
    public void Fit_CanceledWhileItReads_StopsReading(PositionalEncoding positions)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var view = new ProbeView(Needle.Flags(_context, 40));

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Fit(Options with { PositionalEncoding = positions, Training = Options.Training with { CancellationToken = source.Token } },
                view));

        Assert.AreEqual(1, view.Rows);
        Assert.AreEqual(0, view.OpenCursors);
    }

    MultiHeadAttentionTransformer Fit(MultiHeadAttentionOptions options, IDataView? view = null) =>
        _context.Transforms.MultiHeadAttention(options).Fit(view ?? Needle.Flags(_context, 40));

    [GeneratedRegex(@"^Epoch \d of 3: loss \d\.\d{4}, validation loss \d\.\d{4}, learning rate 0\.02, \d+ rows/s\.$")]
    private static partial Regex EpochLine();

    [GeneratedRegex(@"^The (loss|norm of the gradients) became (NaN|Infinity) in epoch 1: lower LearningRate \(it is 1E\+30\), or set GradientClip\.$")]
    private static partial Regex Spoiled();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(CancelExecution))]
    static extern void CancelExecution(MLContext context);
}
