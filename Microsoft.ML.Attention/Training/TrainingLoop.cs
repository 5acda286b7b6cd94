using System.Diagnostics;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;
using static System.FormattableString;

namespace Microsoft.ML.Attention.Training;

/// <summary>Epochs of steps over the rows, until they are done or no longer help.</summary>
sealed class TrainingLoop(TrainingTask task, TrainingOptions options, IRowSource source, Survey survey, ProviderSession provider,
    TrainingEnvironment environment, Random random)
{
    /// <summary>Numbers kept in memory (64 MiB): data that fits is read once.</summary>
    public const long MostCachedNumbers = 16L << 20;

    /// <summary>Numbers of a chunk (16 MiB) where the data is read anew in every epoch.</summary>
    public long MostChunkNumbers { get; init; } = 4L << 20;

    readonly HeldOut _heldOut = new(options.ValidationFraction, random.Next());
    readonly int _validationSeed = random.Next();
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly int _epochs = Epochs(options, survey.RowsUsed);
    readonly Augmenter? _augmenter = Augmenter.Of(options.Augmentation, survey, task.Objective.LeastTokens);
    BatchInputs? _batch;
    LabelledRows? _batchRows;

    /// <summary>Learns, starting from these tensors.</summary>
    /// <returns>The tensors that were learned, the read-out's included, and what happened.</returns>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite.</exception>
    public (AttentionParameters Learned, TrainingReport Report) Run(AttentionParameters initial, TrainingObjective objective)
    {
        var tensors = new LearnedTensors(task.Learned, provider.Provider == ExecutionProvider.Cpu ? LearnedTensors.Large : long.MaxValue);
        Optimizer optimizer = new AdamW(options.WeightDecay);
        if (options.AverageDecay > 0)
            optimizer = new Averaged(optimizer, options.AverageDecay);
        using var step = new TrainingStep(task, tensors, provider, initial, optimizer, options.GradientClip,
            new Dropout(options.Dropout, options.HeadDropout), random.Next());
        using var evaluation = options.ValidationFraction > 0 ? new EvaluationStep(task, tensors, provider) : null;
        var (losses, validationLosses) = (new List<double>(), new List<double>());
        var (bestEpoch, best) = (0, (AttentionParameters?)null);
        var (validated, validatedWeight, temperature) = (0L, 0.0, (double?)null);
        AttentionParameters learned;
        try
        {
            for (var epoch = 1; epoch <= _epochs; epoch++)
            {
                var began = _watch.Elapsed;
                var (loss, rows, rate) = Epoch(step, epoch);
                var rowsPerSecond = rows / (_watch.Elapsed - began).TotalSeconds;
                losses.Add(loss);
                if (evaluation is not null)
                {
                    (var validation, validated, validatedWeight) = Validate(evaluation, step.Parameters, task.Objective);
                    CheckFinite("validation loss", validation, epoch);
                    validationLosses.Add(validation);
                }
                Tell(epoch, loss, validationLosses.Count > 0 ? validationLosses[^1] : null, rate, rowsPerSecond);
                if (evaluation is null)
                    bestEpoch = epoch;
                else if (bestEpoch == 0 || validationLosses[^1] < validationLosses[bestEpoch - 1])
                    (bestEpoch, best) = (epoch, step.Read());
                else if (epoch - bestEpoch >= options.EarlyStoppingPatience)
                    break;
            }
            learned = best ?? step.Read();
            if (evaluation is not null && task.Architecture.Prediction is not null
                && task.Objective.Calibration(validatedWeight) is { } calibration)
            {
                temperature = TemperatureOf(learned, tensors, calibration);
                environment.Log(Invariant($"Temperature {temperature:F3}, by the rows kept out."));
                learned = Temperature.Apply(learned.All, temperature.Value);
            }
        }
        finally
        {
            _batch?.Dispose();
        }
        return (learned, new TrainingReport
        {
            Objective = objective,
            Losses = losses,
            ValidationLosses = validationLosses,
            BestEpoch = bestEpoch,
            RowsUsed = survey.RowsUsed - validated,
            RowsValidated = validated,
            RowsSkipped = survey.RowsSkipped,
            Temperature = temperature,
            Seconds = _watch.Elapsed.TotalSeconds,
        });
    }

    /// <summary>What the classifier's logits are to be divided by: the rows kept out have the least loss with it.</summary>
    double TemperatureOf(AttentionParameters learned, LearnedTensors tensors, Objective calibration)
    {
        using var evaluation = new EvaluationStep(task with { Objective = calibration }, tensors, provider);
        return Temperature.Of(temperature =>
        {
            var divided = Temperature.Apply(learned.All, temperature);
            OrtValue[] values = [.. tensors.Vectors.Select(vector => vector.View(divided))];
            try
            {
                return Validate(evaluation, values, calibration).Loss;
            }
            finally
            {
                Array.ForEach(values, value => value.Dispose());
            }
        });
    }

    (double Loss, long Rows, double Rate) Epoch(TrainingStep step, int epoch)
    {
        var expected = Math.Max(1, survey.RowsUsed * (1 - options.ValidationFraction));
        var (sum, weights, rows, rate) = (0.0, 0.0, 0L, 0.0);
        foreach (var chunk in Chunks(random))
        {
            int[] members = [.. Usable(chunk, heldOut: false)];
            random.Shuffle(members);
            foreach (var group in MiniBatches.Of(chunk.Rows, members, options.BatchSize, random, chunk.RowsOfExample))
            {
                environment.CheckCanceled();
                var (batch, weight) = _augmenter is null ? Fill(chunk, group, random) : Augmented(_augmenter, chunk, group);
                // The rate of the step's middle: at its beginning the first step would learn nothing, at its end the last one.
                var examples = group.Rows.Count / chunk.RowsOfExample;
                rate = LearningRate.At(options, (epoch - 1 + Math.Min(1, (rows + examples / 2.0) / expected)) / _epochs);
                rows += examples;
                var (loss, norm) = step.Run(batch, rate);
                CheckFinite("loss", loss, epoch);
                CheckFinite("norm of the gradients", norm, epoch);
                sum += loss * weight;
                weights += weight;
            }
        }
        return rows > 0 ? (sum / weights, rows, rate)
            : throw new InvalidOperationException(Invariant(
                $"ValidationFraction {options.ValidationFraction} of {survey.RowsUsed} rows is all of them: lower it, or set it to 0."));
    }

    /// <summary>The mean loss of the rows kept out, and how much they count;
    /// what reconstruction hides in them is the same after every epoch.</summary>
    (double Loss, long Rows, double Weight) Validate(EvaluationStep evaluation, IReadOnlyList<OrtValue> parameters, Objective objective)
    {
        var draws = new Random(_validationSeed);
        var (sum, weights, rows) = (0.0, 0.0, 0L);
        foreach (var chunk in Chunks(null))
        {
            int[] members = [.. Usable(chunk, heldOut: true)];
            foreach (var group in MiniBatches.Of(chunk.Rows, members, options.BatchSize, null, chunk.RowsOfExample))
            {
                environment.CheckCanceled();
                var (batch, weight) = Fill(chunk, group, draws, objective);
                sum += evaluation.Run(batch, parameters) * weight;
                weights += weight;
                rows += group.Rows.Count / chunk.RowsOfExample;
            }
        }
        return rows > 0 ? (sum / weights, rows, weights)
            : throw new InvalidOperationException(
                Invariant($"ValidationFraction {options.ValidationFraction} of {survey.RowsUsed} rows is none: raise it, or set it to 0."));
    }

    /// <summary>The epochs that were asked for, or as many as have the steps that were.</summary>
    public static int Epochs(TrainingOptions options, long rows)
    {
        var learned = Math.Max(1, rows * (1 - options.ValidationFraction));
        var steps = options.MinimumSteps ?? (options.NumberOfEpochs == Defaults.NumberOfEpochs ? Defaults.MinimumSteps : 0);
        var epochs = Math.Ceiling(steps / Math.Ceiling(learned / options.BatchSize));
        return (int)Math.Min(int.MaxValue, Math.Max(options.NumberOfEpochs, epochs));
    }

    void CheckFinite(string what, double number, int epoch)
    {
        if (!double.IsFinite(number))
            throw new InvalidOperationException(
                Invariant(
                    $"The {what} became {number} in epoch {epoch}: lower LearningRate (it is {options.LearningRate}){(options.GradientClip == 0 ? ", or set GradientClip" : "")}."));
    }

    IEnumerable<LabelledRows> Chunks(Random? shuffle) => survey.Cached is { } all ? [all] : source.Read(shuffle, MostChunkNumbers);

    IEnumerable<int> Usable(LabelledRows chunk, bool heldOut) =>
        chunk.Examples.Where(row => _heldOut.Contains(chunk.Ids[row]) == heldOut && survey.IsUsable(chunk, row));

    /// <summary>A batch, and how much it counts beside others.</summary>
    (BatchInputs Batch, double Weight) Fill(LabelledRows chunk, LengthGroup group, Random draws, Objective? objective = null)
    {
        if (_batchRows != chunk)
        {
            _batch?.Dispose();
            (_batch, _batchRows) = (new BatchInputs(task, chunk.Rows), chunk);
        }
        _batch!.Fill(group);
        return (_batch, (objective ?? task.Objective).Feed(_batch, chunk, draws));
    }

    (BatchInputs Batch, double Weight) Augmented(Augmenter augmenter, LabelledRows chunk, LengthGroup group)
    {
        var rows = augmenter.Change(chunk, group.Rows, random);
        return Fill(rows, LengthGroup.Of(rows.Rows, Enumerable.Range(0, rows.Rows.Count).ToArray()), random);
    }

    void Tell(int epoch, double loss, double? validation, double rate, double rowsPerSecond)
    {
        var heldOut = validation is null ? "" : Invariant($"validation loss {validation:F4}, ");
        environment.Log(
            Invariant($"Epoch {epoch} of {_epochs}: loss {loss:F4}, {heldOut}learning rate {rate:G3}, {rowsPerSecond:F0} rows/s."));
        Instruments.EpochEnded(loss, validation);
        options.Progress?.Report(new TrainingProgress(epoch, _epochs, loss, validation, rate, rowsPerSecond));
    }
}
