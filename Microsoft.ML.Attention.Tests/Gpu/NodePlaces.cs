using System.Text.Json;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>Which provider ran each node of some sessions, as ONNX Runtime's profiles of them have it.</summary>
sealed class NodePlaces : IDisposable
{
    readonly TemporaryFolder _folder = new();
    int _sessions;

    public int Sessions => _sessions;

    /// <summary>Profiles a session that is about to open.</summary>
    public void Watch(SessionOptions session)
    {
        session.ProfileOutputPathPrefix = _folder[$"{Interlocked.Increment(ref _sessions)}"];
        session.EnableProfiling = true;
    }

    /// <summary>The operator and the provider of each node that ran in the sessions; they are disposed,
    /// for a profile is written then.</summary>
    public IEnumerable<(string Operator, string Provider)> Read() =>
        Directory.EnumerateFiles(Path.GetDirectoryName(_folder["."])!).SelectMany(Read);

    static IEnumerable<(string Operator, string Provider)> Read(string profile)
    {
        using var events = JsonDocument.Parse(File.ReadAllBytes(profile));
        return [.. events.RootElement.EnumerateArray()
            .Where(e => e.GetProperty("cat").GetString() == "Node"
                && e.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .DistinctBy(e => e.GetProperty("name").GetString())
            .Select(e => e.GetProperty("args"))
            .Select(args => (args.GetProperty("op_name").GetString()!, args.GetProperty("provider").GetString()!))];
    }

    public void Dispose() => _folder.Dispose();
}
