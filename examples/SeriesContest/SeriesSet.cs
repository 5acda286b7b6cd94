using Examples;

namespace SeriesContest;

/// <summary>Series to learn from and series to be tested on, all of the same channels.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Channels">Numbers of one frame.</param>
/// <param name="Train">The series to learn from.</param>
/// <param name="Test">The series to be tested on; none while options are being chosen.</param>
sealed record SeriesSet(string Name, int Channels, IReadOnlyList<Utterance> Train, IReadOnlyList<Utterance> Test)
{
    /// <summary>Frames of the longest series: what padded rows have.</summary>
    public int LongestLength => Train.Concat(Test).Max(series => series.Frames.Length) / Channels;

    public int ShortestLength => Train.Concat(Test).Min(series => series.Frames.Length) / Channels;

    public int Classes => Train.Select(series => series.Speaker).Distinct().Count();

    /// <param name="trainPath">A .ts file of the UEA and UCR archives.</param>
    /// <param name="testPath">Another; null where only the part to learn from may be read.</param>
    /// <exception cref="InvalidDataException">A file is not of the format, or the two do not go together.</exception>
    public static SeriesSet Read(string trainPath, string? testPath)
    {
        var train = TimeSeriesFile.Read(trainPath);
        if (testPath is null)
            return new(train.ProblemName, train.Channels, train.Utterances, []);
        var test = TimeSeriesFile.Read(testPath);
        if (train.Channels != test.Channels)
            throw new InvalidDataException(
                $"'{trainPath}' has {train.Channels} channels, '{testPath}' has {test.Channels}; they must be the same.");
        return new(train.ProblemName, train.Channels, train.Utterances, test.Utterances);
    }

    /// <summary>The part to learn from in two: of each class, a quarter is held out.
    /// Four draws in a row hold out each series once.</summary>
    public SeriesSet Part(int draw)
    {
        const int Parts = 4;
        var random = new Random(1000 + draw / Parts);
        var places = Train.OrderBy(_ => random.Next()).ToArray().GroupBy(series => series.Speaker)
            .SelectMany(series => series.Select((s, i) => (Series: s, Part: i % Parts)))
            .ToLookup(p => p.Part == draw % Parts, p => p.Series);
        return this with { Train = [.. places[false]], Test = [.. places[true]] };
    }
}
