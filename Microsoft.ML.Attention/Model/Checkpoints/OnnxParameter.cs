namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A constant of a graph, and what it was before the model was exported.</summary>
/// <param name="Name">Its name then.</param>
/// <param name="Constant">Where its numbers are.</param>
/// <param name="IsTransposed">They are stored as its transpose.</param>
/// <param name="IsOutIn">It is the matrix of a linear layer, <c>[out, in]</c> once that is undone.</param>
/// <param name="Part">Where it begins in the constant and how long it is, when that holds several.</param>
sealed record OnnxParameter(string Name, OnnxConstant Constant, bool IsTransposed, bool IsOutIn, (long Begin, long Length)? Part = null)
{
    /// <param name="path">The model.</param>
    /// <param name="read">What was read before, by its constant and whether it was turned.</param>
    public AttentionTensor Read(string path, Dictionary<(string Constant, bool IsTransposed), AttentionTensor> read)
    {
        if (!read.TryGetValue((Constant.Name, IsTransposed), out var tensor))
        {
            tensor = OnnxTensorReader.Read(Constant.Tensor, path);
            read.Add((Constant.Name, IsTransposed), tensor = IsTransposed ? tensor.Transpose() : tensor);
        }
        return Part is var (begin, length) ? new AttentionTensor([length], tensor.Values.Slice((int)begin, (int)length)) : tensor;
    }
}
