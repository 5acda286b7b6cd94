namespace Microsoft.ML.Attention.Graphs;

/// <summary>The type of a tensor's elements, numbered as ONNX's <c>TensorProto.DataType</c>.</summary>
enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    BFloat16 = 16,
}
