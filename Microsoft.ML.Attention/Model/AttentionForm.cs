namespace Microsoft.ML.Attention.Model;

/// <summary>How softmax(QKᵀ)V is written in ONNX.</summary>
enum AttentionForm
{
    /// <summary>The standard operator Attention (opset 23): the fastest on the CPU at the sizes of ML.NET's rows.</summary>
    Fused,

    /// <summary>Matrix products and a softmax: has gradients, and runs on providers that lack the operator.</summary>
    Decomposed,
}
