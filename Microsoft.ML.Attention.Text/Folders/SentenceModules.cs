namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>What sentence-transformers puts around a model: how long texts may be, how tokens become one vector, whether it has length 1,
/// and what texts are introduced with.</summary>
/// <param name="Pooling">Null where the folder does not say.</param>
/// <param name="NormalizesOutput">Whether the vector has length 1.</param>
/// <param name="MaximumTokens">Null where the folder does not say.</param>
/// <param name="Prompts">What texts begin with, by the name of the use.</param>
sealed record SentenceModules(AttentionPooling? Pooling, bool NormalizesOutput, int? MaximumTokens,
    IReadOnlyDictionary<string, string> Prompts)
{
    const string Modules = "modules.json", Pool = "1_Pooling/config.json", Prompted = "config_sentence_transformers.json";
    static readonly string[] Settings = ["sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json",
        "sentence_xlm-roberta_config.json", "sentence_mpnet_config.json"];

    /// <exception cref="InvalidDataException">A field is missing or of another kind.</exception>
    /// <exception cref="NotSupportedException">A module or a pooling is not known here.</exception>
    public static SentenceModules Read(IModelFiles files)
    {
        AttentionPooling? pooling = null;
        var normalizes = false;
        if (files.Has(Modules))
            foreach (var (i, module) in JsonFields.List(files, Modules).Index())
                switch (module.Text("type"))
                {
                    case "sentence_transformers.models.Transformer" when i == 0 && module.Text("path") is "":
                        break;
                    case "sentence_transformers.models.Pooling" when i == 1:
                        pooling = PoolingOf(JsonFields.Parse(files, module.Text("path") + "/config.json"));
                        break;
                    case "sentence_transformers.models.Normalize" when i == 2:
                        normalizes = true;
                        break;
                    default:
                        throw module.Refused("type", "known are a Transformer in the folder itself, then Pooling, then Normalize.");
                }
        else if (files.Has(Pool))
            pooling = PoolingOf(JsonFields.Parse(files, Pool));
        int? most = null;
        foreach (var name in Settings.Where(files.Has))
            most = JsonFields.Parse(files, name).CountOrNull("max_seq_length") ?? most;
        var prompts = files.Has(Prompted) && JsonFields.Parse(files, Prompted).ObjectOrNull("prompts") is { } named
            ? named.Names.ToDictionary(name => name, named.Text) : [];
        return new SentenceModules(pooling, normalizes, most, prompts);
    }

    static AttentionPooling PoolingOf(JsonFields f)
    {
        if (f.TextOrNull("pooling_mode") is { } mode)               // version 5 of the library writes one name
            return mode switch
            {
                "mean" => AttentionPooling.Mean,
                "cls" => AttentionPooling.First,
                "max" => AttentionPooling.Max,
                "lasttoken" => AttentionPooling.Last,
                _ => throw f.Refused("pooling_mode", "known are mean, cls, max and lasttoken."),
            };
        var chosen = f.Names.Where(name => name.StartsWith("pooling_mode_", StringComparison.Ordinal) && f.Flag(name)).ToList();
        if (chosen.Count != 1)
            throw new NotSupportedException(
                $"'{f.File}' chooses {(chosen.Count == 0 ? "no pooling" : string.Join(" and ", chosen))}; one is run.");
        return chosen[0] switch
        {
            "pooling_mode_mean_tokens" => AttentionPooling.Mean,
            "pooling_mode_cls_token" => AttentionPooling.First,
            "pooling_mode_max_tokens" => AttentionPooling.Max,
            "pooling_mode_lasttoken" => AttentionPooling.Last,
            var other => throw f.Refused(other, "known are the mean, the largest, the first and the last of the tokens."),
        };
    }
}
