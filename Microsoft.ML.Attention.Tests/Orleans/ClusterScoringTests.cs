using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.Attention.Orleans;
using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Orleans.TestingHost;

namespace Microsoft.ML.Attention.Tests.Orleans;

[TestClass]
public sealed class ClusterScoringTests
{
    static readonly Lazy<Task<InProcessTestCluster>> Shared = new(Start);

    [ClassCleanup]
    public static async Task Stop()
    {
        if (Shared.IsValueCreated)
            await (await Shared.Value).DisposeAsync();
    }

    [TestMethod]
    public async Task Rows_OfEveryType_AreThoseOfTransform()
    {
        var (model, rows) = (Model(), ClusterRow.View(300));

        var scored = model.TransformOnCluster((await Shared.Value).Client, rows, new() { BatchRows = 32, CallsInFlight = 3 });

        Assert.AreEqual(model.Transform(rows).Read().Text(), scored.Read().Text());
        Assert.AreEqual("Vector<Single, 4>", $"{scored.Schema["Attended"].Type}");
    }

    [TestMethod]
    public async Task Rows_ShuffledBySeed_AreThoseOfTransform()
    {
        var (model, rows) = (Model(), new MLContext(1).Data.Cache(ClusterRow.View(100)));
        var scored = model.TransformOnCluster((await Shared.Value).Client, rows, new() { BatchRows = 32 });
        string Shuffled(IDataView view) => view.Read([view.Schema["Id"], view.Schema["Attended"]], new Random(3)).Text();

        Assert.AreEqual(Shuffled(model.Transform(rows)), Shuffled(scored));
    }

    [TestMethod]
    public async Task Input_IsReadNoFurtherAheadThanCallsAreUnderWay()
    {
        var read = 0;
        var ml = new MLContext(1);
        var counted = ml.Data.LoadFromEnumerable(ClusterRow.Rows(200).Select(row => { read++; return row; }));
        var scored = Model().TransformOnCluster((await Shared.Value).Client, counted, new() { BatchRows = 10, CallsInFlight = 2 });
        using var cursor = scored.GetRowCursor([scored.Schema["Attended"]]);

        Assert.AreEqual(0, read, "Nothing is read before the first row is asked for.");
        for (var row = 0; row < 35; row++)
            Assert.IsTrue(cursor.MoveNext());
        Assert.IsInRange(40, 60, read);
    }

    [TestMethod]
    public async Task Batches_AreBoundInBytes()
    {
        var rows = ClusterRow.View(50);
        var model = Model();

        // A row of tokens has 16 to 48 bytes: two rows a batch.
        var scored = model.TransformOnCluster((await Shared.Value).Client, rows, new() { BatchBytes = 40 });

        Assert.AreEqual(model.Transform(rows).Read("Attended").Count, scored.Read("Attended").Count);
    }

    [TestMethod, Timeout(60_000)]
    public async Task SiloKilled_InTheMiddle_LosesAndDoublesNothing()
    {
        await using var cluster = await Start();
        var (model, rows) = (Model(), ClusterRow.View(400));
        var retries = new ConcurrentBag<string>();
        var scored = model.TransformOnCluster(cluster.Client, rows,
            new() { BatchRows = 10, CallsInFlight = 4, LateAfter = TimeSpan.FromMilliseconds(500), Retries = new Immediate(retries.Add) });
        var columns = new[] { scored.Schema["Id"], scored.Schema["Attended"] };
        using var cursor = scored.GetRowCursor(columns);
        var readers = columns.Select(cursor.Reader).ToArray();
        var found = new List<string>();

        while (cursor.MoveNext())
        {
            found.Add(string.Join(" | ", readers.Select(read => read())));
            if (found.Count == 100)
                await cluster.KillSiloAsync(cluster.Silos[1]);
        }

        Assert.AreSequenceEqual(model.Transform(rows).Read(columns).Select(row => string.Join(" | ", row.Skip(1))), found);
    }

    [TestMethod]
    public async Task DamagedModel_FailsOnceWithItsName()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["damaged.zip"], "no archive");
        var retries = new ConcurrentBag<string>();
        var scored = Model().TransformOnCluster((await Shared.Value).Client, ClusterRow.View(5),
            new() { ModelPath = folder["damaged.zip"], Retries = new Immediate(retries.Add) });

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => scored.Read("Attended"));
        Assert.MatchesRegex($"^Rows 0 to 4, model '{folder["damaged.zip"]}' \\(SHA-256 [0-9a-f]{{64}}\\), on silo .*: the file "
            + $"[0-9a-f]{{64}} cannot be used: ", error.Message);
        Assert.IsEmpty(retries);
    }

    [TestMethod]
    public async Task BadRow_FailsOnceWithWhatTheModelSaysOfIt()
    {
        var rows = ClusterRow.Rows(30);
        rows[17].Tokens = [1, 2, 3];   // no token of four numbers
        var scored = Model()
            .TransformOnCluster((await Shared.Value).Client, new MLContext(1).Data.LoadFromEnumerable(rows), new() { BatchRows = 10 });

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => scored.Read("Attended"));
        Assert.StartsWith("Rows 10 to 19, model ", error.Message);
        Assert.Contains("Tokens", error.Message);
    }

    [TestMethod]
    public async Task SharedFolder_CarriesTheModel()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await Start(options => options.SharedFolder = folder[""]);
        var (model, rows) = (Model(), ClusterRow.View(5));

        Assert.AreEqual(model.Transform(rows).Read("Attended").Count,
            model.TransformOnCluster(cluster.Client, rows, new() { SharedFolder = folder[""] }).Read("Attended").Count);
        Assert.HasCount(1, Directory.GetFiles(folder[""], "*.zip"));
    }

    // A stateless worker that is called from within a silo runs there: rows of a coordinator in the cluster would all stay with it.
    [TestMethod]
    public async Task Rows_OfACoordinatorInTheCluster_AreThoseOfTransform_ByAllSilos()
    {
        await using var cluster = await Start();
        var coordinator = cluster.Silos[0].ServiceProvider.GetRequiredService<IClusterClient>();
        var (model, rows) = (Model(), ClusterRow.View(400));

        var scored = model.TransformOnCluster(coordinator, rows, new() { BatchRows = 10 });

        Assert.AreEqual(model.Transform(rows).Read().Text(), scored.Read().Text());
        var activations = await cluster.Client.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        Assert.AreSequenceEqual(cluster.Silos.Select(silo => $"{silo.SiloAddress}").Order(),
            activations.Where(grain => grain.GrainType.Contains("PlacedScoringGrain", StringComparison.Ordinal))
                .Select(grain => $"{grain.SiloAddress}").Order());
    }

    [TestMethod]
    public async Task Files_AreScoredRowGroupByRowGroup_AndNotTwice()
    {
        var cluster = (await Shared.Value).Client;
        using var folder = new TemporaryFolder();
        var (model, rows) = (Model(), ClusterRow.View(30));
        foreach (var name in (string[])["one", "two"])
            await ParquetFile.Write(folder[$"{name}.parquet"], Gather(rows, "Id", "Tokens"), 30, "", default);
        var options = new ClusterScoringOptions { InputSchema = rows.Schema, OutputColumnNames = ["Id", "Attended"] };
        string[] inputs = [folder["one.parquet"], folder["two.parquet"]];

        var first = await model.ScoreFilesAsync(cluster, inputs, folder["scores"], options);
        File.Delete(folder["scores/two-000000.parquet"]);
        var second = await model.ScoreFilesAsync(cluster, inputs, folder["scores"], options);

        Assert.AreEqual((60L, 2, 0), (first.Rows, first.Parts, first.SkippedParts));
        Assert.AreEqual((30L, 1, 1), (second.Rows, second.Parts, second.SkippedParts));
        Assert.AreEqual(60, first.Silos.Values.Sum());
        var expected = model.Transform(rows);
        var types = options.OutputColumnNames.Select(name => ColumnType.Of(expected.Schema[name])).ToArray();
        var (columns, count) = await ParquetFile.ReadRowGroup(folder["scores/two-000000.parquet"], 0, types, default);
        Assert.AreEqual(expected.Read([expected.Schema["Id"], expected.Schema["Attended"]]).Text(),
            new ColumnsView(expected.Schema, columns, count).Read([expected.Schema["Id"], expected.Schema["Attended"]]).Text());

        var other = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            Model(seed: 2).ScoreFilesAsync(cluster, inputs, folder["scores"], options));
        Assert.StartsWith($"'{folder["scores/one-000000.parquet"]}' is there, and not the work of model ", other.Message);
    }

    [TestMethod]
    public async Task Files_WithoutASchema_AskForOne()
    {
        var error = await Assert.ThrowsExactlyAsync<ArgumentException>(async () =>
            await Model().ScoreFilesAsync((await Shared.Value).Client, [], "scores"));
        Assert.AreEqual("Files do not say how long a model's vectors are: set InputSchema, or ModelPath to the file that the model was "
            + "loaded from.", error.Message);
    }

    [TestMethod]
    public void SameModelSavedTwice_IsOneFile()
    {
        var (model, schema) = (Model(), ClusterRow.View(0).Schema);

        Assert.AreEqual(ML.Attention.Orleans.Calls.ClusterFile.OfModel(model, schema, null).Hash,
            ML.Attention.Orleans.Calls.ClusterFile.OfModel(model, schema, null).Hash);
    }

    [TestMethod]
    public async Task Options_OutOfRange_AreRefused()
    {
        var cluster = (await Shared.Value).Client;
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            Model().TransformOnCluster(cluster, ClusterRow.View(1), new() { BatchBytes = 100_000_000 }));
        Assert.StartsWith("BatchBytes must be from 1 to 67108864.", error.Message);
    }

    static ITransformer Model(int seed = 1)
    {
        var ml = new MLContext(seed);
        return ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Attended",
            InputColumnNames = ["Tokens"],
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            Pooling = AttentionPooling.Mean,
            Training = new() { Objective = TrainingObjective.None },
        }).Append(ml.Transforms.CopyColumns("Copy", "Words")).Fit(ClusterRow.View(3));
    }

    static List<Column> Gather(IDataView view, params string[] names)
    {
        var wanted = names.Select(name => view.Schema[name]).ToArray();
        using var cursor = view.GetRowCursor(wanted);
        ColumnBuffer[] buffers = [.. wanted.Select(column => ColumnType.Of(column).Buffer(cursor, column))];
        while (cursor.MoveNext())
            foreach (var buffer in buffers)
                buffer.Append();
        return [.. buffers.Select(buffer => buffer.Take())];
    }

    static async Task<InProcessTestCluster> Start() => await Start(null);

    static async Task<InProcessTestCluster> Start(Action<ModelScoringOptions>? configure)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddModelScoring(configure));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    sealed class Immediate(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
