using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>Computes a window on a thread of the pool while its owner does something else. One object serves one window after the other, and allocates nothing for it.</summary>
sealed class WindowComputation : IThreadPoolWorkItem
{
    readonly ManualResetEventSlim _done = new(initialState: true);
    RowWindow? _window;                     // taken by the thread that computes it
    ExceptionDispatchInfo? _failure;

    /// <summary>Starts to compute a window that nobody touches before <see cref="Finish"/> returns.</summary>
    public void Start(RowWindow window)
    {
        _done.Reset();
        _window = window;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Waits until the window is computed; computes it here when no thread of the pool was free.</summary>
    public void Finish()
    {
        ((IThreadPoolWorkItem)this).Execute();
        _done.Wait();
        var failure = _failure;
        _failure = null;
        failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (Interlocked.Exchange(ref _window, null) is not { } window)
            return;
        try
        {
            window.Compute();
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
