using Microsoft.ML.Attention.Orleans.Silo;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>Trials of a search on one set of rows, each the work of one silo.</summary>
sealed class ClusterTrials
{
    readonly ClusterScoringOptions _options;
    readonly Lazy<Task<(ClusterFile File, ClusterCalls Calls)>> _calls;
    readonly SemaphoreSlim _places;

    public ClusterTrials(IClusterClient cluster, IDataView data, ClusterScoringOptions options)
    {
        options.Check();
        _options = options;
        _places = new(options.CallsInFlight);
        _calls = new(async () =>
        {
            var file = new ClusterFile("the rows of the search", await Task.Run(() => TrialData.Write(data)));
            await file.Share(_options.SharedFolder);
            return (file, new(cluster, file, options));
        });
    }

    public async Task<IReadOnlyList<double>> Evaluate(AttentionTrialRequest trial, CancellationToken cancellationToken)
    {
        var json = trial.ToJson();
        var (file, calls) = await _calls.Value;
        await _places.WaitAsync(cancellationToken);
        try
        {
            return (await calls.Do($"Trial {trial.Number}", new TrialRequest(file.Hash, json), cancellationToken)).Scores!;
        }
        finally
        {
            _places.Release();
        }
    }
}
