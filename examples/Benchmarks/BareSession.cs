using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>The engine alone: the exported graph over batches that were prepared beforehand.</summary>
sealed class BareSession : IDisposable
{
    readonly InferenceSession _session;
    readonly RunOptions _run = new();
    readonly List<(OrtValue Input, OrtValue Output)> _batches = [];

    public BareSession(string path, EmbeddingRow[] rows, int length, int width, int batch = 256)
    {
        using var options = new SessionOptions();
        _session = new InferenceSession(path, options);
        var output = new float[batch * length * width];
        foreach (var chunk in rows.Chunk(batch))
        {
            long[] shape = [chunk.Length, length, width];
            _batches.Add((OrtValue.CreateTensorValueFromMemory(chunk.SelectMany(r => r.Tokens).ToArray(), shape),
                OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
                    output.AsMemory(0, chunk.Length * length * width), shape)));
        }
    }

    public void Run()
    {
        foreach (var (input, output) in _batches)
            _session.Run(_run, ["Tokens"], [input], ["Attended"], [output]);
    }

    public void Dispose()
    {
        foreach (var (input, output) in _batches)
        {
            input.Dispose();
            output.Dispose();
        }
        _run.Dispose();
        _session.Dispose();
    }
}
