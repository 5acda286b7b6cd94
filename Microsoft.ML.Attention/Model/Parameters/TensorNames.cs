namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Names of tensors as a message lists them.</summary>
static class TensorNames
{
    const int MostListed = 100, LongestName = 200;

    /// <summary>All of them, those that differ only in a number together: <c>layers.*.self_attn.sinks (12)</c>.</summary>
    public static string Listed(IEnumerable<string> names)
    {
        string[] groups = [.. names.GroupBy(Pattern)
            .Select(same => same.Count() == 1 ? Short(same.First()) : $"{Short(same.Key)} ({same.Count()})").Order(StringComparer.Ordinal)];
        return string.Join(", ", groups.Take(MostListed)) + (groups.Length > MostListed ? $" and {groups.Length - MostListed} more" : "");
    }

    static string Pattern(string name) =>
        string.Join('.', name.Split('.').Select(word => word.Length > 0 && word.All(char.IsAsciiDigit) ? "*" : word));

    static string Short(string name) => name.Length <= LongestName ? name : $"{name.AsSpan(0, LongestName)}...";
}
