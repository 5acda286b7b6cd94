namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>How softmax(QKᵀ)V is written in ONNX.</summary>
enum AttentionForm
{
    /// <summary>The standard operator Attention (opset 23): the fastest on the CPU at the sizes of ML.NET's rows.</summary>
    Fused,

    /// <summary>ONNX Runtime's own MultiHeadAttention: memory that grows with a row's length and not with its square. Only where nothing
    /// hides a key, is added to the scores or asks for them.</summary>
    Flash,

    /// <summary>Matrix products and a softmax: has gradients, and runs on providers that lack the operator.</summary>
    Decomposed,
}
