using System.Text.Json;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Parameters from a safetensors file, or from several with an index that says which of them holds a tensor.</summary>
static class SafetensorsCheckpoint
{
    const string IndexExtension = ".index.json";
    const int MaximumIndexLength = 100_000_000; // as the header of one file

    public static AttentionParameters Load(string path, string prefix)
    {
        using var stream = File.OpenRead(path);
        return path.EndsWith(IndexExtension, StringComparison.OrdinalIgnoreCase) ? LoadSharded(stream, path, prefix) : Load(stream, path, prefix);
    }

    public static AttentionParameters Load(Stream stream, string path, string prefix) =>
        Checkpoint.Load(path, prefix,
            [.. Safetensors.ReadHeader(stream, path).Select(entry => new CheckpointTensor(entry.Name, () => Safetensors.ReadTensor(stream, entry, path)))]);

    /// <summary>A shard is opened when the first of its tensors is read.</summary>
    public static AttentionParameters LoadSharded(Stream index, string path, string prefix)
    {
        var shards = new Dictionary<string, Shard>();
        try
        {
            return Checkpoint.Load(path, prefix, [.. ReadIndex(index, path).Select(entry => new CheckpointTensor(entry.Tensor, () =>
            {
                if (!shards.TryGetValue(entry.Shard, out var shard))
                    shards.Add(entry.Shard, shard = new Shard(SiblingFile.Find(path, entry.Shard)));
                return shard.Read(entry.Tensor);
            }))]);
        }
        finally
        {
            foreach (var shard in shards.Values)
                shard.Dispose();
        }
    }

    static List<(string Tensor, string Shard)> ReadIndex(Stream stream, string path)
    {
        if (stream.Length > MaximumIndexLength)
            throw Malformed(path, $"it has {stream.Length} bytes, and {MaximumIndexLength} are allowed");
        try
        {
            using var json = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw Malformed(path, "it has no object 'weight_map', from the names of tensors to those of files");
            return [.. map.EnumerateObject().Select(entry => (entry.Name, entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw Malformed(path, $"'{entry.Name}' has {entry.Value.ValueKind} for a file's name")))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: text that is not Unicode
        {
            throw Malformed(path, e.Message, e);
        }
    }

    static InvalidDataException Malformed(string path, string found, Exception? inner = null) =>
        new($"'{path}' is not a valid index of safetensors files: {found}.", inner);

    sealed class Shard : IDisposable
    {
        readonly string _path;
        readonly FileStream _stream;
        readonly Dictionary<string, Safetensors.Entry> _entries;

        public Shard(string path)
        {
            _path = path;
            _stream = File.OpenRead(path);
            try
            {
                _entries = Safetensors.ReadHeader(_stream, path).ToDictionary(entry => entry.Name);
            }
            catch
            {
                _stream.Dispose();
                throw;
            }
        }

        public AttentionTensor Read(string name) => _entries.TryGetValue(name, out var entry)
            ? Safetensors.ReadTensor(_stream, entry, _path)
            : throw new InvalidDataException($"'{_path}' has no tensor '{name}', which its index says it has.");

        public void Dispose() => _stream.Dispose();
    }
}
