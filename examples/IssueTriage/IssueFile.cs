using Microsoft.ML;
using Microsoft.ML.Data;

namespace IssueTriage;

/// <summary>A file of issues, a line each: ID, Area, Title and Description, divided by tabs, quoted where needed,
/// under a line with these names.</summary>
static class IssueFile
{
    const string Header = "ID\tArea\tTitle\tDescription";

    /// <summary>Reads a file; issues whose ID ends in 0 or 5 are those to be tested on.</summary>
    /// <exception cref="InvalidDataException">The file is not of the format, or one of the two parts is empty.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Issues Read(string path)
    {
        var header = File.ReadLines(path).FirstOrDefault();
        if (header != Header)
            throw new InvalidDataException(
                $"'{path}' must begin with the line 'ID, Area, Title, Description', divided by tabs. It begins with '{header}'.");
        var mlContext = new MLContext();
        var lines = mlContext.Data.LoadFromTextFile<Line>(path, hasHeader: true, allowQuoting: true);
        var parts = mlContext.Data.CreateEnumerable<Line>(lines, reuseRowObject: false)
            .ToLookup(line => line.Id.EndsWith('0') || line.Id.EndsWith('5'), line => new Issue(line.Area, line.Title, line.Description));
        if (!parts[false].Any() || !parts[true].Any())
            throw new InvalidDataException($"'{path}' has {parts[false].Count()} issues to learn from and {parts[true].Count()} to be "
                + "tested on (their ID ends in 0 or 5); both are needed.");
        return new(Path.GetFileName(path), AttentionSettings.ForIssues, [.. parts[false]], [.. parts[true]]);
    }

    /// <summary>What ML.NET's loader fills.</summary>
    sealed class Line
    {
        [LoadColumn(0)] public string Id { get; set; } = "";
        [LoadColumn(1)] public string Area { get; set; } = "";
        [LoadColumn(2)] public string Title { get; set; } = "";
        [LoadColumn(3)] public string Description { get; set; } = "";
    }
}
