using Orleans.Concurrency;
using Orleans.Placement;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>Holds a file while silos come for it. Nothing is stored: when its silo is lost, or it was idle for long, the next client that
/// uses the file sends it again.</summary>
[Reentrant, RandomPlacement]
sealed class FileGrain : Grain, IFileGrain
{
    ReadOnlyMemory<byte>?[] _chunks = [];

    public Task Put(int chunk, int chunks, ReadOnlyMemory<byte> bytes)
    {
        if (_chunks.Length != chunks)
            _chunks = new ReadOnlyMemory<byte>?[chunks];
        _chunks[chunk] = bytes;
        return Task.CompletedTask;
    }

    public Task<int> Chunks() => Task.FromResult(_chunks.All(chunk => chunk is not null) ? _chunks.Length : 0);

    public Task<ReadOnlyMemory<byte>> Get(int chunk) => Task.FromResult(_chunks[chunk]!.Value);
}
