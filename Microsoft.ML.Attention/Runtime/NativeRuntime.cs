using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The native ONNX Runtime, which the application brings: what to do where it cannot be used at all.</summary>
static class NativeRuntime
{
    /// <summary>What the application lacks, before the reason, which may be many lines of paths; null where the failure is
    /// another.</summary>
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
