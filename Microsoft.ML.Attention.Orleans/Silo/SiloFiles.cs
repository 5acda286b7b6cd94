using System.Security.Cryptography;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>What this silo made of files that it knows by their SHA-256: asked for once, verified,
/// and kept while it is used and for a while after.</summary>
/// <param name="grains">Where the files are.</param>
/// <param name="folder">A shared folder that is asked before.</param>
/// <param name="most">How many are kept that nothing uses.</param>
/// <param name="make">What is made of a file's bytes.</param>
sealed class SiloFiles<T>(IGrainFactory grains, string? folder, int most, Func<byte[], T> make) : IDisposable where T : class, IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Entry> _entries = [];
    long _uses;

    /// <summary>The thing, to be released after use; null when nobody has the file.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what their name says, or nothing can be made of them.</exception>
    public async Task<Use?> Rent(string hash)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(hash, out entry))
                _entries.Add(hash, entry = new(Task.Run(() => Load(hash))));
            entry.Users++;
            entry.LastUse = ++_uses;
        }
        try
        {
            if (await entry.Loading is not null)
                return new(this, entry);
        }
        catch
        {
            Forget(hash, entry);
            throw;
        }
        Forget(hash, entry);
        return null;
    }

    async Task<T?> Load(string hash)
    {
        if (await Read(hash) is not { } bytes)
            return null;
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != hash)
            throw new InvalidDataException($"The file of SHA-256 {hash} came as {bytes.Length} bytes of SHA-256 {found}: it was damaged.");
        return make(bytes);
    }

    async Task<byte[]?> Read(string hash)
    {
        if (folder is not null && Path.Combine(folder, hash + ".zip") is var path && File.Exists(path))
            return await File.ReadAllBytesAsync(path);
        var grain = grains.GetGrain<IFileGrain>(hash);
        using var bytes = new MemoryStream();
        var chunks = await grain.Chunks();
        for (var chunk = 0; chunk < chunks; chunk++)
            bytes.Write((await grain.Get(chunk)).Span);
        return chunks == 0 ? null : bytes.ToArray();
    }

    // What failed is not kept: a later call may bring a file that can be used.
    void Forget(string hash, Entry entry)
    {
        lock (_lock)
            if (_entries.TryGetValue(hash, out var kept) && kept == entry)
                _entries.Remove(hash);
    }

    void Release(Entry entry)
    {
        List<Entry> unused;
        lock (_lock)
        {
            entry.Users--;
            unused = [.. _entries.Where(e => e.Value.Users == 0).OrderByDescending(e => e.Value.LastUse).Skip(most).Select(e => e.Value)];
            foreach (var hash in _entries.Where(e => unused.Contains(e.Value)).Select(e => e.Key).ToArray())
                _entries.Remove(hash);
        }
        foreach (var old in unused)
            old.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values.Where(e => e.Users == 0))
                entry.Dispose();
            _entries.Clear();
        }
    }

    public sealed class Use(SiloFiles<T> files, Entry entry) : IDisposable
    {
        int _released;

        public T Value { get; } = entry.Loading.Result!;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
                files.Release(entry);
        }
    }

    public sealed class Entry(Task<T?> loading) : IDisposable
    {
        public Task<T?> Loading { get; } = loading;

        public int Users { get; set; }

        public long LastUse { get; set; }

        public void Dispose()
        {
            if (Loading.IsCompletedSuccessfully)
                Loading.Result?.Dispose();
        }
    }
}
