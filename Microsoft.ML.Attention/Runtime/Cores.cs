namespace Microsoft.ML.Attention.Runtime;

/// <summary>The processor's cores, lent to session runs: those of several cursors,
/// stages and fits take turns instead of each other's time.</summary>
/// <remarks>ONNX Runtime gives each session threads of its own, and they know nothing of another session's.</remarks>
static class Cores
{
    static readonly SemaphoreSlim Free = new(Environment.ProcessorCount);

    /// <summary>Held by who is taking cores, so that of two who want several neither waits for what the other has;
    /// and first come, first served.</summary>
    static readonly Lock Queue = new();

    /// <summary>Waits until that many cores are free, all of them at most, and takes them until the loan is disposed.</summary>
    public static Loan Borrow(int count)
    {
        count = Math.Clamp(count, 1, Environment.ProcessorCount);
        lock (Queue)
            for (var i = 0; i < count; i++)
                Free.Wait();
        return new Loan(count);
    }

    public readonly struct Loan(int count) : IDisposable
    {
        public void Dispose() => Free.Release(count);
    }
}
