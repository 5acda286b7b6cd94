using Orleans.Concurrency;
using Orleans.Placement;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>As many on a silo as there are calls; <see cref="ModelScoringOptions.MaxConcurrency"/> bounds what they do at once.</summary>
[StatelessWorker, Reentrant]
sealed class ScoringGrain(SiloWork work) : Grain, IScoringGrain
{
    public Task<Answer> Score(Guid call, BatchRequest batch, CancellationToken cancellationToken) =>
        work.Score(call, batch, cancellationToken);

    public Task<bool> Has(Guid call) => Task.FromResult(work.Has(call));
}

[RandomPlacement, Reentrant]
sealed class PlacedScoringGrain(SiloWork work) : Grain, IPlacedScoringGrain
{
    public Task<Answer> Score(Guid call, BatchRequest batch, CancellationToken cancellationToken) =>
        work.Score(call, batch, cancellationToken);

    public Task<bool> Has(Guid call) => Task.FromResult(work.Has(call));
}

[RandomPlacement, Reentrant]
sealed class WorkGrain(SiloWork work) : Grain, IWorkGrain
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _canceling = new();
    Task<Answer>? _working;

    public Task Begin(WorkRequest request)
    {
        _working ??= Task.Run(() => work.Do(request, _canceling.Token));
        return Task.CompletedTask;
    }

    public async Task<Answer> Wait()
    {
        if (_working is null)
            return work.Unknown;
        if (await Task.WhenAny(_working, Task.Delay(Patience)) != _working)
            return work.Working;
        DeactivateOnIdle();
        return await _working;
    }

    public async Task Cancel() => await _canceling.CancelAsync();

    // A client that stays away longer than a grain is kept has ended, or lost this silo and gone to another.
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _canceling.CancelAsync();
}
