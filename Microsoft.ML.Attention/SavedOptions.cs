using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Attention;

/// <summary>
/// Reads options from a model file. What a file does not say means what it did when the file was written, whatever the default is today.
/// </summary>
static class SavedOptions
{
    /// <summary>
    /// Options of <see cref="TrainingOptions"/> that version 0.1.0 did not have and whose default is other than what
    /// it did, with what it did.
    /// </summary>
    static readonly (string Option, JsonNode Meant)[] Training = [(nameof(TrainingOptions.MinimumSteps), 0)];

    /// <summary>The same of <see cref="MultiHeadAttentionOptions"/>.</summary>
    static readonly (string Option, JsonNode Meant)[] Stage = [(nameof(MultiHeadAttentionOptions.LongerRows), nameof(LongerRows.Refuse))];

    public static MultiHeadAttentionOptions? Read(Stream saved, JsonSerializerOptions json)
    {
        var options = JsonNode.Parse(saved);
        foreach (var (option, meant) in Stage)
            if (options is JsonObject stage && !stage.ContainsKey(option))
                stage[option] = meant.DeepClone();
        if (options?[nameof(MultiHeadAttentionOptions.Training)] is JsonObject training)
            foreach (var (option, meant) in Training)
                if (!training.ContainsKey(option))
                    training[option] = meant.DeepClone();
        return options.Deserialize<MultiHeadAttentionOptions>(json);
    }
}
