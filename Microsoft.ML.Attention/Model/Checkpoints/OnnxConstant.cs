using Microsoft.ML.Attention.Graphs.Onnx;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A tensor that a graph holds, as a node reads it.</summary>
/// <param name="Name">Its name, or the one it had before an exporter merged equal tensors.</param>
/// <param name="Tensor">What is stored.</param>
/// <param name="IsTransposed">The node reads the transpose of what is stored.</param>
sealed record OnnxConstant(string Name, TensorProto Tensor, bool IsTransposed = false)
{
    /// <summary>The sizes of a matrix as the node reads it.</summary>
    public (long Rows, long Columns)? Matrix =>
        Tensor.Dims is [var rows, var columns] ? IsTransposed ? (columns, rows) : (rows, columns) : null;

    public bool IsFloat => OnnxTensorReader.FormatOf(Tensor) is not null;
}
