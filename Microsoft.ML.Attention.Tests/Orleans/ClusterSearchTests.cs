using Microsoft.ML.Attention.Orleans;
using Microsoft.ML.Attention.Tests.Support;
using Orleans.TestingHost;

namespace Microsoft.ML.Attention.Tests.Orleans;

[TestClass]
public sealed class ClusterSearchTests
{
    static readonly MultiHeadAttentionOptions Brief =
        Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 2, ValidationFraction = 0.2 } };

    static readonly AttentionSearchOptions Search = new()
    {
        Space = new()
        {
            NumberOfHeads = [],
            ModelDimension = [],
            Block = [],
            NumberOfLayers = [],
            Pooling = [],
            PositionalEncoding = [],
            LearningRate = new(1e-4, 1e-1, IsLogarithmic: true),
            Dropout = null
        },
        NumberOfTrials = 3,
        NumberOfFolds = 2,
        FewestEpochs = 1,
        Seed = 4,
    };

    [TestMethod, Timeout(60_000)]
    public async Task Trials_OnACluster_AreBitForBitThoseHere_AlsoWhenASiloIsKilled()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddModelScoring());
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var ml = new MLContext(1);
        var data = Needle.Flags(ml, 24);
        var evaluate = cluster.Client.EvaluateTrials(data, new() { LateAfter = TimeSpan.FromSeconds(1) });
        var told = new List<int>();
        var killed = 0;

        var here = ml.Transforms.SearchMultiHeadAttention(data, Brief, Search);
        var there = await Task.Run(() => ml.Transforms.SearchMultiHeadAttention(data, Brief, Search with
        {
            Progress = new Immediate(trial => told.Add(trial.Number)),
            EvaluateTrial = async (trial, cancellation) =>
            {
                var scores = evaluate(trial, cancellation);
                if (Interlocked.Exchange(ref killed, 1) == 0)
                    await cluster.KillSiloAsync(cluster.Silos[1]);
                return await scores;
            },
        }));

        using var first = here.BestTransformer;
        using var second = there.BestTransformer;
        Assert.AreSequenceEqual(
            here.Trials.Select(trial => $"{trial.Number}: {string.Join(", ", trial.FoldScores)}"),
            there.Trials.Select(trial => $"{trial.Number}: {string.Join(", ", trial.FoldScores)}"));
        Assert.HasCount(4, told, "Three trials, and the best third of them again.");
    }

    sealed class Immediate(Action<AttentionTrial> report) : IProgress<AttentionTrial>
    {
        public void Report(AttentionTrial value) => report(value);
    }
}
