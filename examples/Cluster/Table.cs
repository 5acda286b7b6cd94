using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.Attention.Orleans;

namespace Cluster;

/// <summary>What rows cost in process, and with 1, 2 and 3 silos; and a silo killed in the middle.</summary>
static class Table
{
    public static async Task<int> Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("attention-cluster-").FullName;
        try
        {
            var (modelPath, file) = (Path.Combine(folder, "model.zip"), Path.Combine(folder, "rows.parquet"));
            var model = Rows.MakeModel(modelPath);
            await Rows.MakeFile(file, settings.Rows);
            Console.WriteLine($"{settings.Rows} rows of {Rows.Tokens} x {Rows.Width}, two encoder layers of width 64; "
                + $"{Environment.ProcessorCount} cores for all processes together. Membership: "
                + $"{(settings.Redis is not null ? "Redis" : settings.Postgres is not null ? "PostgreSQL" : "the first silo")}.");
            Console.WriteLine("| | rows/s | CPU us a row | of them the client's | longest wait s |");
            Console.WriteLine("|---|--:|--:|--:|--:|");
            Rows.Consume(model.Transform(Rows.Read(file)));   // once before each measurement: a process compiles its code while it is new

            var expected = InProcess("in process");
            var problem = (string?)null;
            for (var count = 1; count <= 3; count++)
            {
                await using var silos = await Silos.Start(settings, count);
                using var host = await SiloProcess.Client(silos.ForClients);
                var cluster = host.Services.GetRequiredService<IClusterClient>();
                var options = new ClusterScoringOptions { ModelPath = modelPath };
                Rows.Consume(model.TransformOnCluster(cluster, Rows.Read(file), options));
                var (own, all) = (Own(), silos.Cpu);
                var scores = Rows.Consume(model.TransformOnCluster(cluster, Rows.Read(file), options));
                Print($"{count} silo{(count > 1 ? "s" : "")}", scores, Own() - own, silos.Cpu - all);
                problem ??= scores.DifferenceFrom(expected);
                if (count == 3)
                    problem ??= Killed(silos, cluster, options);
                await host.StopAsync();
            }
            InProcess("in process, again");
            Console.WriteLine(problem is null
                ? "Every row came once, in order, with the bits of the rows scored in process."
                : $"FAILED: {problem}");
            return problem is null ? 0 : 1;

            Rows.Scores InProcess(string what)
            {
                var own = Own();
                var scores = Rows.Consume(model.Transform(Rows.Read(file)));
                Print(what, scores, Own() - own, 0);
                return scores;
            }

            string? Killed(Silos silos, IClusterClient cluster, ClusterScoringOptions options)
            {
                var own = Own();
                var retries = 0;
                var scores = Rows.Consume(
                    model.TransformOnCluster(cluster, Rows.Read(file),
                        options with { Retries = new Immediate(_ => Interlocked.Increment(ref retries)) }),
                    rows => { if (rows == settings.Rows / 3) silos.Processes[1].Kill(); });
                Print($"3 silos, one killed after a third ({retries} calls again)", scores, Own() - own, double.NaN);
                return scores.DifferenceFrom(expected);
            }

            void Print(string what, Rows.Scores scores, double own, double silos) =>
                Console.WriteLine($"| {what} | {settings.Rows / scores.Seconds:0} | {(own + silos) / settings.Rows * 1e6:0} | "
                    + $"{own / settings.Rows * 1e6:0} | {scores.LongestWait:0.0} |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static double Own() => Environment.CpuUsage.TotalTime.TotalSeconds;
}

sealed class Immediate(Action<string> report) : IProgress<string>
{
    public void Report(string value) => report(value);
}
