namespace Microsoft.ML.Attention;

/// <summary>The ONNX Runtime execution provider that runs the stage.
/// All but <see cref="Cpu"/> need a native package that carries them.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor; always there.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs: package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>NVIDIA GPUs through TensorRT: package Microsoft.ML.OnnxRuntime.Gpu, and TensorRT.</summary>
    TensorRt,

    /// <summary>Any DirectX 12 GPU on Windows: package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectML,

    /// <summary>Any GPU through WebGPU: a native build that carries it.</summary>
    WebGpu,

    /// <summary>Apple's Core ML: part of the macOS native package.</summary>
    CoreML,

    /// <summary>Intel's OpenVINO: package Intel.ML.OnnxRuntime.OpenVino.</summary>
    OpenVino,
}
