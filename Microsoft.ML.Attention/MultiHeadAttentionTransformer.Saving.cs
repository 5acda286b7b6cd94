extern alias stub;

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Model.Checkpoints;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Runtime;

// Found by Model.Load in any process; see MLNetInternals. ML.NET calls the private method Create.
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(MultiHeadAttentionTransformer), null,
    typeof(stub::Microsoft.ML.SignatureLoadModel), "", MLNetInternals.LoaderSignature)]

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
        MLNetInternals.Save(ctx, Entries());
    }

    /// <summary>What is saved, by the name of the entry; a stage that has this one within saves the same.</summary>
    internal IReadOnlyDictionary<string, Action<Stream>> Entries()
    {
        var entries = new Dictionary<string, Action<Stream>>
        {
            [SavedStage.OptionsEntry] = Entry(JsonSerializer.SerializeToUtf8Bytes(Options, Json)),
            [SavedStage.ArchitectureEntry] = Entry(JsonSerializer.SerializeToUtf8Bytes(_architecture, Json)),
            [SavedStage.TrainingEntry] = Entry(JsonSerializer.SerializeToUtf8Bytes(Training, Json)),
            // as a stream: they may be more than an array holds
            [SavedStage.ParametersEntry] = stream => Safetensors.Write(stream, Parameters.All),
        };
        if (_labels is not null)
        {
            var labels = new MemoryStream();
            _labels.Save(labels);
            entries.Add(SavedStage.LabelsEntry, stream => labels.WriteTo(stream));
        }
        return entries;

        static Action<Stream> Entry(byte[] bytes) => stream => stream.Write(bytes);
    }

    static ITransformer Create(IHostEnvironment environment, object context) => Restore(environment, context);

    /// <param name="environment">Where it is loaded.</param>
    /// <param name="context">What is read.</param>
    /// <param name="kind">The kind of stage that saved it; this one unless given.</param>
    internal static MultiHeadAttentionTransformer Restore(IHostEnvironment environment, object context, SavedKind? kind = null)
    {
        var options = Read(SavedStage.OptionsEntry, saved => SavedOptions.Read(saved, Json)) ?? throw Empty(SavedStage.OptionsEntry);
        var architecture = Read(SavedStage.ArchitectureEntry, saved => SavedArchitecture.Read(saved, Json))
            ?? throw Empty(SavedStage.ArchitectureEntry);
        var training = ReadJson<TrainingReport>(SavedStage.TrainingEntry);
        var tensors = MLNetInternals.Load(context, SavedStage.ParametersEntry, stream =>
            Safetensors.Read(stream, SavedStage.ParametersEntry), kind);
        var parameters = SavedStage.Check(architecture, options, AttentionParameters.Create(tensors));
        var labels = MLNetInternals.LoadIfThere(context, SavedStage.LabelsEntry, LabelValues.Load, kind);
        if (labels is not null && labels.Names.Count != (architecture.Prediction?.Size ?? 0))
            throw SavedStage.Damaged($"its entry '{SavedStage.LabelsEntry}' names {labels.Names.Count} classes, and its classifier is "
                + $"for {architecture.Prediction?.Size ?? 0}.");
        return new MultiHeadAttentionTransformer(new(environment), options, architecture, parameters, training, labels);

        T? ReadJson<T>(string entry) => Read(entry, saved => JsonSerializer.Deserialize<T>(saved, Json));

        T? Read<T>(string entry, Func<Stream, T?> read)
        {
            try
            {
                return MLNetInternals.Load(context, entry, read, kind);
            }
            // What is no JSON, and what is no value of its type: a list with null for an item, a number too large.
            catch (Exception e)
                when (e is JsonException or ArgumentException or FormatException or OverflowException or InvalidOperationException
                    or NotSupportedException)
            {
                throw SavedStage.Damaged($"its entry '{entry}' cannot be read: {e.Message}", e);
            }
        }

        static InvalidDataException Empty(string entry) => SavedStage.Damaged($"its entry '{entry}' is empty.");
    }
}
