using Examples;

namespace OptionSearch;

/// <summary>Made-up recordings of which only the order matters: two speakers make one sound each, among noises,
/// and the label is the one who was first.</summary>
/// <remarks>Either order has the same sounds, as often: without positions attention is blind to it,
/// so that nothing is better than guessing.</remarks>
static class WhoSpokeFirst
{
    const int Speakers = 2, Noises = 4, Sounds = Speakers + Noises, ShortestLength = 8, LongestLength = 12, TrainCount = 240,
        TestCount = 400;

    public static Recordings Make(int seed)
    {
        var random = new Random(seed);
        return new($"Who spoke first? (seed {seed})", Sounds, Listen(TrainCount), Listen(TestCount));

        Utterance[] Listen(int times) => [.. Enumerable.Range(0, times).Select(_ => Hear(random))];
    }

    static Utterance Hear(Random random)
    {
        int[] sounds = [.. Enumerable.Range(0, random.Next(ShortestLength, LongestLength + 1)).Select(_ => Speakers + random.Next(Noises))];
        var moments = Enumerable.Range(0, sounds.Length).ToArray();
        random.Shuffle(moments);
        for (var speaker = 0; speaker < Speakers; speaker++)
            sounds[moments[speaker]] = speaker;
        var first = moments[0] < moments[1] ? 1 : 2;
        return new($"Speaker {first}",
            [.. sounds.SelectMany(sound => Enumerable.Range(0, Sounds).Select(channel => channel == sound ? 1f : 0f))]);
    }
}
