using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.Attention.Orleans.Silo;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>Calls of one job, each of which is answered once whatever silos are lost: late ones are made again, and the first answer counts, as all that is called for may be done twice.</summary>
sealed class ClusterCalls(IClusterClient cluster, ClusterFile file, ClusterScoringOptions options)
{
    static readonly TimeSpan FirstLate = TimeSpan.FromSeconds(15), ShortestLate = TimeSpan.FromSeconds(5), FirstDelay = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    // The same call made more often than this would load a cluster that is only slow.
    const int MostAtOnce = 4, SlowestTimes = 5;

    // One activation a key and silo. A client outside gives each key a gateway when it first uses it, one after the other: a further call goes to another silo.
    const int Keys = 64;

    readonly bool _isWithin = cluster.ServiceProvider.GetService<ILocalSiloDetails>() is not null;
    readonly ConcurrentDictionary<string, long> _silos = new();
    long _slowest;
    int _retries, _asked;

    public int Retries => Volatile.Read(ref _retries);

    /// <summary>The rows of each silo that answered.</summary>
    public IReadOnlyDictionary<string, long> Silos => _silos;

    /// <summary>The answer to a batch.</summary>
    /// <exception cref="InvalidOperationException">The model or the rows are at fault.</exception>
    /// <exception cref="TimeoutException">The cluster did not answer, however often it was asked.</exception>
    public async Task<Answer> Score(string what, BatchRequest batch, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new List<Task<Answer>>();
        try
        {
            for (var failures = 0; ;)
            {
                var began = Stopwatch.GetTimestamp();
                asked.Add(Ask());
                while (true)
                {
                    var ended = await Task.WhenAny([.. asked, Task.Delay(Tick, done.Token)]);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (ended is not Task<Answer> answered)
                    {
                        if (Stopwatch.GetElapsedTime(began) < Late || asked.Count >= MostAtOnce)
                            continue;
                        Again(what, $"no answer in {Late.TotalSeconds:0.0} s");
                        break;
                    }
                    asked.Remove(answered);
                    if (answered.IsCompletedSuccessfully)
                        return Taken(what, answered.Result, began);
                    if (++failures >= options.MaxAttempts)
                        throw GivenUp(what, failures, answered);
                    Again(what, Why(answered));
                    if (asked.Count > 0)
                        continue;
                    await Task.Delay(Delay(failures), cancellationToken);
                    break;
                }
            }
        }
        finally
        {
            await done.CancelAsync();
            foreach (var late in asked)
                _ = late.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }

        // Off the caller's scheduler, which may be a grain's or blocked.
        Task<Answer> Ask() => Task.Run(async () =>
        {
            while (true)
            {
                var answer = _isWithin
                    ? await cluster.GetGrain<IPlacedScoringGrain>(Guid.NewGuid()).Score(batch, done.Token)
                    : await cluster.GetGrain<IScoringGrain>(Interlocked.Increment(ref _asked) % Keys).Score(batch, done.Token);
                if (answer.Kind != AnswerKind.FileNeeded)
                    return answer;
                await file.Send(cluster);
            }
        }, done.Token);
    }

    /// <summary>The outcome of a piece of work.</summary>
    /// <inheritdoc cref="Score"/>
    public async Task<Answer> Do(string what, WorkRequest work, CancellationToken cancellationToken)
    {
        var late = options.LateAfter ?? ShortestLate;
        for (var failures = 0; ;)
        {
            var began = Stopwatch.GetTimestamp();
            var grain = cluster.GetGrain<IWorkGrain>(Guid.NewGuid());
            var asking = Task.Run(async () =>
            {
                await grain.Begin(work).WaitAsync(late, cancellationToken);
                while (true)
                    if (await grain.Wait().WaitAsync(late, cancellationToken) is { Kind: not AnswerKind.Working } answer)
                        return answer;
            }, cancellationToken);
            try
            {
                var answer = await asking;
                if (answer.Kind == AnswerKind.FileNeeded)
                {
                    await file.Send(cluster);
                    continue;
                }
                if (answer.Kind != AnswerKind.Unknown)
                    return Taken(what, answer, began);
                if (++failures >= options.MaxAttempts)
                    throw new TimeoutException($"{what}: given up after {failures} attempts; each silo that was at it was lost.");
                Again(what, "the silo that was at it is gone");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _ = Task.Run(grain.Cancel, CancellationToken.None);
                throw;
            }
            catch (Exception e) when (asking.IsFaulted && IsOfTheCluster(e))
            {
                _ = Task.Run(grain.Cancel, CancellationToken.None);
                if (++failures >= options.MaxAttempts)
                    throw GivenUp(what, failures, asking);
                Again(what, Why(asking));
                await Task.Delay(Delay(failures), cancellationToken);
            }
        }
    }

    TimeSpan Late => options.LateAfter ?? (Volatile.Read(ref _slowest) is var slowest and > 0 ? TimeSpan.FromTicks(Math.Max(SlowestTimes * slowest, ShortestLate.Ticks)) : FirstLate);

    static TimeSpan Delay(int failures) => FirstDelay * (1 << Math.Min(failures - 1, 4));

    // Whatever the silo's model and rows ran into came back as an answer: what is thrown is the cluster's.
    static bool IsOfTheCluster(Exception e) => e is not OperationCanceledException;

    Answer Taken(string what, Answer answer, long began)
    {
        if (answer.Kind == AnswerKind.Failed)
            throw new InvalidOperationException($"{what}, {file}, on silo {answer.Silo}: {answer.Failure}");
        var took = Stopwatch.GetElapsedTime(began).Ticks;
        for (var slowest = Volatile.Read(ref _slowest); took > slowest; slowest = Volatile.Read(ref _slowest))
            if (Interlocked.CompareExchange(ref _slowest, took, slowest) == slowest)
                break;
        _silos.AddOrUpdate(answer.Silo, answer.Rows, (_, rows) => rows + answer.Rows);
        return answer;
    }

    void Again(string what, string why)
    {
        Interlocked.Increment(ref _retries);
        options.Retries?.Report($"{what}: {why}; asked again.");
    }

    static string Why(Task failed) => failed.Exception?.InnerException is { } e ? $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}" : "the call was canceled";

    static TimeoutException GivenUp(string what, int failures, Task last) =>
        new($"{what}: the cluster did not answer in {failures} attempts, at last: {Why(last)}", last.Exception?.InnerException);
}
