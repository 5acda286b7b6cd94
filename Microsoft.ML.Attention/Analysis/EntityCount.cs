namespace Microsoft.ML.Attention.Analysis;

/// <summary>Counts entities: spans of tokens that tags BIO or BIOES mark. As seqeval does by default,
/// after the script of the CoNLL 2000 task.</summary>
sealed class EntityCount
{
    readonly (char Prefix, string Type)[] _tags;
    double _labels, _predictions, _right;

    EntityCount((char, string)[] tags) => _tags = tags;

    /// <summary>For classes of these names; null where they are not tags of that kind.</summary>
    public static EntityCount? Of(IReadOnlyList<string>? names) =>
        names is not null && names.All(name => name == "O" || IsTag(name)) && names.Any(IsTag)
            ? new([.. names.Select(name => name == "O" ? ('O', "") : (name[0], name[2..]))])
            : null;

    /// <summary>F1 over all rows; 0 where there are no entities.</summary>
    public double F1 => _labels + _predictions == 0 ? 0 : 2 * _right / (_labels + _predictions);

    /// <summary>Counts a row's, each so many times.</summary>
    public void Add((float Label, float Predicted)[] tokens, double weight)
    {
        var (labels, predictions) = (Spans(tokens.Select(t => t.Label)), Spans(tokens.Select(t => t.Predicted)));
        _labels += weight * labels.Count;
        _predictions += weight * predictions.Count;
        _right += weight * labels.Intersect(predictions).Count();
    }

    static bool IsTag(string name) => name.Length > 2 && name[0] is 'B' or 'I' or 'E' or 'S' && name[1] == '-';

    HashSet<(string Type, int Start, int End)> Spans(IEnumerable<float> classes)
    {
        var spans = new HashSet<(string, int, int)>();
        var (before, start) = (('O', ""), 0);
        foreach (var (i, tag) in classes.Select(c => float.IsNaN(c) ? ('O', "") : _tags[(int)c]).Append(('O', "")).Index())
        {
            if (Ends(before, tag))
                spans.Add((before.Item2, start, i));
            if (Starts(before, tag))
                start = i;
            before = tag;
        }
        return spans;
    }

    static bool Ends((char Prefix, string Type) before, (char Prefix, string Type) tag) => before.Prefix != 'O'
        && (before.Prefix is 'E' or 'S' || tag.Prefix is 'B' or 'S' or 'O' || before.Type != tag.Type);

    static bool Starts((char Prefix, string Type) before, (char Prefix, string Type) tag) => tag.Prefix != 'O'
        && (tag.Prefix is 'B' or 'S' || before.Prefix is 'E' or 'S' or 'O' || before.Type != tag.Type);
}
