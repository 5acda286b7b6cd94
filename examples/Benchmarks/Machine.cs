using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>What the figures were measured on.</summary>
static class Machine
{
    public static string Description =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, ONNX "
            + $"Runtime {OrtEnv.Instance().GetVersionString()}, ML.NET {typeof(MLContext).Assembly.GetName().Version}";
}
