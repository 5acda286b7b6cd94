using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Work for a thread of the pool while its owner does something else. One object serves time after time,
/// and allocates nothing for it.</summary>
sealed class PoolWork(Action work) : IThreadPoolWorkItem
{
    readonly ManualResetEventSlim _done = new(initialState: true);
    int _waiting;                           // 1 until a thread takes the work
    ExceptionDispatchInfo? _failure;

    /// <summary>Starts the work; nobody touches what it works on before <see cref="Finish"/> returns.</summary>
    public void Start()
    {
        _failure = null;
        _done.Reset();
        Volatile.Write(ref _waiting, 1);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Waits until the work is done; does it here when no thread of the pool was free.</summary>
    public void Wait()
    {
        ((IThreadPoolWorkItem)this).Execute();
        _done.Wait();
    }

    /// <summary>Waits, and throws what the work threw.</summary>
    public void Finish()
    {
        Wait();
        _failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 0)
            return;
        try
        {
            work();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _done.Set();
        }
    }
}
