namespace Microsoft.ML.Attention.Runtime;

/// <summary>A provider's device, held by one thread while it opens, runs or closes a session, where the sessions of a process must not do that at once; elsewhere nothing.</summary>
/// <remarks>On WebGPU they share one queue of commands without a lock: two at once fail with "Command encoding already finished" (ONNX Runtime 1.30).</remarks>
readonly struct DeviceTurn : IDisposable
{
    static readonly Lock WebGpu = new();

    readonly Lock? _held;

    DeviceTurn(Lock held) => _held = held;

    /// <summary>Waits for the device, and has it until this is disposed.</summary>
    public static DeviceTurn Take(ExecutionProvider provider)
    {
        if (provider != ExecutionProvider.WebGpu)
            return default;
        WebGpu.Enter();
        return new DeviceTurn(WebGpu);
    }

    public void Dispose() => _held?.Exit();
}
