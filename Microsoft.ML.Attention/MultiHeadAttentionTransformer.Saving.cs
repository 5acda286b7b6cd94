extern alias stub;

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Checkpoints;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Options;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Runtime;

// Found by Model.Load in any process; see MLNetInternals. ML.NET calls the private method Create.
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(MultiHeadAttentionTransformer), null, typeof(stub::Microsoft.ML.SignatureLoadModel), "", MLNetInternals.LoaderSignature)]

namespace Microsoft.ML.Attention;

/// <summary>In a model file: options, architecture and report as JSON, parameters as safetensors.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    /// <summary>Saves the stage within a model file.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        // Made before the first byte is written, so that an error leaves no half of a stage behind.
        var parameters = new MemoryStream();
        Safetensors.Write(parameters, Parameters.Names.Select(name => KeyValuePair.Create(name, Parameters[name])));
        MLNetInternals.Save(ctx, new Dictionary<string, Action<Stream>>
        {
            ["options.json"] = Entry(JsonSerializer.SerializeToUtf8Bytes(Options, Json)),
            ["architecture.json"] = Entry(JsonSerializer.SerializeToUtf8Bytes(_architecture, Json)),
            ["training.json"] = Entry(JsonSerializer.SerializeToUtf8Bytes(Training, Json)),
            ["parameters.safetensors"] = stream => parameters.WriteTo(stream),
        });

        static Action<Stream> Entry(byte[] bytes) => stream => stream.Write(bytes);
    }

    static ITransformer Create(IHostEnvironment environment, object context)
    {
        var options = Read("options.json", saved => SavedOptions.Read(saved, Json)) ?? throw Damaged("its entry 'options.json' is empty.");
        var architecture = Read("architecture.json", saved => SavedArchitecture.Read(saved, Json)) ?? throw Damaged("its entry 'architecture.json' is empty.");
        var training = ReadJson<TrainingReport>("training.json");
        var tensors = MLNetInternals.Load(context, "parameters.safetensors", stream => Safetensors.Read(stream, "parameters.safetensors"));
        AttentionParameters parameters;
        try
        {
            parameters = ParameterResolution.Resolve(architecture, AttentionParameters.Create(tensors), draw: null);
            OptionsValidation.Check(options with { Parameters = parameters });
        }
        catch (ArgumentException e)
        {
            throw Damaged(e.Message, e);
        }
        return new MultiHeadAttentionTransformer(environment, options, architecture, parameters, training);

        T? ReadJson<T>(string entry) => Read(entry, saved => JsonSerializer.Deserialize<T>(saved, Json));

        T? Read<T>(string entry, Func<Stream, T?> read)
        {
            try
            {
                return MLNetInternals.Load(context, entry, read);
            }
            catch (JsonException e)
            {
                throw Damaged($"its entry '{entry}' cannot be read: {e.Message}", e);
            }
        }

        static InvalidDataException Damaged(string how, Exception? cause = null) => new($"The model file is damaged: {how}", cause);
    }
}
