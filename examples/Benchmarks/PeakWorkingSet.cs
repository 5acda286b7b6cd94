namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Watches the working set of the process, every millisecond, from its creation on.</summary>
sealed class PeakWorkingSet : IDisposable
{
    readonly Thread _watch;
    volatile bool _ended;
    long _bytes;

    public PeakWorkingSet()
    {
        _watch = new Thread(() =>
        {
            while (!_ended)
            {
                Look();
                Thread.Sleep(1);
            }
        });
        _watch.Start();
    }

    /// <summary>The most so far.</summary>
    public long Bytes
    {
        get
        {
            Look();
            return Volatile.Read(ref _bytes);
        }
    }

    void Look()
    {
        lock (_watch)
            _bytes = Math.Max(_bytes, Environment.WorkingSet);
    }

    public void Dispose()
    {
        _ended = true;
        _watch.Join();
    }
}
