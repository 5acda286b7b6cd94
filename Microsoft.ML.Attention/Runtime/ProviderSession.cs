using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Opens ONNX Runtime sessions on the execution provider that the options ask for, or says why that cannot be.</summary>
sealed class ProviderSession
{
    readonly AttentionRuntimeOptions _options;
    readonly ProviderFacts _facts;

    ProviderSession(AttentionRuntimeOptions options, ExecutionProvider provider, int device)
    {
        (_options, _facts) = (options, provider.Facts());
        Provider = provider;
        Device = device;
    }

    /// <summary>What really runs.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>The arithmetic of scoring, which the provider has.</summary>
    public AttentionPrecision Precision => _options.Precision;

    /// <summary>Which of the provider's devices, counted from 0.</summary>
    public int Device { get; }

    /// <inheritdoc cref="ProviderFacts.DeviceMemory"/>
    public string? DeviceMemory => _facts.DeviceMemory;

    /// <summary>Cores that runs can use.</summary>
    public int Cores => _facts.IsProcessor ? _options.IntraOpThreads ?? Environment.ProcessorCount : 1;

    /// <summary>Settles the provider: the one named; else, with a GPU device id, the first GPU provider that works; else the CPU.</summary>
    /// <param name="options">What the user asked for.</param>
    /// <param name="contextDevice">The context's GPU, for options that name none.</param>
    /// <param name="contextFallback">Whether the context allows the CPU instead, for options that do not say.</param>
    /// <param name="warn">Told of a fallback to the CPU.</param>
    /// <exception cref="InvalidOperationException">
    /// The provider cannot be used, and falling back was not asked for; or there is no native ONNX Runtime at all.
    /// </exception>
    /// <exception cref="NotSupportedException">The provider does not have the precision.</exception>
    public static ProviderSession Choose(AttentionRuntimeOptions options, int? contextDevice, bool contextFallback, Action<string> warn)
    {
        var device = options.GpuDeviceId ?? contextDevice;
        ExecutionProvider[] wanted = options.ExecutionProvider is { } named ? [named]
            : device is null ? [ExecutionProvider.Cpu] : Providers.OfGpus;
        var failures = new List<string>();
        foreach (var provider in wanted)
        {
            var candidate = new ProviderSession(options, provider, device ?? 0);
            if (candidate.Probe() is not { } failure)
            {
                PrecisionSupport.Check(options.Precision, provider);
                if (PrecisionSupport.HalfOf(options.Precision) is { } half && candidate.Probe(half) is { } lack)
                    throw new NotSupportedException($"Precision {options.Precision} is not supported by device {candidate.Device} "
                        + $"of execution provider {provider}: {lack.TrimEnd(' ', '.')}. Set Precision {AttentionPrecision.Float32}.");
                return candidate;
            }
            failures.Add($"{provider}: {failure.TrimEnd(' ', '.')}");
        }
        if (wanted is [ExecutionProvider.Cpu])
            throw new InvalidOperationException($"ONNX Runtime cannot be used: {failures[0]}.");
        var asked = options.ExecutionProvider is { } p ? $"Execution provider {p}" : $"GPU {device}";
        var reason = $"{asked} cannot be used: {string.Join("; ", failures)}";
        if (!(options.FallbackToCpu ?? contextFallback))
            throw new InvalidOperationException($"{reason}. Add {wanted[0].Facts().Package} to the application, or set FallbackToCpu.");
        warn($"{reason}. Running on the CPU instead, as FallbackToCpu allows.");
        return Choose(options with { ExecutionProvider = ExecutionProvider.Cpu }, null, false, warn);
    }

    /// <summary>A session for the graph, which is rewritten where the provider cannot run it as it is;
    /// its memory is the session's own.</summary>
    /// <param name="graph">What it runs.</param>
    /// <param name="oneThread">Whether its runs have one thread on the CPU, whatever the options say of all of them together.</param>
    /// <param name="apart">Whether its runs must not be on the caller's thread.</param>
    /// <param name="shared">What its numbers are read from on the CPU, and other sessions' too, for as long as it is open;
    /// null where it has a copy of its own.</param>
    public Session Open(Graph graph, bool oneThread = false, bool apart = false, SharedTensors? shared = null)
    {
        if (!_facts.IsProcessor)
            shared = null;
        if (shared is not null)
            TransposedProducts.Fuse(graph);
        if (_facts.KernelBuffers is int buffers)
            WideSplits.Unfold(graph, buffers - 1);
        using var options = Options();
        if (oneThread && _facts.IsProcessor)
            options.IntraOpNumThreads = 1;
        _options.ConfigureSession?.Invoke(options);
        using var outside = new OutsideTensors();
        var model = OnnxModel.Serialize(graph, initializer => outside.Place(initializer, numbers => shared?.Add(options, numbers) == true));
        outside.AddTo(options);
        using var device = DeviceTurn.Take(_facts.Turn);
        var inference = shared is null ? new InferenceSession(model, options) : new InferenceSession(model, options, shared.Packed);
        return new Session(inference, _facts.Turn, oneThread ? 1 : Cores, apart);
    }

    SessionOptions Options()
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // Warnings are about shapes that the attention-weights output of the operator Attention infers wrongly.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads that spin while idle slow every other session of the process.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (_options.IntraOpThreads is int threads)
            options.IntraOpNumThreads = threads;
        _facts.Append(options, Device);
        return options;
    }

    /// <summary>
    /// Runs one product with the CPU excluded; the reason when that fails. A list of compiled-in providers proves nothing: their libraries
    /// may be missing, or the device may lack the type.
    /// </summary>
    string? Probe(ElementType type = ElementType.Float)
    {
        try
        {
            using var options = Options();
            if (!_facts.IsProcessor)
                options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            using var device = DeviceTurn.Take(_facts.Turn);
            ProbeGraph.Run(type, options);
            return null;
        }
        catch (Exception e) when (NativeRuntime.Advice(e, _facts.Package) is { } advice)
        {
            throw new InvalidOperationException(advice, e);     // no other provider would help
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or NotSupportedException)
        {
            return e.Message;
        }
    }
}

/// <summary>The smallest graph that makes an execution provider show whether it works: one matrix product.</summary>
static class ProbeGraph
{
    /// <param name="type">What it computes in; its inputs and its output are floats.</param>
    public static Graph Build(ElementType type = ElementType.Float)
    {
        var graph = new Graph();
        graph.Output("y", graph.Input("a", 2, 2).Cast(type).MatMul(graph.Input("b", 2, 2).Cast(type)).Cast(ElementType.Float));
        return graph;
    }

    /// <summary>Runs it: only then does a device look at the kernels.</summary>
    /// <exception cref="OnnxRuntimeException">The provider or its device cannot.</exception>
    public static void Run(ElementType type, SessionOptions options)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(Build(type)), options);
        using var matrix = OrtValue.CreateTensorValueFromMemory(new float[4], [2, 2]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["a", "b"], [matrix, matrix], ["y"]);
    }
}

/// <summary>The native ONNX Runtime, which the application brings: what to do where it cannot be used at all.</summary>
static class NativeRuntime
{
    /// <summary>What the application lacks, before the reason, which may be many lines of paths;
    /// null where the failure is another.</summary>
    /// <param name="failure">What the first use of ONNX Runtime threw.</param>
    /// <param name="package">The package that brings it.</param>
    public static string? Advice(Exception failure, string package)
    {
        if (failure is not TypeInitializationException { InnerException: { } reason })
            return null;                                        // it is there, and lacks a provider perhaps
        var version = typeof(InferenceSession).Assembly.GetName().Version!;
        var advice = reason is DllNotFoundException
            ? $"There is no native ONNX Runtime: add {package} to the application."
            : $"The native ONNX Runtime is too old: update {package} to {version.Major}.{version.Minor}.";
        return $"{advice} The reason: {reason.Message.TrimEnd()}";
    }
}
