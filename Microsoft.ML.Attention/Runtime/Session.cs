using Microsoft.ML.Attention.Rows;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>A graph opened on an execution provider: whoever runs,
/// binds or closes it takes the device's turn and borrows its cores.</summary>
/// <param name="inference">ONNX Runtime's session, which is this one's to close.</param>
/// <param name="turn">What is held meanwhile, where sessions of the provider take turns.</param>
/// <param name="cores">Cores that a run takes.</param>
/// <param name="apart">Whether runs must not be on the caller's thread: <see cref="ThreadsApart"/>.</param>
sealed class Session(InferenceSession inference, Lock? turn, int cores, bool apart = false) : IDisposable
{
    readonly RunOptions _run = new();

    /// <summary>Runs it.</summary>
    /// <returns>The outputs, which are the caller's.</returns>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<string> outputNames)
    {
        using var device = DeviceTurn.Take(turn);
        using var loan = Cores.Borrow(cores);
        return inference.Run(_run, inputNames, inputs, outputNames);
    }

    /// <summary>Runs it into these outputs.</summary>
    public void Run(IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs)
    {
        using var device = DeviceTurn.Take(turn);
        using var loan = Cores.Borrow(cores);
        inference.Run(_run, inputNames, inputs, outputNames, outputs);
    }

    /// <summary>Ends the run that is under way, if there is one, before its next operator; it throws <see cref="OnnxRuntimeException"/>, as
    /// do all runs from now on.</summary>
    public void Stop() => _run.Terminate = true;

    /// <summary>Inputs and outputs that stay bound from run to run, for one thread at a time.</summary>
    public SessionBinding Bind()
    {
        using var device = DeviceTurn.Take(turn);
        return new SessionBinding(this, inference.CreateIoBinding());
    }

    /// <summary>What allocates tensors in a memory that the session knows.</summary>
    public OrtAllocator Allocator(OrtMemoryInfo memory)
    {
        using var device = DeviceTurn.Take(turn);
        return new OrtAllocator(inference, memory);
    }

    /// <summary>A vector of so many numbers, which <see cref="Release"/> disposes.</summary>
    public OrtValue Allocate(OrtAllocator allocator, int length)
    {
        using var device = DeviceTurn.Take(turn);
        return OrtValue.CreateAllocatedTensorValue(allocator, TensorElementType.Float, [length]);
    }

    /// <summary>Disposes what may lie on the device.</summary>
    public void Release(params ReadOnlySpan<IDisposable> held)
    {
        using var device = DeviceTurn.Take(turn);
        foreach (var one in held)
            one.Dispose();
    }

    /// <summary>Closes it; no run may be under way.</summary>
    public void Dispose() => Release(_run, inference);

    /// <summary>Binds anew and runs: a binding allocates less than names and tensors given to Run.</summary>
    internal void Run(OrtIoBinding binding, NamedTensors inputs, NamedTensors outputs)
    {
        if (apart)
            ThreadsApart.Run(() => RunHere(binding, inputs, outputs));
        else
            RunHere(binding, inputs, outputs);
    }

    void RunHere(OrtIoBinding binding, NamedTensors inputs, NamedTensors outputs)
    {
        using var device = DeviceTurn.Take(turn);
        for (var i = 0; i < inputs.Names.Count; i++)
            binding.BindInput(inputs.Names[i], inputs.Values[i]);
        for (var i = 0; i < outputs.Names.Count; i++)
            binding.BindOutput(outputs.Names[i], outputs.Values[i]);
        using var loan = Cores.Borrow(cores);
        inference.RunWithBinding(_run, binding);
    }
}

/// <summary>The inputs and outputs of one session, for one thread at a time. Disposed before the session, or after: both may be.</summary>
sealed class SessionBinding(Session session, OrtIoBinding binding) : IDisposable
{
    /// <summary>Runs the session from the inputs into the memory of the outputs; both are all that the graph has.</summary>
    public void Run(NamedTensors inputs, NamedTensors outputs) => session.Run(binding, inputs, outputs);

    public void Dispose() => session.Release(binding);
}

/// <summary>A provider's device, held by one thread while it opens, runs or closes a session.</summary>
readonly struct DeviceTurn : IDisposable
{
    readonly Lock? _held;

    DeviceTurn(Lock? held) => _held = held;

    /// <summary>Waits for the device, and has it until this is disposed; of no lock, nothing.</summary>
    public static DeviceTurn Take(Lock? turn)
    {
        turn?.Enter();
        return new DeviceTurn(turn);
    }

    public void Dispose() => _held?.Exit();
}
