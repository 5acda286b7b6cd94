using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Attention.Orleans;

namespace Cluster;

/// <summary>The coordinator of a job of files, as a process that can be killed.</summary>
static class FileJob
{
    public static async Task<int> Run(Settings settings)
    {
        using var host = await SiloProcess.Client(settings);
        var path = Path.Combine(settings.Folder, "model.zip");
        var model = new MLContext(1).Model.Load(path, out _);
        var report = await model.ScoreFilesAsync(host.Services.GetRequiredService<IClusterClient>(),
            [Path.Combine(settings.Folder, "rows.parquet")], Path.Combine(settings.Folder, "scores"),
            new() { ModelPath = path, OutputColumnNames = ["Id", "Score"], CallsInFlight = 2 });
        Console.WriteLine(report);
        await host.StopAsync();
        return 0;
    }
}
