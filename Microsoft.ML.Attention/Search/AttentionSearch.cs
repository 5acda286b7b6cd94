using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention.Search;

/// <summary>Draws options, lets them race by successive halving, and fits the winner.</summary>
sealed class AttentionSearch
{
    readonly TransformsCatalog _catalog;
    readonly IDataView _data;
    readonly MultiHeadAttentionOptions _options;
    readonly AttentionSearchOptions _search;
    readonly MetricRule _metric;
    readonly CrossValidation _validation;
    readonly bool _isPrediction;            // whether the stage's own predictions are scored, without a trainer after it
    readonly int _seed;
    readonly TimeProvider _clock;
    readonly long _began;

    /// <exception cref="ArgumentException">A column is missing or of the wrong type, the metric does not go with the label,
    /// or a setting is out of its range.</exception>
    public AttentionSearch(TransformsCatalog catalog, IDataView data, MultiHeadAttentionOptions options, AttentionSearchOptions search,
        TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _began = _clock.GetTimestamp();
        Check(options, search);
        var environment = MLNetInternals.EnvironmentOf(catalog);
        StageShape.Append(MLNetInternals.ShapeOf(data.Schema), StageNames.Of(options), options.Pooling);
        var label = LabelColumn.Of(data.Schema, options.LabelColumnName!);
        (_catalog, _data, _search) = (catalog, data, search);
        _seed = search.Seed ?? MLNetInternals.SeedOf(environment) ?? Random.Shared.Next();
        _options = options with { Training = options.Training with { Seed = options.Training.Seed ?? _seed } };
        _metric = MetricRule.For(search.Metric, label.Prediction.Kind, label.Column, label.Prediction.OfTokens);
        _isPrediction = options.Predicts || label.Prediction.OfTokens;
        if (_isPrediction && search.Trainer is not null)
            throw new ArgumentException("Trainer is set, but the stage predicts by itself: unset it, or the columns of predictions.");
        _validation = CrossValidation.Of(catalog, data, _metric, search.NumberOfFolds, search.SamplingKeyColumnName, search.Trainer, _seed,
            _isPrediction);
    }

    /// <exception cref="InvalidOperationException">All trials failed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public AttentionSearchResult Run()
    {
        using var canceling = CancellationTokenSource.CreateLinkedTokenSource(_search.CancellationToken,
            _options.Training.CancellationToken);
        AttentionTrial[] trials = [.. Race(canceling.Token).GroupBy(trial => trial.Number, (_, rounds) => rounds.Last())];
        var ranked = Ranked(trials).Concat(trials.Where(trial => trial.Score is null)).ToArray();
        if (ranked[0].Failure is { } failure)
            throw new InvalidOperationException($"All {ranked.Length} trials failed, the first because: {failure.Message}", failure);
        return new(ranked, Fit(ranked[0].Options, canceling.Token));
    }

    /// <summary>Every trial of every round: successive halving, Jamieson and Talwalkar 2016.</summary>
    IEnumerable<AttentionTrial> Race(CancellationToken cancellationToken)
    {
        var racing = Drawn().Select((options, index) => (Number: index + 1, Options: options)).ToArray();
        var isFirst = true;
        foreach (var epochs in Rounds())
        {
            var round = new List<AttentionTrial>();
            // Trials evaluated elsewhere are all under way at once; those here begin when the one before has ended.
            var underWay = _search.EvaluateTrial is null || !isFirst && IsOver
                ? []
                : racing.Select(trial => Try(trial.Number, trial.Options, epochs, cancellationToken)).ToArray();
            for (var index = 0; index < racing.Length; index++)
            {
                if (!isFirst && underWay.Length == 0 && IsOver)
                    yield break;
                isFirst = false;
                var trying = underWay.Length > 0
                    ? underWay[index]
                    : Try(racing[index].Number, racing[index].Options, epochs, cancellationToken);
                var trial = trying.GetAwaiter().GetResult();
                round.Add(trial);
                _search.Progress?.Report(trial);
                yield return trial;
            }
            racing = [.. Ranked(round).Take((racing.Length + _search.ReductionFactor - 1) / _search.ReductionFactor)
                .Select(trial => (trial.Number, trial.Options))];
        }
    }

    bool IsOver => _clock.GetElapsedTime(_began) > _search.TimeLimit;

    /// <summary>The epochs of each round; the last learns for all of them.</summary>
    IEnumerable<int> Rounds()
    {
        var most = _options.Training.NumberOfEpochs;
        var epochs = _search.FewestEpochs ?? (int)Math.Ceiling((double)most / _search.ReductionFactor / _search.ReductionFactor);
        for (; epochs < most; epochs *= _search.ReductionFactor)
            yield return epochs;
        yield return most;
    }

    IEnumerable<MultiHeadAttentionOptions> Drawn()
    {
        MultiHeadAttentionOptions[] given = _options.Pooling == AttentionPooling.None && !_isPrediction ? [] : [_options];
        var points = LatinHypercube.Draw(_search.NumberOfTrials - given.Length, AttentionSearchSpace.Dimensions, new Random(_seed));
        return given.Concat(points.Select(point => _search.Space.At(point, _options)));
    }

    async Task<AttentionTrial> Try(int number, MultiHeadAttentionOptions options, int epochs, CancellationToken cancellationToken)
    {
        var trial = new AttentionTrial { Number = number, Options = options, NumberOfEpochs = epochs, Metric = _metric.Metric };
        var began = _clock.GetTimestamp();
        try
        {
            trial = trial with
            {
                FoldScores = await Scores(number,
                options with { Training = options.Training with { NumberOfEpochs = epochs } }, cancellationToken)
            };
        }
        // Whatever one trial's options, or the caller's trainer, run into, the others go on: the trial says what it was.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            trial = trial with { Failure = e };
        }
        return trial with { Seconds = _clock.GetElapsedTime(began).TotalSeconds };
    }

    async Task<IReadOnlyList<double>> Scores(int number, MultiHeadAttentionOptions options, CancellationToken cancellationToken)
    {
        if (_search.EvaluateTrial is not { } evaluate)
            return _validation.Scores(options with { Training = options.Training with { CancellationToken = cancellationToken } });
        var request = new AttentionTrialRequest
        {
            Number = number,
            Options = options,
            Metric = _metric.Metric,
            NumberOfFolds = _search.NumberOfFolds,
            SamplingKeyColumnName = _search.SamplingKeyColumnName,
            Seed = _seed,
        };
        var scores = await Task.Run(() => evaluate(request, cancellationToken), cancellationToken);
        return scores.Count == _search.NumberOfFolds && scores.All(double.IsFinite) ? scores
            : throw new InvalidOperationException($"EvaluateTrial gave {new ValueList<double>(scores)} for {_search.NumberOfFolds} folds.");
    }

    IEnumerable<AttentionTrial> Ranked(IEnumerable<AttentionTrial> trials) => trials.Where(trial => trial.Score is not null)
        .OrderByDescending(trial => trial.NumberOfEpochs).ThenByDescending(trial => _metric.IsHigherBetter ? trial.Score : -trial.Score);

    MultiHeadAttentionTransformer Fit(MultiHeadAttentionOptions options, CancellationToken cancellationToken) =>
        _catalog.MultiHeadAttention(options with { Training = options.Training with { CancellationToken = cancellationToken } }).Fit(_data);

    static void Check(MultiHeadAttentionOptions options, AttentionSearchOptions search)
    {
        if (options.LabelColumnName is null)
            throw new ArgumentException("LabelColumnName is unset: a search needs a label to score its trials by.");
        AtLeast(1, search.NumberOfTrials, nameof(search.NumberOfTrials));
        AtLeast(2, search.NumberOfFolds, nameof(search.NumberOfFolds));
        AtLeast(2, search.ReductionFactor, nameof(search.ReductionFactor));
        AtLeast(1, search.FewestEpochs ?? 1, nameof(search.FewestEpochs));
        AtLeast(1, options.Training.NumberOfEpochs, nameof(options.Training.NumberOfEpochs));
        if (search.EvaluateTrial is not null && search.Trainer is not null)
            throw new ArgumentException("Trainer is set, and EvaluateTrial too, which has a trainer of its own: set one of them.");
        search.Space.Check();

        static void AtLeast(int least, int value, string name)
        {
            if (value < least)
                throw InvariantText.OutOfRange(name, value, $"{name} must be at least {least}.");
        }
    }
}
