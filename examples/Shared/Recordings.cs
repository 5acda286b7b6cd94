namespace Examples;

/// <summary>Utterances to learn from and utterances to be tested on, all with the same channels.</summary>
sealed record Recordings(string Name, int Channels, IReadOnlyList<Utterance> Train, IReadOnlyList<Utterance> Test)
{
    public int Speakers => All.Select(u => u.Speaker).Distinct().Count();
    public int ShortestLength => All.Min(u => u.Frames.Length) / Channels;
    public int LongestLength => All.Max(u => u.Frames.Length) / Channels;

    IEnumerable<Utterance> All => Train.Concat(Test);

    /// <exception cref="InvalidDataException">A file is not of the format, or the two do not go together.</exception>
    public static Recordings Read(string trainPath, string testPath)
    {
        var (train, test) = (TimeSeriesFile.Read(trainPath), TimeSeriesFile.Read(testPath));
        if (train.Channels != test.Channels)
            throw new InvalidDataException(
                $"'{trainPath}' has {train.Channels} channels, '{testPath}' has {test.Channels}; they must be the same.");
        return new(train.ProblemName, train.Channels, train.Utterances, test.Utterances);
    }
}
