using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention;

/// <summary>Parameters in files: what each format's reader and writer give and take.</summary>
public sealed partial class AttentionParameters
{
    /// <summary>Parameters from a safetensors file: what <see cref="SaveSafetensors"/> wrote,
    /// or a checkpoint of PyTorch or Hugging Face.</summary>
    /// <param name="path">The file, or the <c>*.index.json</c> of a checkpoint in several, which lie in its folder.</param>
    /// <param name="prefix">Only tensors whose names begin so are read, and named by the rest: <c>encoder.layers.0.self_attn.</c>. A dot at
    /// its end may be left out.</param>
    /// <remarks>
    /// <para>
    /// Numbers are stored in 16, 32 or 64 bits (F16, BF16, F32, F64) and read as 32-bit ones. Tensors of whole numbers and of Booleans
    /// beside the parameters are left out, as <see cref="MultiHeadAttentionOptions.FromCheckpoint"/> and the log of Fit say.
    /// </para>
    /// <para>
    /// Names are translated to PyTorch's, and layouts with them, where they are those of BERT and RoBERTa, GPT-2, LLaMA, Mistral, Qwen and
    /// Phi-3, or one attention of T5 (whose <c>relative_attention_bias</c> is kept under that name). Queries, keys and values of equal
    /// shapes become one <c>in_proj_weight</c>. The prefix may point at a model, at one of its layers, or at a layer's attention, whose
    /// names then begin without <c>self_attn.</c>; when a file has one list of layers only, what stands before the list may be left out.
    /// Other names stay as they are.
    /// </para>
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is malformed or of another kind, which the message names, has nothing under the prefix, or has a parameter there that is
    /// not of floating point numbers or does not fit the others; or a file of the checkpoint lies, by a link,
    /// in a folder that has none of its others.
    /// </exception>
    /// <exception cref="NotSupportedException">The attention has an extra key and value, <c>bias_k</c> and <c>bias_v</c>.</exception>
    public static AttentionParameters LoadSafetensors(string path, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(prefix);
        return SafetensorsCheckpoint.Load(path, prefix);
    }

    /// <summary>Parameters from an ONNX model, as PyTorch or the optimizer of ONNX Runtime wrote it.</summary>
    /// <param name="path">The file. Tensors that it keeps in other files are read from its folder.</param>
    /// <param name="prefix">Only tensors whose names begin so are read, and named by the rest. A dot at its end may be left out.</param>
    /// <remarks>
    /// Exporters leave matrices without names, and transposed. They get both back from the nodes that read them: from the bias that is
    /// added to their product, from the place of an input of <c>com.microsoft</c> <c>Attention</c> or <c>SkipLayerNormalization</c>, or
    /// from the modules around. Tensors that an exporter merged, being equal, are there under each of their names. Names and layouts are
    /// then translated as <see cref="LoadSafetensors"/> does; a matrix that no name could be found for keeps the one it has in the file.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is malformed or of another kind, which the message names, has nothing under the prefix, or has a tensor there whose numbers
    /// cannot be read or do not fit the others; or a tensor lies in a file that is not in the folder,
    /// and not where the model's file is linked to.
    /// </exception>
    /// <exception cref="NotSupportedException">The model is quantized, or its attention has an extra key and value,
    /// <c>bias_k</c> and <c>bias_v</c>.</exception>
    public static AttentionParameters LoadOnnx(string path, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(prefix);
        return OnnxCheckpoint.Load(path, prefix);
    }

    /// <summary>Writes a safetensors file of 32-bit numbers, which PyTorch and Hugging Face read.</summary>
    /// <param name="path">
    /// The file. It is written beside its place and moved there, so that an old file stays whole until the new one is; who may read that
    /// one may read the new one.
    /// </param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSafetensors(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, stream => Safetensors.Write(stream, _tensors));
    }
}
