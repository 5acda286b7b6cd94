using System.Text.Json;
using Microsoft.ML.Attention.Tests.Model;

namespace Microsoft.ML.Attention.Tests.Text;

/// <summary>A folder as Hugging Face writes one, of a family, small and at random: width 8, feed-forward networks of 12, 11 ids.</summary>
static class TinyTextModel
{
    public const int Width = 8, Inner = 12, Vocabulary = 11, Positions = 20;

    static readonly string[] Tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "mat", "on"];

    /// <summary>Families by name, and what their config.json says.</summary>
    public static IReadOnlyDictionary<string, string> Configurations { get; } = new Dictionary<string, string>
    {
        ["bert"] =
            """{"model_type":"bert","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"type_vocab_size":2,"hidden_act":"gelu","layer_norm_eps":0.001}""",
        ["roberta"] =
            """{"model_type":"roberta","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"type_vocab_size":1,"hidden_act":"gelu","layer_norm_eps":0.001,"pad_token_id":1}""",
        ["distilbert"] =
            """{"model_type":"distilbert","dim":8,"n_layers":2,"n_heads":2,"hidden_dim":12,"vocab_size":11,"max_position_embeddings":20,"activation":"gelu"}""",
        ["mpnet"] =
            """{"model_type":"mpnet","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"relative_attention_num_buckets":8,"layer_norm_eps":0.001,"pad_token_id":1}""",
        ["modernbert"] =
            """{"model_type":"modernbert","hidden_size":8,"num_hidden_layers":4,"num_attention_heads":2,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"local_attention":4,"global_attn_every_n_layers":3,"global_rope_theta":160000.0,"local_rope_theta":10000.0,"norm_eps":0.001}""",
        ["gpt2"] =
            """{"model_type":"gpt2","n_embd":8,"n_layer":2,"n_head":2,"n_inner":12,"vocab_size":11,"n_positions":20,"activation_function":"gelu_new","layer_norm_epsilon":0.001}""",
        ["llama"] =
            """{"model_type":"llama","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"rms_norm_eps":0.001,"rope_theta":100.0,"rope_scaling":{"rope_type":"llama3","factor":4.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":40}}""",
        ["qwen3"] =
            """{"model_type":"qwen3","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":4,"intermediate_size":12,"vocab_size":11,"max_position_embeddings":20,"rms_norm_eps":0.001,"rope_theta":100.0}""",
    };

    /// <summary>Writes the folder and gives its tensors.</summary>
    public static AttentionParameters Write(TemporaryFolder folder, string family) => Write(folder[""], family);

    /// <summary>The same into a folder that is there.</summary>
    public static AttentionParameters Write(string folder, string family)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), Configurations[family]);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Tokenizer());
        var random = new Random(5);
        var tensors = AttentionParameters.Create(Shapes(family)
            .Select(shape => KeyValuePair.Create(shape.Name, Draw(shape.Name, shape.Sizes, random))));
        tensors.SaveSafetensors(Path.Combine(folder, "model.safetensors"));
        return tensors;
    }

    static AttentionTensor Draw(string name, long[] sizes, Random random)
    {
        var isGain = sizes.Length == 1 && name.EndsWith("weight");
        return new AttentionTensor(sizes, Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b))
            .Select(_ => isGain ? 0.5f + random.NextSingle() : 1.2f * random.NextSingle() - 0.6f).ToArray());
    }

    static string Tokenizer() => JsonSerializer.Serialize(new
    {
        added_tokens = new[] { 0, 1, 2, 3, 4 }.Select(id => new { id, content = Tokens[id], special = true }),
        normalizer = new { type = "BertNormalizer", lowercase = true },
        pre_tokenizer = new { type = "BertPreTokenizer" },
        post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", 3 }, cls = new object[] { "[CLS]", 2 } },
        model = new
        {
            type = "WordPiece",
            unk_token = "[UNK]",
            vocab = Tokens.Index().ToDictionary(token => token.Item, token => token.Index)
        },
    });

    static IEnumerable<(string Name, long[] Sizes)> Shapes(string family)
    {
        const int W = Width, F = Inner;
        List<(string, long[])> all = [];
        void Matrix(string name, long rows, long columns) => all.Add(($"{name}.weight", [rows, columns]));
        void Linear(string name, long rows, long columns)
        {
            Matrix(name, rows, columns);
            all.Add(($"{name}.bias", [rows]));
        }
        void Norm(string name, bool hasBias = true)
        {
            all.Add(($"{name}.weight", [W]));
            if (hasBias)
                all.Add(($"{name}.bias", [W]));
        }
        switch (family)
        {
            case "bert" or "roberta" or "mpnet" or "distilbert":
                Matrix("embeddings.word_embeddings", Vocabulary, W);
                Matrix("embeddings.position_embeddings", Positions, W);
                if (family is "bert" or "roberta")
                    Matrix("embeddings.token_type_embeddings", family == "bert" ? 2 : 1, W);
                Norm("embeddings.LayerNorm");
                if (family == "mpnet")
                    Matrix("encoder.relative_attention_bias", 8, 2);
                for (var n = 0; n < 2; n++)
                {
                    var l = family == "distilbert" ? $"transformer.layer.{n}." : $"encoder.layer.{n}.";
                    foreach (var name in Names(family))
                        if (name.Contains("orm"))
                            Norm(l + name);
                        else
                            Linear(l + name, name is "intermediate.dense" or "ffn.lin1" ? F : W,
                                name is "output.dense" or "ffn.lin2" ? F : W);
                }
                Linear("pooler.dense", W, W);
                break;
            case "modernbert":
                Matrix("model.embeddings.tok_embeddings", Vocabulary, W);
                Norm("model.embeddings.norm", false);
                for (var n = 0; n < 4; n++)
                {
                    if (n > 0)
                        Norm($"model.layers.{n}.attn_norm", false);
                    Matrix($"model.layers.{n}.attn.Wqkv", 3 * W, W);
                    Matrix($"model.layers.{n}.attn.Wo", W, W);
                    Norm($"model.layers.{n}.mlp_norm", false);
                    Matrix($"model.layers.{n}.mlp.Wi", 2 * F, W);
                    Matrix($"model.layers.{n}.mlp.Wo", W, F);
                }
                Norm("model.final_norm", false);
                Matrix("head.dense", W, W);
                break;
            case "gpt2":
                Matrix("wte", Vocabulary, W);
                Matrix("wpe", Positions, W);
                for (var n = 0; n < 2; n++)
                {
                    Norm($"h.{n}.ln_1");
                    all.Add(($"h.{n}.attn.c_attn.weight", [W, 3 * W]));
                    all.Add(($"h.{n}.attn.c_attn.bias", [3 * W]));
                    Linear($"h.{n}.attn.c_proj", W, W);
                    Norm($"h.{n}.ln_2");
                    all.Add(($"h.{n}.mlp.c_fc.weight", [W, F]));
                    all.Add(($"h.{n}.mlp.c_fc.bias", [F]));
                    all.Add(($"h.{n}.mlp.c_proj.weight", [F, W]));
                    all.Add(($"h.{n}.mlp.c_proj.bias", [W]));
                }
                Norm("ln_f");
                break;
            default:
                var d = family == "qwen3" ? 4 : 2;
                Matrix("model.embed_tokens", Vocabulary, W);
                for (var n = 0; n < 2; n++)
                {
                    var l = $"model.layers.{n}.";
                    Norm(l + "input_layernorm", false);
                    Matrix(l + "self_attn.q_proj", 4 * d, W);
                    Matrix(l + "self_attn.k_proj", 2 * d, W);
                    Matrix(l + "self_attn.v_proj", 2 * d, W);
                    Matrix(l + "self_attn.o_proj", W, 4 * d);
                    if (family == "qwen3")
                        all.AddRange([(l + "self_attn.q_norm.weight", [d]), (l + "self_attn.k_norm.weight", [d])]);
                    Norm(l + "post_attention_layernorm", false);
                    Matrix(l + "mlp.gate_proj", F, W);
                    Matrix(l + "mlp.up_proj", F, W);
                    Matrix(l + "mlp.down_proj", W, F);
                }
                Norm("model.norm", false);
                Matrix("lm_head", Vocabulary, W);
                break;
        }
        return all;
    }

    /// <summary>A layer's modules: queries, keys, values, output, norm, the two matrices, norm.</summary>
    public static string[] Names(string family) => family switch
    {
        "distilbert" =>
            ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2",
                "output_layer_norm"],
        "mpnet" =>
            ["attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention.LayerNorm", "intermediate.dense",
                "output.dense", "output.LayerNorm"],
        _ => ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
            "intermediate.dense", "output.dense", "output.LayerNorm"],
    };
}
