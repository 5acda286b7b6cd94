using Examples;

namespace FewLabels;

/// <summary>What a draw of utterances left: few whose speaker is told, many whose speaker is not, and others to judge by.</summary>
/// <param name="Labelled">As many of each speaker as were asked for.</param>
/// <param name="Unlabelled">All that may be learned from, the labelled ones among them.</param>
/// <param name="Judged">None of them is learned from.</param>
sealed record Lot(IReadOnlyList<Utterance> Labelled, IReadOnlyList<Utterance> Unlabelled, IReadOnlyList<Utterance> Judged)
{
    /// <summary>Keeps a third of each speaker's utterances to judge by: for tuning, which is to see nothing of the test.</summary>
    public static Lot ForTuning(Recordings recordings, int labelledEach, int seed)
    {
        var speakers = Shuffled(recordings.Train, seed);
        Utterance[] learned = [.. speakers.SelectMany(own => own[..(own.Length * 2 / 3)])];
        return new([.. speakers.SelectMany(own => own[..labelledEach])], learned,
            [.. speakers.SelectMany(own => own[(own.Length * 2 / 3)..])]);
    }

    /// <summary>Learns from all of the training file, and judges by the test file.</summary>
    public static Lot ForTest(Recordings recordings, int labelledEach, int seed) =>
        new([.. Shuffled(recordings.Train, seed).SelectMany(own => own[..labelledEach])], recordings.Train, recordings.Test);

    /// <summary>Each speaker's utterances, in an order that the seed draws.</summary>
    static List<Utterance[]> Shuffled(IEnumerable<Utterance> utterances, int seed)
    {
        var random = new Random(seed);
        var speakers = utterances.GroupBy(u => u.Speaker).Select(own => own.ToArray()).ToList();
        foreach (var own in speakers)
            random.Shuffle(own);
        return speakers;
    }
}
