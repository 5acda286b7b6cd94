using System.Collections.Concurrent;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Threads on which nothing runs but native code of ours,
/// for runs that leave a thread in a state that .NET cannot live with.</summary>
/// <remarks>
/// ONNX Runtime's 8-bit products leave the AMX tiles of their thread in use (seen on 1.31.1). Linux then saves 8 KiB more with every
/// signal, which no longer fit on the alternate stack of .NET's threads (16 KiB, seen on 10.0): the next null that managed code
/// dereferences there, even within try and catch, ends the process.
/// </remarks>
static class ThreadsApart
{
    static readonly BlockingCollection<(Action Work, TaskCompletionSource Done)> Waiting = [];
    static int _threads;

    /// <summary>Whether 8-bit products on this machine must run here: under Linux, on processors with AMX.</summary>
    public static bool AreNeededForInt8 { get; } = OperatingSystem.IsLinux() && X86Base.X64.IsSupported && X86Base.CpuId(0, 0).Eax >= 7
        && (X86Base.CpuId(7, 0).Edx & 1 << 24) != 0;

    /// <summary>Does the work on such a thread, while the caller waits; what it throws, this throws.</summary>
    public static void Run(Action work)
    {
        if (Volatile.Read(ref _threads) < Environment.ProcessorCount && Interlocked.Increment(ref _threads) <= Environment.ProcessorCount)
            new Thread(Serve) { IsBackground = true, Name = "Attention, 8-bit runs" }.Start();
        var done = new TaskCompletionSource();
        Waiting.Add((work, done));
        done.Task.GetAwaiter().GetResult();
    }

    static void Serve()
    {
        foreach (var (work, done) in Waiting.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
