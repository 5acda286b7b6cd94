extern alias stub;

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Text;
using Microsoft.ML.Attention.Text.Folders;
using Microsoft.ML.Attention.Text.Pipeline;
using Microsoft.ML.Runtime;

// As the core's: see MLNetInternals.
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(PretrainedTransformer), null,
    typeof(stub::Microsoft.ML.SignatureLoadModel), "", PretrainedTransformer.LoaderSignature)]

namespace Microsoft.ML.Attention.Text;

/// <summary>In a model file: what the attention stage saves, the options, and the small files of the model's folder,
/// whose names are in a list.</summary>
public sealed partial class PretrainedTransformer
{
    internal const string LoaderSignature = "PretrainedTransformer";

    static readonly SavedKind Kind = new(LoaderSignature, "PRETEXTT", 1, "Microsoft.ML.Attention.Text", "AttentionMLNet.Text");

    static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    /// <summary>Saves the stage within a model file.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        var files = Model.Files.All.ToArray();
        var entries = Attention.Entries().ToDictionary();
        entries.Add("text.json", Entry(JsonSerializer.SerializeToUtf8Bytes(Options, Json)));
        entries.Add("files.json", Entry(JsonSerializer.SerializeToUtf8Bytes(files.Select(file => file.Key))));
        foreach (var (i, file) in files.Index())
            entries.Add($"file.{i}", Entry(file.Value));            // names of files may have slashes
        MLNetInternals.Save(ctx, entries, Kind);

        static Action<Stream> Entry(byte[] bytes) => stream => stream.Write(bytes);
    }

    static ITransformer Create(IHostEnvironment environment, object context)
    {
        var options = Read<PretrainedTransformerOptions>("text.json");
        var names = Read<string[]>("files.json");
        var files = new KeptFiles(names.Index()
            .ToDictionary(name => name.Item, name => MLNetInternals.Load(context, $"file.{name.Index}", Bytes, Kind)));
        var attention = MultiHeadAttentionTransformer.Restore(environment, context, Kind);
        var model = PretrainedTextModel.Restore(files, attention.Options with { Parameters = attention.Parameters });
        return new PretrainedTransformer(options, model, new TokenizingTransformer(options, model), attention);

        T Read<T>(string entry)
        {
            try
            {
                return MLNetInternals.Load(context, entry, stream => JsonSerializer.Deserialize<T>(stream, Json), Kind)
                    ?? throw new JsonException("it is empty.");
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"The model file is damaged: its entry '{entry}' cannot be read: {e.Message}", e);
            }
        }

        static byte[] Bytes(Stream stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
