using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>What a listener hears. One for the whole process, so that other tests must not run beside.</summary>
[TestClass, DoNotParallelize]
public sealed class InstrumentsTests
{
    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Scoring_CountsRowsTokensPaddingAndRuns()
    {
        using var heard = new Heard();
        Rows[] rows = [new(1), new(2), new(1)];

        Score(rows, mostRows: 3);

        Assert.AreEqual(3, heard.Sum("attention.rows"));
        Assert.AreEqual(4, heard.Sum("attention.tokens"));
        // In one run of all, two rows would have a token added; in two runs of rows of one length, none.
        Assert.AreEqual(heard.Count("attention.run.duration") == 1 ? 2 : 0, heard.Sum("attention.padding"));
        Assert.IsGreaterThan(0, heard.Sum("attention.run.duration"));
        Assert.HasCount(1, heard.Activities.Where(activity => activity.OperationName == "attention.score"));
    }

    [TestMethod]
    public void Fit_TellsItsEpochsAndLosses()
    {
        using var heard = new Heard();
        using var stage =
            _ml.Transforms.MultiHeadAttention(
                Needle.Options with
                {
                    Training = Needle.Options.Training with
                    {
                        NumberOfEpochs = 3,
                        MinimumSteps = 0,
                        ValidationFraction = 0.3
                    }
                })
            .Fit(Needle.Flags(_ml, 24));

        Assert.AreEqual(stage.Training!.Losses.Count, heard.Sum("attention.fit.epochs"));
        Assert.AreSequenceEqual(stage.Training.Losses, heard.Values("attention.fit.loss", "learned"));
        Assert.AreSequenceEqual(stage.Training.ValidationLosses, heard.Values("attention.fit.loss", "validation"));
        Assert.AreEqual(1, heard.Count("attention.fit.duration"));
        Assert.AreEqual("attention.fit", heard.Activities.Single().OperationName);
    }

    [TestMethod]
    public void Fit_ThatFails_IsCountedWithItsError()
    {
        using var heard = new Heard();

        Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.Transforms.MultiHeadAttention(Needle.Options).Fit(_ml.Data.SkipRows(Needle.Flags(_ml, 24), 24)));

        Assert.AreEqual(1, heard.Sum("attention.failures"));
        Assert.AreEqual(ActivityStatusCode.Error, heard.Activities.Single().Status);
    }

    [TestMethod]
    public void Nobody_IsToldNothing()
    {
        Score([new(2)], mostRows: 1);

        using var heard = new Heard();
        Assert.AreEqual(0, heard.Sum("attention.rows"));
    }

    void Score(Rows[] rows, int mostRows)
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        using var stage = _ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["Values"],
            EmbeddingDimension = 4,
            NumberOfHeads = 1,
            Pooling = AttentionPooling.Mean,
            Training = new() { Objective = TrainingObjective.None },
            Runtime = new() { BatchSize = mostRows },
        }).Fit(view);
        Assert.HasCount(rows.Length, stage.Transform(view).Read("Out"));
    }

    /// <summary>Rows of some tokens of four numbers.</summary>
    sealed class Rows(int tokens)
    {
        public float[] Values { get; set; } = [.. Enumerable.Range(0, 4 * tokens).Select(v => (float)v)];
    }

    sealed class Heard : IDisposable
    {
        readonly MeterListener _meters = new();
        readonly ActivityListener _listener;
        readonly ConcurrentQueue<(string Name, double Value, string? Part)> _values = new();

        public Heard()
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Microsoft.ML.Attention")
                    listener.EnableMeasurementEvents(instrument);
            };
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _values.Enqueue((instrument.Name, value, null)));
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
                _values.Enqueue((instrument.Name, value, tags.ToArray().FirstOrDefault(tag => tag.Key == "part").Value as string)));
            _meters.Start();
            _listener = new()
            {
                ShouldListenTo = source => source.Name == "Microsoft.ML.Attention",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = Activities.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Activities { get; } = new();

        public double Sum(string name) => _values.Where(value => value.Name == name).Sum(value => value.Value);

        public int Count(string name) => _values.Count(value => value.Name == name);

        public IEnumerable<double> Values(string name, string part) =>
            _values.Where(value => value.Name == name && value.Part == part).Select(value => value.Value);

        public void Dispose()
        {
            _meters.Dispose();
            _listener.Dispose();
        }
    }
}
