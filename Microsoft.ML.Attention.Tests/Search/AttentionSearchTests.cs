using Microsoft.ML.Attention.Search;
using Microsoft.ML.Attention.Tests.Support;
using OptionSearch;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>The race of trials, from <c>mlContext.Transforms</c>.</summary>
[TestClass]
public sealed class AttentionSearchTests
{
    /// <summary>A space of one point: the options as they are given.</summary>
    internal static readonly AttentionSearchSpace Nothing = new()
    {
        NumberOfHeads = [],
        ModelDimension = [],
        Block = [],
        NumberOfLayers = [],
        Pooling = [],
        PositionalEncoding = [],
        LearningRate = null,
        Dropout = null,
    };

    static readonly MultiHeadAttentionOptions Brief =
        Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 1 } };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void PlantedTask_IsSolvedByWhatTheSearchFinds_NotByWhatItWasGiven()
    {
        var task = new SpeakerTask(WhoSpokeFirst.Make(seed: 1), seed: 1, new() { NumberOfEpochs = 20 });
        var space = Nothing with
        {
            PositionalEncoding = new AttentionSearchSpace().PositionalEncoding,
            LearningRate = new(2e-3, 1e-2, IsLogarithmic: true)
        };

        var result = task.Search(new() { Space = space, NumberOfTrials = 5, NumberOfFolds = 2 });

        using var best = result.BestTransformer;
        Assert.IsLessThanOrEqualTo(0.7, result.Trials.Single(trial => trial.Number == 1).Score!.Value,
            "The options as given are blind to order.");
        Assert.IsGreaterThanOrEqualTo(0.9, task.Accuracy(best));
    }

    [TestMethod]
    public void Rounds_KeepTheBestHalf_WithTwiceTheEpochs()
    {
        var told = new List<AttentionTrial>();
        var options = Brief with { Training = Brief.Training with { NumberOfEpochs = 4 } };
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 4,
            NumberOfFolds = 2,
            FewestEpochs = 1,
            ReductionFactor = 2,
            Progress = new Immediate(told.Add),
        };

        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), options, search);

        using var best = result.BestTransformer;
        var rounds = told.GroupBy(trial => trial.NumberOfEpochs).OrderBy(round => round.Key).Select(round => round.ToArray()).ToArray();
        Assert.AreSequenceEqual([(1, 4), (2, 2), (4, 1)], rounds.Select(round => (round[0].NumberOfEpochs, round.Length)));
        for (var round = 0; round < 2; round++)
        {
            var goOn = rounds[round + 1].Select(trial => trial.Number).ToHashSet();
            var scores = rounds[round].ToLookup(trial => goOn.Contains(trial.Number), trial => trial.Score!.Value);
            Assert.IsGreaterThanOrEqualTo(scores[false].Max(), scores[true].Min());
        }
        Assert.AreSequenceEqual(Enumerable.Range(1, 4), result.Trials.Select(trial => trial.Number).Order());
        Assert.AreEqual(rounds[2][0], result.Best);
        Assert.AreEqual(4, best.Options.Training.NumberOfEpochs);
        Assert.AreEqual(result.BestOptions, best.Options with { Training = best.Options.Training with { CancellationToken = default } });
    }

    [TestMethod]
    public void Rounds_LeftOpen_BeginWithTheNinthPartOfTheEpochs()
    {
        var told = new List<AttentionTrial>();
        var options = Brief with { Training = Brief.Training with { NumberOfEpochs = 10 } };

        _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), options,
            new() { Space = Nothing, NumberOfTrials = 1, NumberOfFolds = 2, Progress = new Immediate(told.Add) }).BestTransformer.Dispose();

        Assert.AreSequenceEqual([2, 6, 10], told.Select(trial => trial.NumberOfEpochs));
    }

    [TestMethod]
    public void Ranking_PutsLowLossesFirst()
    {
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 4,
            NumberOfFolds = 2,
            Metric = AttentionSearchMetric.LogLoss
        };

        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Classes(_ml, 24), Brief, search);

        result.BestTransformer.Dispose();
        Assert.AreSequenceEqual(result.Trials.Select(trial => trial.Score).Order(), result.Trials.Select(trial => trial.Score));
    }

    [TestMethod]
    public void SameSeed_GivesTheSameTrials_WhateverTheContextDidBefore()
    {
        var search = new AttentionSearchOptions
        {
            NumberOfTrials = 2,
            NumberOfFolds = 2,
            Space = Nothing with { NumberOfHeads = [1, 2, 4], Dropout = new(0, 0.5) },
            Seed = 5
        };
        var data = Needle.Flags(_ml, 24);

        AttentionSearchResult Run(AttentionSearchOptions options)
        {
            var result = _ml.Transforms.SearchMultiHeadAttention(data, Brief, options);
            result.BestTransformer.Dispose();
            return result;
        }

        var (first, again, other) = (Run(search), Run(search), Run(search with { Seed = 6 }));
        Assert.AreSequenceEqual(first.Trials.Select(trial => trial with { Seconds = 0 }),
            again.Trials.Select(trial => trial with { Seconds = 0 }));
        ParametersAssert.AreEqual(first.BestTransformer.Parameters, again.BestTransformer.Parameters);
        Assert.AreNotSequenceEqual(first.Trials.Select(trial => trial.Options), other.Trials.Select(trial => trial.Options));
    }

    [TestMethod]
    public void Numbers_AreScoredByTheVarianceThatIsExplained()
    {
        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Numbers(_ml, 24), Brief,
            new() { NumberOfTrials = 1, NumberOfFolds = 2, Space = Nothing });

        result.BestTransformer.Dispose();
        Assert.AreEqual(AttentionSearchMetric.RSquared, result.Best.Metric);
        Assert.HasCount(2, result.Best.FoldScores);
    }

    [TestMethod]
    public void TrialThatFails_IsReportedWithItsReason_AndRanksLast()
    {
        var told = new List<AttentionTrial>();
        var search = new AttentionSearchOptions
        {
            NumberOfTrials = 3,
            NumberOfFolds = 2,
            Space = Nothing with { NumberOfHeads = [3] },
            Progress = new Immediate(told.Add)
        };

        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief, search);

        result.BestTransformer.Dispose();
        Assert.AreSequenceEqual([1, 2, 3], told.Select(trial => trial.Number));
        Assert.AreSequenceEqual([1, 2, 3], result.Trials.Select(trial => trial.Number));
        Assert.IsNull(result.Trials[0].Failure);
        Assert.IsNull(result.Trials[2].Score);
        Assert.AreEqual("ModelDimension 8 is not a multiple of NumberOfHeads 3; set HeadDimension to choose the size of a head.",
            result.Trials[2].Failure!.Message);
        StringAssert.StartsWith($"{result.Trials[2]}", "trial 3, 1 epochs: failed: ModelDimension 8 is not a multiple of NumberOfHeads 3");
    }

    [TestMethod]
    public void AllTrialsFailing_IsAnErrorThatSaysWhy()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief with { NumberOfHeads = 3 },
                new() { NumberOfTrials = 2, Space = Nothing }));

        Assert.AreEqual("All 2 trials failed, the first because: ModelDimension 8 is not a multiple of NumberOfHeads 3; set "
            + "HeadDimension to choose the size of a head.", error.Message);
        Assert.IsInstanceOfType<ArgumentException>(error.InnerException);
    }

    [TestMethod]
    public void OptionsThatPool_AreTheFirstTrial()
    {
        var told = new List<AttentionTrial>();
        var search = new AttentionSearchOptions
        {
            NumberOfTrials = 2,
            NumberOfFolds = 2,
            Space = Nothing with { Pooling = [AttentionPooling.Max] },
            Progress = new Immediate(told.Add),
            Seed = 1
        };
        foreach (var pooling in new[] { AttentionPooling.Mean, AttentionPooling.None })
            _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief with { Pooling = pooling },
                search).BestTransformer.Dispose();

        Assert.AreSequenceEqual([AttentionPooling.Mean, AttentionPooling.Max, AttentionPooling.Max, AttentionPooling.Max],
            told.Select(trial => trial.Options.Pooling));
    }

    [TestMethod]
    public void TimeThatIsUp_LeavesTheFirstTrial()
    {
        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief,
            new() { Space = Nothing, TimeLimit = TimeSpan.Zero });

        result.BestTransformer.Dispose();
        Assert.AreSequenceEqual([1], result.Trials.Select(trial => trial.Number));
    }

    [TestMethod]
    public void TimeThatIsUpInALaterRound_LeavesWhatLearnedLongestFirst()
    {
        var (clock, told) = (new Clock(), new List<AttentionTrial>());
        var options = Brief with { Training = Brief.Training with { NumberOfEpochs = 2 } };
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 4,
            NumberOfFolds = 2,
            FewestEpochs = 1,
            ReductionFactor = 2,
            TimeLimit = TimeSpan.FromMinutes(4.5),
            Progress = new Immediate(trial => { told.Add(trial); clock.Minutes++; }),
        };

        var result = new AttentionSearch(_ml.Transforms, Needle.Flags(_ml, 24), options, search, clock).Run();

        result.BestTransformer.Dispose();
        Assert.AreSequenceEqual([1, 1, 1, 1, 2], told.Select(trial => trial.NumberOfEpochs),
            "Four minutes, and one more that was begun in time.");
        Assert.AreSequenceEqual([2, 1, 1, 1], result.Trials.Select(trial => trial.NumberOfEpochs));
        Assert.AreEqual(told[4], result.Best);
        Assert.AreSequenceEqual(result.Trials.Skip(1).Select(trial => trial.Score).OrderDescending(),
            result.Trials.Skip(1).Select(trial => trial.Score));
    }

    [TestMethod]
    public void BestTransformer_IsFittedOnAllRowsWithTheBestOptions()
    {
        var data = Needle.Flags(_ml, 24);
        var result = _ml.Transforms.SearchMultiHeadAttention(data, Brief,
            new() { Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) }, NumberOfTrials = 3, NumberOfFolds = 2 });

        using var best = result.BestTransformer;
        using var expected = _ml.Transforms.MultiHeadAttention(result.BestOptions).Fit(data);
        ParametersAssert.AreEqual(expected.Parameters, best.Parameters);
    }

    [TestMethod]
    public void Cancellation_StopsTheSearch()
    {
        using var source = new CancellationTokenSource();
        var trials = 0;
        var search = new AttentionSearchOptions
        {
            Space = Nothing,
            CancellationToken = source.Token,
            Progress = new Immediate(_ => { trials++; source.Cancel(); })
        };

        Assert.Throws<OperationCanceledException>(() => _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief, search));
        Assert.AreEqual(1, trials);
    }

    [TestMethod]
    public void Cancellation_OfTheOptionsThemselves_StopsTheSearchToo()
    {
        var options = Brief with { Training = Brief.Training with { CancellationToken = new(canceled: true) } };

        Assert.Throws<OperationCanceledException>(() =>
            _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), options, new() { Space = Nothing }));
    }

    [TestMethod]
    public void SamplingKey_KeepsRowsOfOneValueInOneFold()
    {
        // The key is the label itself, so a fold's others have one label, from which nothing can be learned.
        var data = _ml.Transforms.CopyColumns("Group", RowColumns.Label).Fit(Needle.Flags(_ml, 24)).Transform(Needle.Flags(_ml, 24));
        var search = new AttentionSearchOptions { Space = Nothing, NumberOfTrials = 1, NumberOfFolds = 2, SamplingKeyColumnName = "Group" };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.SearchMultiHeadAttention(data, Brief, search));

        StringAssert.Contains(error.Message, "Label column 'Label' has one value");
    }

    [TestMethod]
    public void TrialsEvaluatedElsewhere_FromJsonOfThem_ScoreAsThoseHere()
    {
        var data = Needle.Flags(_ml, 24);
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 3,
            NumberOfFolds = 2,
            FewestEpochs = 1
        };
        var options = Brief with { Training = Brief.Training with { NumberOfEpochs = 2 } };

        var here = _ml.Transforms.SearchMultiHeadAttention(data, options, search);
        var elsewhere = _ml.Transforms.SearchMultiHeadAttention(data, options, search with
        {
            EvaluateTrial = (request, cancellation) =>
                Task.FromResult(AttentionTrialRequest.FromJson(request.ToJson()).Evaluate(new MLContext(), data, null, cancellation)),
        });

        using var first = here.BestTransformer;
        using var second = elsewhere.BestTransformer;
        Assert.AreSequenceEqual(here.Trials.Select(trial => (trial.Number, trial.NumberOfEpochs, trial.FoldScores)),
            elsewhere.Trials.Select(trial => (trial.Number, trial.NumberOfEpochs, trial.FoldScores)));
    }

    [TestMethod]
    public void TrialThatFailsElsewhere_IsReported_AndTheOthersGoOn()
    {
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 2,
            NumberOfFolds = 2,
            EvaluateTrial = (request, _) =>
                request.Number == 1 ? throw new IOException("gone") : Task.FromResult<IReadOnlyList<double>>([0.5, 0.75]),
        };

        var result = _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief, search);

        using var best = result.BestTransformer;
        Assert.AreEqual((2, 0.625), (result.Best.Number, result.Best.Score));
        Assert.AreEqual("gone", result.Trials[1].Failure!.Message);
    }

    [TestMethod]
    public void TrialsEvaluatedElsewhere_AreAllUnderWayAtOnce_AndCanceledTogether()
    {
        using var canceling = new CancellationTokenSource();
        var begun = 0;
        var search = new AttentionSearchOptions
        {
            Space = Nothing with { LearningRate = new(1e-4, 1e-1, IsLogarithmic: true) },
            NumberOfTrials = 3,
            NumberOfFolds = 2,
            CancellationToken = canceling.Token,
            EvaluateTrial = async (_, cancellation) =>
            {
                if (Interlocked.Increment(ref begun) == 3)
                    canceling.Cancel();
                await Task.Delay(Timeout.Infinite, cancellation);
                return [];
            },
        };

        Assert.Throws<OperationCanceledException>(() => _ml.Transforms.SearchMultiHeadAttention(Needle.Flags(_ml, 24), Brief, search));
        Assert.AreEqual(3, begun);
    }

    [TestMethod]
    public void Mistakes_AreErrorsBeforeAnyTrial()
    {
        var data = Needle.Flags(_ml, 24);

        string Error<T>(MultiHeadAttentionOptions options, AttentionSearchOptions search) where T : ArgumentException =>
            Assert.ThrowsExactly<T>(() => _ml.Transforms.SearchMultiHeadAttention(data, options, search)).Message;

        Assert.AreEqual("LabelColumnName is unset: a search needs a label to score its trials by.",
            Error<ArgumentException>(Brief with { LabelColumnName = null }, new()));
        StringAssert.StartsWith(Error<ArgumentException>(Brief with { LabelColumnName = "Lable" }, new()), "There is no column 'Lable'.");
        StringAssert.StartsWith(Error<ArgumentException>(Brief with { InputColumnNames = ["Token"] }, new()),
            "There is no column 'Token'.");
        StringAssert.StartsWith(Error<ArgumentException>(Brief, new() { Metric = AttentionSearchMetric.MicroAccuracy }),
            "Metric MicroAccuracy is not for label column 'Label', which is Boolean");
        StringAssert.StartsWith(Error<ArgumentOutOfRangeException>(Brief, new() { NumberOfTrials = 0 }),
            "NumberOfTrials must be at least 1.");
        StringAssert.StartsWith(Error<ArgumentOutOfRangeException>(Brief, new() { NumberOfFolds = 1 }),
            "NumberOfFolds must be at least 2.");
        StringAssert.StartsWith(Error<ArgumentOutOfRangeException>(Brief, new() { ReductionFactor = 1 }),
            "ReductionFactor must be at least 2.");
        StringAssert.StartsWith(Error<ArgumentOutOfRangeException>(Brief, new() { FewestEpochs = 0 }), "FewestEpochs must be at least 1.");
        StringAssert.StartsWith(Error<ArgumentException>(Brief,
            new() { Trainer = _ml.Regression.Trainers.Sdca(), EvaluateTrial = (_, _) => null! }), "Trainer is set, and EvaluateTrial too");
        StringAssert.StartsWith(Error<ArgumentException>(Brief, new() { Space = Nothing with { Dropout = new(0.2, 0.1) } }),
            "The search space of Dropout is 0.2 to 0.1");
    }

    /// <summary>A clock that someone else turns.</summary>
    sealed class Clock : TimeProvider
    {
        public int Minutes { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 60 * Minutes;
    }

    sealed class Immediate(Action<AttentionTrial> report) : IProgress<AttentionTrial>
    {
        public void Report(AttentionTrial value) => report(value);
    }
}
