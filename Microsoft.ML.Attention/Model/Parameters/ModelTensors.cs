namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>
/// The names of the tensors of several models in one stage: <c>models.N.</c> before each, but for what was measured, which all share.
/// </summary>
static class ModelTensors
{
    /// <summary>What one model reads, under the names that it would have alone.</summary>
    public static Dictionary<string, T> Of<T>(IReadOnlyDictionary<string, T> tensors, int model)
    {
        var own = tensors.Where(t => !ModuleNames.Models.Holds(t.Key)).ToDictionary();
        var scope = ModuleNames.Models[model];
        foreach (var (name, tensor) in tensors)
            if (scope.Holds(name))
                own[scope.Within(name)] = tensor;
        return own;
    }

    /// <summary>The same of a stage's tensors; all of them, where they are one model's.</summary>
    public static AttentionParameters Of(AttentionParameters tensors, int model) =>
        AttentionParameters.Create(Of(tensors.All.ToDictionary(), model));

    /// <summary>How many models the tensors are of.</summary>
    public static int Count(AttentionParameters tensors)
    {
        var count = 0;
        while (tensors.Names.Any(ModuleNames.Models[count].Holds))
            count++;
        return Math.Max(count, 1);
    }

    /// <summary>The tensors of several models as those of one stage.</summary>
    public static AttentionParameters Join(Architecture a, IReadOnlyList<AttentionParameters> models)
    {
        if (models.Count == 1)
            return models[0];
        var shared = ParameterLayout.Of(a.Member).Where(spec => spec.Draw == Draw.Measured).Select(spec => spec.Name).ToHashSet();
        return AttentionParameters.Create(models[0].All.Where(t => shared.Contains(t.Key))
            .Concat(models.SelectMany((tensors, model) =>
                Own(tensors).Select(t => KeyValuePair.Create(ModuleNames.Models[model][t.Key].Path, t.Value)))));

        IEnumerable<KeyValuePair<string, AttentionTensor>> Own(AttentionParameters tensors) =>
            tensors.All.Where(t => !shared.Contains(t.Key));
    }
}
