using Microsoft.ML.Attention.Text.Folders;

namespace Microsoft.ML.Attention.Text.Families;

/// <summary>The families of models that are run, and those that are known and are not.</summary>
static class ModelFamilies
{
    public const string Name = "config.json";

    static readonly Dictionary<string, Func<JsonFields, ModelPlan>> Known = new()
    {
        ["bert"] = BertFamily.Bert,
        ["roberta"] = BertFamily.Roberta,
        ["xlm-roberta"] = BertFamily.Roberta,
        ["camembert"] = BertFamily.Roberta,
        ["distilbert"] = BertFamily.DistilBert,
        ["mpnet"] = BertFamily.Mpnet,
        ["modernbert"] = ModernBertFamily.Plan,
        ["gpt2"] = Gpt2Family.Plan,
        ["llama"] = LlamaFamily.Plan,
        ["mistral"] = LlamaFamily.Plan,
        ["qwen2"] = LlamaFamily.Plan,
        ["qwen3"] = LlamaFamily.Plan,
    };

    static readonly (string Beginning, string Reason)[] Refused =
    [
        ("albert", "ALBERT's layers share one set of tensors, and its token table is narrower than they are"),
        ("deberta", "DeBERTa attends to content and to relative positions apart"),
        ("t5", "T5's attention has relative positions of its own kind, and no scale"),
        ("mt5", "T5's attention has relative positions of its own kind, and no scale"),
        ("gemma", "Gemma scales its embeddings, adds 1 to its gains and normalizes after each sublayer too"),
        ("gpt_neox", "GPT-NeoX turns a part of each head, and computes attention and feed-forward network side by side"),
        ("phi", "Phi turns a part of each head"), ("electra", "ELECTRA's token table may be narrower than its layers"),
        ("xlnet", "XLNet's attention is relative and permuted"), ("bart", "BART has an encoder and a decoder"),
        ("nomic_bert", "it is code of its own, not a model of Hugging Face's library"),
    ];

    /// <exception cref="InvalidDataException">A field is missing or out of its range.</exception>
    /// <exception cref="NotSupportedException">The model needs what is not there; the message names the field and the reason.</exception>
    public static ModelPlan Read(IModelFiles files)
    {
        if (!files.Has(Name))
            throw new InvalidDataException($"There is no '{files.Called(Name)}': a model's folder has one.");
        var config = JsonFields.Parse(files, Name);
        if (config.Has("auto_map"))
            throw config.Refused("auto_map", "the model is code that the folder brings with it, and nothing in a folder is run.");
        if (config.Has("quantization_config"))
            throw config.Refused("quantization_config",
                "the tensors are quantized. Load the model as it was before; Runtime.Precision quantizes it here.");
        var type = config.Text("model_type");
        if (Known.TryGetValue(type, out var plan))
            return plan(config);
        var reason = Refused.FirstOrDefault(refused => type.StartsWith(refused.Beginning, StringComparison.Ordinal)).Reason;
        throw config.Refused("model_type",
            $"{(reason is null ? "a family that is not known here" : reason)}. These are run: {string.Join(", ", Known.Keys)}.");
    }

    /// <summary>A size from 1 on.</summary>
    public static int Size(this JsonFields config, string name) =>
        config.Count(name) is > 0 and var size ? size : throw config.Wrong(name, "a whole number from 1 on");

    public static double Epsilon(this JsonFields config, string name, double otherwise) =>
        config.Number(name, otherwise) is > 0 and <= 1 and var epsilon
            ? epsilon
            : throw config.Wrong(name, "a number above 0 and at most 1");

    public static Activation Activation(this JsonFields config, string name, string otherwise) =>
        (config.TextOrNull(name) ?? otherwise) switch
        {
            "gelu" => Attention.Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => Attention.Activation.GeluTanh,
            "relu" => Attention.Activation.Relu,
            _ => throw config.Refused(name, "known are gelu, gelu_new, gelu_pytorch_tanh, gelu_fast and relu."),
        };

    public static int HeadsThatDivide(this JsonFields config, string name, int width) =>
        config.Size(name) is var heads && width % heads == 0
            ? heads
            : throw config.Wrong(name, $"a number that divides the width, {width}");
}
