using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.Attention.Orleans.Silo;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>
/// Calls of one job, each of which is answered once whatever silos are lost. While a call is under way its silo is asked, by calls that
/// take no time, whether it is at it: where that is not said, the call is
/// made again on a silo that answers, and the first answer counts, as all that is called for may be done twice. A client outside the
/// cluster learns of a lost silo by nothing else, and how long the work takes
/// does not matter to it.
/// </summary>
sealed class ClusterCalls(IClusterClient cluster, ClusterFile file, ClusterScoringOptions options)
{
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1), FirstDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The same call made more often than this would load a cluster that is only slow.</summary>
    const int MostAtOnce = 4;

    /// <summary>Silos that are looked for at once where one was lost.</summary>
    const int Candidates = 4;

    // One activation a key and silo. A client outside gives each key a gateway when it first uses it, one after the other:
    // a further call goes to another silo.
    const int Keys = 64;

    readonly bool _isWithin = cluster.ServiceProvider.GetService<ILocalSiloDetails>() is not null;
    readonly ConcurrentDictionary<string, long> _silos = new();
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
                var call = Guid.NewGuid();
                IBatchGrain grain;
                try
                {
                    // Off the caller's scheduler, which may be a grain's, or blocked.
                    grain = failures == 0 && asked.Count == 0
                        ? NextScorer()
                        : await Task.Run(() => Live(NextScorer, scorer => scorer.Has(call)), done.Token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    await Failed(e);
                    continue;
                }
                var isSending = new StrongBox<bool>();
                asked.Add(Task.Run(() => Ask(grain, call, isSending), done.Token));
                var lost = Lost(grain, call, isSending, done.Token);
                for (var isAsking = true; isAsking;)
                {
                    var ended = await Task.WhenAny([.. asked, lost]);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (ended is not Task<Answer> answering)
                    {
                        // A silo that is only slow may still be the first to answer.
                        isAsking = asked.Count >= MostAtOnce;
                        if (isAsking)
                            lost = Task.Delay(Timeout.Infinite, done.Token);
                        else
                            Again(what,
                                FormattableString.Invariant($"no silo is at it, or none has said so for {Late.TotalSeconds:0.0} s"));
                        continue;
                    }
                    asked.Remove(answering);
                    if (answering.IsCompletedSuccessfully)
                        return Taken(what, answering.Result);
                    await Failed(answering.Exception?.InnerException ?? new OperationCanceledException());
                    isAsking = asked.Count > 0;
                }

                async Task Failed(Exception e)
                {
                    if (++failures >= options.MaxAttempts)
                        throw GivenUp(what, failures, e);
                    Again(what, Why(e));
                    await Task.Delay(Delay(failures), cancellationToken);
                }
            }
        }
        finally
        {
            await done.CancelAsync();
            foreach (var late in asked)
                Forget(late);
        }

        async Task<Answer> Ask(IBatchGrain grain, Guid call, StrongBox<bool> isSending)
        {
            while (true)
            {
                var answer = await grain.Score(call, batch, done.Token);
                if (answer.Kind != AnswerKind.FileNeeded)
                    return answer;
                isSending.Value = true;
                await file.Send(cluster);
                isSending.Value = false;
            }
        }
    }

    /// <summary>The outcome of a piece of work.</summary>
    /// <inheritdoc cref="Score"/>
    public async Task<Answer> Do(string what, WorkRequest work, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            IWorkGrain? grain = null;
            try
            {
                // Off the caller's scheduler, which may be a grain's, or blocked.
                var answer = await Task.Run(async () =>
                {
                    grain = failures == 0 ? NextWorker() : await Live(NextWorker, worker => worker.Wait());
                    await grain.Begin(work).WaitAsync(Late, cancellationToken);
                    while (true)
                        if (await grain.Wait().WaitAsync(AskEvery + Late, cancellationToken) is { Kind: not AnswerKind.Working } answer)
                            return answer;
                }, cancellationToken);
                if (answer.Kind == AnswerKind.FileNeeded)
                    await file.Send(cluster);
                else if (answer.Kind != AnswerKind.Unknown)
                    return Taken(what, answer);
                else
                    await Failed(new TimeoutException("the silo that was at it is gone"));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                Cancel(grain);
                throw;
            }
            catch (Exception e) when (e is not InvalidOperationException && failures < options.MaxAttempts)
            {
                Cancel(grain);
                await Failed(e);
            }

            async Task Failed(Exception e)
            {
                if (++failures >= options.MaxAttempts)
                    throw GivenUp(what, failures, e);
                Again(what, Why(e));
                await Task.Delay(Delay(failures), cancellationToken);
            }
        }

        static void Cancel(IWorkGrain? grain)
        {
            if (grain is not null)
                Forget(Task.Run(grain.Cancel));
        }
    }

    TimeSpan Late => options.LateAfter ?? ClusterScoringOptions.DefaultLateAfter;

    IBatchGrain NextScorer() => _isWithin
        ? cluster.GetGrain<IPlacedScoringGrain>(Guid.NewGuid())
        : cluster.GetGrain<IScoringGrain>(Interlocked.Increment(ref _asked) % Keys);

    IWorkGrain NextWorker() => cluster.GetGrain<IWorkGrain>(Guid.NewGuid());

    /// <summary>One of several that answers: a key may lead to the silo that was lost.</summary>
    async Task<TGrain> Live<TGrain>(Func<TGrain> next, Func<TGrain, Task> ask)
    {
        var asking = Enumerable.Range(0, Candidates).Select(async _ =>
        {
            var grain = next();
            await ask(grain).WaitAsync(Late);
            return grain;
        }).ToList();
        while (true)
        {
            var ended = await Task.WhenAny(asking);
            asking.Remove(ended);
            if (!ended.IsCompletedSuccessfully && asking.Count > 0)
                continue;
            asking.ForEach(Forget);
            return await ended;
        }
    }

    /// <summary>Ends when the silo does not say that it is at the call; while the file is sent, no silo is.</summary>
    async Task Lost(IBatchGrain grain, Guid call, StrongBox<bool> isSending, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(AskEvery, cancellationToken);
            try
            {
                var wasSending = isSending.Value;
                if (!await Task.Run(() => grain.Has(call).WaitAsync(Late, cancellationToken), cancellationToken) && !wasSending
                    && !isSending.Value)
                    return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return;
            }
        }
    }

    static TimeSpan Delay(int failures) => FirstDelay * (1 << Math.Min(failures - 1, 4));

    Answer Taken(string what, Answer answer)
    {
        // Whatever the silo's model and rows ran into comes back as an answer: what is thrown is the cluster's.
        if (answer.Kind == AnswerKind.Failed)
            throw new InvalidOperationException($"{what}, {file}, on silo {answer.Silo}: {answer.Failure}");
        _silos.AddOrUpdate(answer.Silo, answer.Rows, (_, rows) => rows + answer.Rows);
        return answer;
    }

    void Again(string what, string why)
    {
        Interlocked.Increment(ref _retries);
        options.Retries?.Report($"{what}: {why}; asked again.");
    }

    static void Forget(Task task) => task.ContinueWith(t => t.Exception, TaskContinuationOptions.OnlyOnFaulted);

    static string Why(Exception e) => $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";

    static TimeoutException GivenUp(string what, int failures, Exception last) =>
        new($"{what}: the cluster did not answer in {failures} attempts, at last: {Why(last)}", last);
}
