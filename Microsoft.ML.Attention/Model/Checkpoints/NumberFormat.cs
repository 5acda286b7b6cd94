namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>How a file stores a floating point number; little-endian, as every machine is that ONNX Runtime runs on.</summary>
enum NumberFormat { Float64, Float32, Float16, BFloat16 }
