using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>The tensors of a model's folder.</summary>
static class WeightFiles
{
    const string Safetensors = "model.safetensors", Sharded = "model.safetensors.index.json", Onnx = "model.onnx",
        OnnxBelow = "onnx/model.onnx";
    static readonly string[] Pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack",
        "rust_model.ot"];

    /// <summary>What stands on a model's tokens and is no part of it: language modeling, poolers of BERT's second task,
    /// classifiers of others.</summary>
    static readonly HashSet<string> Heads =
        ["cls", "pooler", "lm_head", "classifier", "qa_outputs", "vocab_transform", "vocab_layer_norm", "vocab_projector", "pre_classifier",
            "decoder", "head", "score", "dense"];

    /// <exception cref="InvalidDataException">The folder has no tensors that can be read.</exception>
    public static (string Path, AttentionParameters Parameters) Read(ModelFolder folder)
    {
        if (folder.Has(Safetensors))
        {
            var path = folder.Find(Safetensors);
            using var stream = File.OpenRead(path);
            return (path, Checkpoint.Load(path, "", [.. SafetensorsCheckpoint.Tensors(stream, path).Where(tensor => IsPart(tensor.Name))]));
        }
        if (folder.Has(Sharded))
        {
            var path = folder.Find(Sharded);
            using var stream = File.OpenRead(path);
            return (path, SafetensorsCheckpoint.LoadSharded(stream, path, "", IsPart));
        }
        foreach (var name in (string[])[Onnx, OnnxBelow])
            if (folder.Has(name))
            {
                var path = folder.Find(name);
                using var stream = File.OpenRead(path);
                return (path, Checkpoint.Load(path, "", [.. OnnxCheckpoint.Read(stream, path).Where(tensor => IsPart(tensor.Name))]));
            }
        throw Pickles.FirstOrDefault(folder.Has) is { } pickle
            ? new NotSupportedException(
                $"'{folder.Called(pickle)}' is the only file of tensors, and reading it may run code: convert it to {Safetensors}.")
            : new InvalidDataException($"The folder has none of {Safetensors}, {Sharded}, {Onnx} and {OnnxBelow}: '{folder.Called("")}'.");
    }

    static bool IsPart(string name)
    {
        var parts = name.Split('.');
        return !Heads.Contains(parts[0]) && !(parts.Length > 1 && parts[1] == "pooler");
    }
}
