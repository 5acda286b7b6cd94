using System.Globalization;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>All that is particular to one execution provider; <see cref="Providers"/> has one for each.</summary>
sealed record ProviderFacts
{
    /// <summary>What an application adds to have it.</summary>
    public required string Package { get; init; }

    /// <summary>Tells a session to run on its device of this number.</summary>
    public required Action<SessionOptions, int> Append { get; init; }

    /// <summary>The arithmetic it has; that of 16 bits where the device has it too, which a probe tries.</summary>
    public IReadOnlyList<AttentionPrecision> Precisions { get; init; } = [AttentionPrecision.Float32, AttentionPrecision.Float16];

    /// <summary>The fastest form of attention that it has, for so many keys of which each query sees every one, or not.</summary>
    public Func<int, bool, AttentionForm> Form { get; init; } = (_, _) => AttentionForm.Decomposed;

    /// <summary>
    /// What ONNX Runtime calls the memory of its device; null where its tensors lie in the processor's memory,
    /// or where that name is not known.
    /// </summary>
    public string? DeviceMemory { get; init; }

    /// <summary>Whether it is the processor: runs go side by side, as many as there are cores,
    /// and a mask costs more than another run.</summary>
    public bool IsProcessor { get; init; }

    /// <summary>Buffers that a kernel of it may bind; null for any number.</summary>
    public int? KernelBuffers { get; init; }

    /// <summary>What a thread holds while it opens, runs or closes a session,
    /// where the sessions of a process must not do that at once.</summary>
    public Lock? Turn { get; init; }
}

/// <summary>The execution providers, one row each: to add one is to add its row, and its name to <see cref="ExecutionProvider"/>.</summary>
/// <remarks>
/// A provider that comes as a plug-in (a library of its own, which <see cref="OrtEnv"/> registers and whose devices it then lists) is one
/// more row: its <see cref="ProviderFacts.Append"/> registers the library and appends the device.
/// </remarks>
static class Providers
{
    static readonly Dictionary<ExecutionProvider, ProviderFacts> Rows = new()
    {
        [ExecutionProvider.Cpu] = new()
        {
            Package = "the package Microsoft.ML.OnnxRuntime",
            Append = (_, _) => { },                                             // ONNX Runtime always has it
            Precisions = [AttentionPrecision.Float32, AttentionPrecision.Int8], // 16 bits would save nothing: its kernels convert
            Form = (keys, seesAll) => seesAll && keys >= ScoringPath.LongRow ? AttentionForm.Flash : AttentionForm.Fused,
            IsProcessor = true,
        },
        [ExecutionProvider.Cuda] = new()
        {
            Package = "the package Microsoft.ML.OnnxRuntime.Gpu",
            Append = (options, device) =>
            {
                using var cuda = new OrtCUDAProviderOptions();
                // TF32 keeps 10 bits of a product's operands: too few for results equal to the CPU's.
                cuda.UpdateOptions(new() { ["device_id"] = Text(device), ["use_tf32"] = "0" });
                options.AppendExecutionProvider_CUDA(cuda);
            },
            Precisions = [AttentionPrecision.Float32, AttentionPrecision.Float16, AttentionPrecision.BFloat16],
            DeviceMemory = "Cuda",
        },
        [ExecutionProvider.TensorRt] = new()
        {
            Package = "the package Microsoft.ML.OnnxRuntime.Gpu",
            Append = (options, device) =>
            {
                using var tensorRt = new OrtTensorRTProviderOptions();
                tensorRt.UpdateOptions(new() { ["device_id"] = Text(device) });
                options.AppendExecutionProvider_Tensorrt(tensorRt);
            },
            Precisions = [AttentionPrecision.Float32, AttentionPrecision.Float16, AttentionPrecision.BFloat16],
            DeviceMemory = "Cuda",
        },
        [ExecutionProvider.DirectML] = new()
        {
            Package = "the package Microsoft.ML.OnnxRuntime.DirectML",
            Append = (options, device) =>
            {
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML(device);
            },
        },
        [ExecutionProvider.WebGpu] = new()
        {
            Package = "a native ONNX Runtime that carries WebGpu",
            // Without int64 kernels, token ids and labels would be compared on the CPU.
            Append = (options, device) =>
                options.AppendExecutionProvider("WebGPU", new() { ["deviceId"] = Text(device), ["enableInt64"] = "1" }),
            DeviceMemory = "WebGPU_Buf",
            KernelBuffers = 8,                                                  // maxStorageBuffersPerShaderStage of the standard
            // Sessions share one queue of commands without a lock: two at once fail with "Command encoding already finished" (1.30).
            Turn = new(),
        },
        [ExecutionProvider.CoreML] = new()
        {
            Package = "a native ONNX Runtime that carries CoreML",
            Append = (options, _) => options.AppendExecutionProvider("CoreML", []),
        },
        [ExecutionProvider.OpenVino] = new()
        {
            Package = "the package Intel.ML.OnnxRuntime.OpenVino",
            Append = (options, _) => options.AppendExecutionProvider_OpenVINO("GPU"),
        },
    };

    /// <summary>The GPU providers to try where none is named, in this order: CUDA is the fastest where it works.</summary>
    public static ExecutionProvider[] OfGpus { get; } =
    [
        .. OperatingSystem.IsMacOS() ? [ExecutionProvider.CoreML]
            : OperatingSystem.IsWindows() ? [ExecutionProvider.Cuda, ExecutionProvider.DirectML]
            : (ExecutionProvider[])[ExecutionProvider.Cuda],
        ExecutionProvider.WebGpu,
    ];

    /// <summary>A provider's row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such provider.</exception>
    public static ProviderFacts Facts(this ExecutionProvider provider) => Rows.TryGetValue(provider, out var row) ? row
        : throw new ArgumentOutOfRangeException(nameof(provider), provider, $"Execution provider {provider} is not known.");

    /// <summary>The providers that have this arithmetic.</summary>
    public static IEnumerable<ExecutionProvider> With(AttentionPrecision precision) =>
        Rows.Where(row => row.Value.Precisions.Contains(precision)).Select(row => row.Key);

    static string Text(int device) => device.ToString(CultureInfo.InvariantCulture);
}
