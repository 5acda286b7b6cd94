namespace Examples;

/// <summary>Made-up recordings: each speaker glides between two vowels in a way of their own.</summary>
/// <remarks>
/// <para>
/// A frame is <c>voice + room + position * glide + noise</c>. The room, with its microphone, adds one constant to every frame of an
/// utterance, as it does to the cepstra of real speech; the position moves from one vowel to the other, in either order and at any pace;
/// the glide is the speaker's, up or down in each channel. A frame alone or a place in the sequence means little: what tells most of the
/// speaker is which channels move together, seen by comparing the frames of one utterance with each other.
/// </para>
/// <para>
/// With voices, averages and deviations tell of the speaker too, as in real speech: a voice is a constant of the speaker's, less than rooms
/// differ, and some glide further than others. Without, an utterance's average tells of the room alone, and its deviation is everyone's.
/// </para>
/// </remarks>
static class SpokenVowels
{
    const int Speakers = 9, Channels = 12, TrainEach = 20, TestEach = 30, ShortestLength = 7, LongestLength = 20;
    const float Voice = 0.8f, Room = 1, Noise = 1.3f, GlideDiffers = 0.7f;

    sealed record Speaker(string Name, float[] Voice, float[] Glide);

    public static Recordings Make(int seed, bool withVoices = false)
    {
        var random = new Random(seed);
        Speaker[] speakers = [.. Enumerable.Range(1, Speakers)
            .Select(speaker => new Speaker($"Speaker {speaker}", new float[Channels], EachChannel(() => random.Next(2) * 2 - 1f)))];
        if (withVoices)
            speakers = [.. speakers.Select(speaker => speaker with
            {
                Voice = EachChannel(() => Voice * Normal(random)),
                Glide = [.. speaker.Glide.Select(way => way * (1 + GlideDiffers * (2 * random.NextSingle() - 1)))],
            })];
        return new($"Made-up {(withVoices ? "voices" : "vowels")} (seed {seed})", Channels, Say(TrainEach), Say(TestEach));

        Utterance[] Say(int times) => [.. from speaker in speakers from _ in Enumerable.Range(0, times) select Speak(random, speaker)];
    }

    static Utterance Speak(Random random, Speaker speaker)
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
                frames[frame * Channels + channel] = speaker.Voice[channel] + room[channel] + position * speaker.Glide[channel]
                    + Noise * Normal(random);
        }
        return new(speaker.Name, frames);
    }

    static float[] EachChannel(Func<float> draw) => [.. Enumerable.Range(0, Channels).Select(_ => draw())];

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
