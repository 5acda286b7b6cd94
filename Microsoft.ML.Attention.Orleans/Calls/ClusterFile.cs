using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Attention.Orleans.Silo;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>A file as its SHA-256 names it, and its way to the silos.</summary>
/// <param name="name">What errors call it.</param>
/// <param name="bytes">What is in it.</param>
sealed class ClusterFile(string name, byte[] bytes)
{
    const int ChunkBytes = 1 << 20;

    /// <summary>The first time that an archive's format has.</summary>
    public static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Lock _lock = new();
    Task _sending = Task.CompletedTask;

    public string Name { get; } = name;

    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(bytes));

    public override string ToString() => $"{Name} (SHA-256 {Hash})";

    /// <summary>The model with the schema that its rows will have on the silos.</summary>
    public static ClusterFile OfModel(ITransformer model, DataViewSchema schema, string? path)
    {
        if (path is not null)
            return new($"model '{path}'", File.ReadAllBytes(path));
        using var saved = new MemoryStream();
        new MLContext().Model.Save(model, Sendable(schema), saved);
        return new($"model {model.GetType().Name}", Dateless(saved));
    }

    /// <summary>The columns that Arrow has, by their names.</summary>
    public static DataViewSchema Sendable(DataViewSchema schema)
    {
        var sendable = new DataViewSchema.Builder();
        foreach (var column in schema)
            if (!column.IsHidden && ColumnType.TryOf(column) is not null)
                sendable.AddColumn(column.Name, column.Type, column.Annotations);
        return sendable.ToSchema();
    }

    /// <summary>The same archive with no times in it: the same model saved twice is one file, which a silo need not load again.</summary>
    public static byte[] Dateless(Stream archive)
    {
        using var dateless = new MemoryStream();
        using (var from = new ZipArchive(archive, ZipArchiveMode.Read))
        using (var to = new ZipArchive(dateless, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in from.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                var copy = to.CreateEntry(entry.FullName, CompressionLevel.Fastest);
                copy.LastWriteTime = NoTime;
                using var source = entry.Open();
                using var target = copy.Open();
                source.CopyTo(target);
            }
        return dateless.ToArray();
    }

    /// <summary>Into the shared folder where there is one, so that no silo needs to ask.</summary>
    public async Task Share(string? folder)
    {
        if (folder is null || Path.Combine(folder, Hash + ".zip") is var path && File.Exists(path))
            return;
        Directory.CreateDirectory(folder);
        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        await File.WriteAllBytesAsync(beside, bytes);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>To the cluster; calls that need it at the same time wait for the same sending.</summary>
    public Task Send(IGrainFactory cluster)
    {
        lock (_lock)
            return _sending.IsCompleted ? _sending = Task.Run(() => SendChunks(cluster.GetGrain<IFileGrain>(Hash))) : _sending;
    }

    async Task SendChunks(IFileGrain grain)
    {
        var chunks = Math.Max(1, (bytes.Length + ChunkBytes - 1) / ChunkBytes);
        if (await grain.Chunks() == chunks)
            return;
        for (var chunk = 0; chunk < chunks; chunk++)
            await grain.Put(chunk, chunks, bytes.AsMemory(chunk * ChunkBytes, Math.Min(ChunkBytes, bytes.Length - chunk * ChunkBytes)));
    }
}
