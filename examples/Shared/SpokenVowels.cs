namespace Examples;

/// <summary>Made-up recordings: each speaker glides between two vowels in a way of their own.</summary>
/// <remarks>
/// A frame is <c>room + position * glide + noise</c>. The room, with its microphone, adds one constant to every frame of an utterance, as it does to the cepstra of real
/// speech; the position moves from one vowel to the other, in either order and at any pace; the glide is the speaker's, and goes equally far in every channel, up or down.
/// So an utterance's average tells of the room, its deviation is everyone's, a frame alone or a place in the sequence means nothing: what tells the speaker is which channels
/// move together, seen by comparing the frames of one utterance with each other.
/// </remarks>
static class SpokenVowels
{
    const int Speakers = 9, Channels = 12, TrainEach = 20, TestEach = 30, ShortestLength = 7, LongestLength = 20;
    const float Room = 1, Noise = 1.3f;

    public static Recordings Make(int seed)
    {
        var random = new Random(seed);
        var glides = Enumerable.Range(0, Speakers).Select(_ => EachChannel(() => random.Next(2) * 2 - 1f)).ToArray();
        return new($"Made-up vowels (seed {seed})", Channels, Say(TrainEach), Say(TestEach));

        Utterance[] Say(int times) => [.. from speaker in Enumerable.Range(0, Speakers) from _ in Enumerable.Range(0, times) select Speak(random, $"Speaker {speaker + 1}", glides[speaker])];
    }

    static Utterance Speak(Random random, string speaker, float[] glide)
    {
        var length = random.Next(ShortestLength, LongestLength + 1);
        var room = EachChannel(() => Room * Normal(random));
        var turn = length * (0.25f + random.NextSingle() / 2);
        var order = random.Next(2) * 2 - 1;
        var frames = new float[length * Channels];
        for (var frame = 0; frame < length; frame++)
        {
            var position = order * MathF.Tanh(frame - turn);
            for (var channel = 0; channel < Channels; channel++)
                frames[frame * Channels + channel] = room[channel] + position * glide[channel] + Noise * Normal(random);
        }
        return new(speaker, frames);
    }

    static float[] EachChannel(Func<float> draw) => [.. Enumerable.Range(0, Channels).Select(_ => draw())];

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    static float Normal(Random random) => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
