using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Attention.Orleans;
using Microsoft.ML.Data;
using Parquet;

namespace Cluster;

/// <summary>What must hold of a cluster when something is lost, each tried on silos of its own.</summary>
static class Checks
{
    const double LongestWait = 15;

    sealed class Pair
    {
        [VectorType(2)]
        public float[] Numbers { get; set; } = [0, 0];

        public float Label { get; set; }
    }

    public static async Task<int> Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("attention-cluster-").FullName;
        var failed = 0;
        try
        {
            var (modelPath, file) = (Path.Combine(folder, "model.zip"), Path.Combine(folder, "rows.parquet"));
            var model = Rows.MakeModel(modelPath);
            await Rows.MakeFile(file, settings.Rows);
            var expected = Rows.Consume(model.Transform(Rows.Read(file)));
            var options = new ClusterScoringOptions { ModelPath = modelPath };

            await Check("a silo is killed", 3, async (silos, cluster) => await Lost(silos, cluster, silo => silo.Kill()));
            await Check("a silo hangs (SIGSTOP)", 3, async (silos, cluster) =>
                await Lost(silos, cluster, silo => Silos.Signal(silo, "STOP")));
            await Check("the coordinator of a job of files is killed", 2, async (silos, _) =>
            {
                using var first = FileJobOf(silos);
                while (Parts() < 2 && !first.HasExited)
                    await Task.Delay(20);
                first.Kill();
                await first.WaitForExitAsync();
                var before = Parts();
                using var second = FileJobOf(silos);
                var report = await second.StandardOutput.ReadToEndAsync();
                await second.WaitForExitAsync();
                var groups = (settings.Rows + Rows.RowGroup - 1) / Rows.RowGroup;
                var same = await ScoresOf(Path.Combine(folder, "scores"), expected);
                return (second.ExitCode == 0 && before is > 0 && Parts() == groups && same is null
                    && Directory.GetFiles(Path.Combine(folder, "scores")).Length == groups,
                    $"{before} of {groups} parts were there when it was killed; then {report.Trim()}{(same is null ? "" : $"; {same}")}");

                Process FileJobOf(Silos silos) =>
                    Silos.Own("files",
                        [.. silos.ForClients.Where(), "--gateways", string.Join(',', silos.ForClients.Gateways), "--folder", folder]);
                int Parts() => Directory.Exists(Path.Combine(folder, "scores"))
                    ? Directory.GetFiles(Path.Combine(folder, "scores"), "*.parquet").Length
                    : 0;
            });
            await Check("a model is damaged", 2, async (_, cluster) =>
            {
                var damaged = Path.Combine(folder, "damaged.zip");
                var bytes = await File.ReadAllBytesAsync(modelPath);
                bytes.AsSpan(bytes.Length / 2, 400).Fill(7);
                await File.WriteAllBytesAsync(damaged, bytes);
                var (retries, began) = (0, Stopwatch.GetTimestamp());
                try
                {
                    Rows.Consume(model.TransformOnCluster(cluster, Rows.Read(file),
                        options with { ModelPath = damaged, Retries = new Immediate(_ => retries++) }));
                    return (false, "its rows were scored");
                }
                catch (InvalidOperationException e)
                {
                    return (e.Message.Contains(damaged, StringComparison.Ordinal)
                        && retries == 0, $"after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s and {retries} retries: {e.Message}");
                }
            });
            await Check($"{settings.ManyRows} narrow rows are streamed", 2, Memory);
            if (settings.Redis is null)
                Console.WriteLine(
                    "not tried: Redis is gone for 20 s (--redis HOST:PORT, of a server that this user may stop and continue)");
            else
                await Check("Redis is gone for 20 s", 3, async (_, cluster) =>
                {
                    var redis = int.Parse((await File.ReadAllTextAsync(Environment.GetEnvironmentVariable("REDIS_PIDFILE")!)).Trim(),
                        System.Globalization.CultureInfo.InvariantCulture);
                    using var server = Process.GetProcessById(redis);
                    Silos.Signal(server, "STOP");
                    var back = Task.Delay(TimeSpan.FromSeconds(20)).ContinueWith(_ => Silos.Signal(server, "CONT"), TaskScheduler.Default);
                    var longest = 0.0;
                    var (runs, problem) = (0, (string?)null);
                    while (!back.IsCompleted && problem is null)
                    {
                        var scores = Rows.Consume(model.TransformOnCluster(cluster, Rows.Read(file), options));
                        problem = scores.DifferenceFrom(expected);
                        longest = Math.Max(longest, scores.LongestWait);
                        runs++;
                    }
                    await back;
                    return (problem is null, problem ?? $"work went on: {runs} times all rows, longest wait {longest:0.0} s");
                });
            Console.WriteLine(failed == 0 ? "All held." : $"{failed} did not hold.");
            return failed;

            async Task<(bool, string)> Lost(Silos silos, IClusterClient cluster, Action<Process> lose)
            {
                var retries = 0;
                var scores = await Task.Run(() => Rows.Consume(
                    model.TransformOnCluster(cluster, Rows.Read(file),
                        options with { Retries = new Immediate(_ => Interlocked.Increment(ref retries)) }),
                    rows => { if (rows == settings.Rows / 3) lose(silos.Processes[1]); }));
                var problem = scores.DifferenceFrom(expected);
                return (problem is null && scores.LongestWait <= LongestWait, problem
                    ?? $"{settings.Rows} rows once each with the same bits, {retries} calls again, longest wait {scores.LongestWait:0.0} s");
            }

            async Task Check(string what, int count, Func<Silos, IClusterClient, Task<(bool, string)>> run)
            {
                await using var silos = await Silos.Start(settings, count);
                using var host = await SiloProcess.Client(silos.ForClients);
                var (held, found) = (false, "");
                try
                {
                    (held, found) = await run(silos, host.Services.GetRequiredService<IClusterClient>());
                }
                catch (Exception e)
                {
                    found = $"{e.GetType().Name}: {e.Message}";
                }
                failed += held ? 0 : 1;
                Console.WriteLine($"{(held ? "held" : "DID NOT HOLD")}: {what}: {found}");
            }

            async Task<(bool, string)> Memory(Silos silos, IClusterClient cluster)
            {
                var ml = new MLContext(1);
                var narrow = ml.Regression.Trainers.Sdca(featureColumnName: "Numbers", maximumNumberOfIterations: 2)
                    .Fit(ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Pair { Numbers = [i, 1], Label = i })));
                var rows =
                    ml.Data.LoadFromEnumerable(Enumerable.Range(0, settings.ManyRows).Select(i => new Pair { Numbers = [i % 1000, 1] }));
                var scored = narrow.TransformOnCluster(cluster, rows);
                using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
                var get = cursor.GetGetter<float>(scored.Schema["Score"]);
                var (count, score, sum) = (0, 0f, 0.0);
                var memory = new List<(int Rows, long Client, long Silo)>();
                var began = Stopwatch.GetTimestamp();
                while (cursor.MoveNext())
                {
                    get(ref score);
                    sum += score;
                    if (++count % Math.Max(1, settings.ManyRows / 10) == 0)
                        memory.Add((count, Environment.WorkingSet >> 20,
                            silos.Processes.Max(silo => { silo.Refresh(); return silo.WorkingSet64; }) >> 20));
                }
                await Task.CompletedTask;
                // The first tenths warm up the heaps.
                var (early, late) = (memory[2], memory[^1]);
                var isFlat = late.Client <= early.Client * 1.3 + 50 && late.Silo <= early.Silo * 1.3 + 50;
                return (count == settings.ManyRows && isFlat && double.IsFinite(sum),
                    $"{count / Stopwatch.GetElapsedTime(began).TotalSeconds:0} rows/s; MB of client and largest silo: "
                        + $"{string.Join(", ", memory.Select(m => $"{m.Client} and {m.Silo}"))}");
            }

            static async Task<string?> ScoresOf(string folder, Rows.Scores expected)
            {
                var found = new float[expected.ById.Length][];
                foreach (var part in Directory.GetFiles(folder, "*.parquet"))
                {
                    await using var reader = await ParquetReader.CreateAsync(part, new ParquetOptions());
                    var fields = reader.Schema.GetDataFields();
                    using var group = reader.OpenRowGroupReader(0);
                    var (ids, count) = (new long[group.RowCount], (int)group.GetMetadata(fields[1])!.MetaData!.NumValues);
                    var (values, definitions, repetitions) = (new float[count], new int[count], new int[count]);
                    await group.ReadRawAsync<long>(fields[0], ids, default(Memory<int>?), default(Memory<int>?), default);
                    await group.ReadRawAsync<float>(fields[1], values, (Memory<int>)definitions, (Memory<int>)repetitions, default);
                    var width = count / ids.Length;
                    for (var row = 0; row < ids.Length; row++)
                        if (found[ids[row]] is not null)
                            return $"row {ids[row]} is there twice";
                        else
                            found[ids[row]] = values[(row * width)..((row + 1) * width)];
                }
                return found.Any(row => row is null) ? "rows are missing" : new Rows.Scores(found, 0, 0).DifferenceFrom(expected);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
