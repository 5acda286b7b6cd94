using System.Text.Json;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Parameters from a safetensors file, or from several with an index that says which of them holds a tensor.</summary>
static class SafetensorsCheckpoint
{
    public const string IndexExtension = ".index.json";
    const int MaximumIndexLength = 100_000_000; // as the header of one file
    const int MaximumTensors = 1 << 20;         // of all files; several times what the largest of today have

    /// <summary>UTF-8's, which some editors write.</summary>
    static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public static AttentionParameters Load(string path, string prefix)
    {
        var isIndex = path.EndsWith(IndexExtension, StringComparison.OrdinalIgnoreCase);
        using var stream = CheckpointFile.Open(path, isIndex ? CheckpointFile.Format.Index : CheckpointFile.Format.Safetensors);
        return isIndex ? LoadSharded(stream, path, prefix) : Load(stream, path, prefix);
    }

    public static AttentionParameters Load(Stream stream, string path, string prefix) =>
        Checkpoint.Load(path, prefix, Tensors(stream, path));

    /// <summary>What the file holds, each tensor read when it is asked for.</summary>
    public static IReadOnlyList<CheckpointTensor> Tensors(Stream stream, string path) =>
        [.. Safetensors.ReadHeader(stream, path).Select(entry =>
            new CheckpointTensor(entry.Name, () => Safetensors.ReadTensor(stream, entry, path)) { IsFloat = () => entry.IsFloat })];

    /// <summary>A shard is opened when the first of its tensors is asked for.</summary>
    /// <param name="index">The index.</param>
    /// <param name="path">Its path.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="isWanted">Which tensors, by their names; all unless given.</param>
    public static AttentionParameters LoadSharded(Stream index, string path, string prefix, Func<string, bool>? isWanted = null)
    {
        var shards = new Dictionary<string, Shard>();
        try
        {
            return Checkpoint.Load(path, prefix,
                [.. ReadIndex(index, path).Where(entry => isWanted?.Invoke(entry.Tensor) ?? true).Select(entry =>
                new CheckpointTensor(entry.Tensor, () => Find(entry.Shard).Read(entry.Tensor)) { IsFloat = () =>
                    Find(entry.Shard).IsFloat(entry.Tensor) })]);
        }
        finally
        {
            foreach (var shard in shards.Values)
                shard.Dispose();
        }

        Shard Find(string name)
        {
            if (!shards.TryGetValue(name, out var shard))
                shards.Add(name, shard = new Shard(SiblingFile.Find(path, name)));
            return shard;
        }
    }

    static List<(string Tensor, string Shard)> ReadIndex(Stream stream, string path)
    {
        if (stream.Length > MaximumIndexLength)
            throw Malformed(path, $"it has {stream.Length} bytes, and {MaximumIndexLength} are allowed");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        try
        {
            var json = new Utf8JsonReader(bytes.AsSpan().StartsWith(Mark) ? bytes.AsSpan(Mark.Length) : bytes);
            List<(string, string)>? map = null;
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject)
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var isMap = json.ValueTextEquals("weight_map");
                    if (isMap && map is not null)
                        throw new JsonException("Duplicate property 'weight_map'.");
                    json.Read();
                    if (isMap && json.TokenType == JsonTokenType.StartObject)
                        map = ReadMap(ref json, path);
                    else
                        json.Skip();
                }
            json.Skip();
            while (json.Read())
            {
            }
            return map ?? throw Malformed(path, "it has no object 'weight_map', from the names of tensors to those of files");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: text that is not Unicode
        {
            throw Malformed(path, e.Message, e);
        }
    }

    static List<(string Tensor, string Shard)> ReadMap(ref Utf8JsonReader json, string path)
    {
        var (map, names, files) = (new List<(string, string)>(), new HashSet<string>(), new HashSet<string>());
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!names.Add(name))
                throw new JsonException($"Duplicate property '{name}'.");
            json.Read();
            if (map.Count == MaximumTensors)
                throw Malformed(path, $"it has more than {MaximumTensors} tensors, the most that are read");
            if (json.TokenType != JsonTokenType.String)
                throw Malformed(path, $"'{name}' has {json.TokenType} for a file's name");
            var file = json.GetString()!;
            files.Add(file);
            map.Add((name, files.TryGetValue(file, out var same) ? same : file)); // one string for all tensors of a file
        }
        return map;
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
            _stream = CheckpointFile.Open(path, CheckpointFile.Format.Safetensors);
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

        public AttentionTensor Read(string name) => Safetensors.ReadTensor(_stream, Find(name), _path);

        public bool IsFloat(string name) => Find(name).IsFloat;

        Safetensors.Entry Find(string name) => _entries.GetValueOrDefault(name)
            ?? throw new InvalidDataException($"'{_path}' has no tensor '{name}', which its index says it has.");

        public void Dispose() => _stream.Dispose();
    }
}
