using System.Numerics.Tensors;
using Examples;

namespace FewLabels;

/// <summary>Made-up recordings in which noise is louder than the voice,
/// but a voice stays what it is from frame to frame and noise does not.</summary>
/// <remarks>
/// The microphones hear a few sounds of the voice and many sources of noise, each source in all channels: a frame is a rotation of
/// <c>[voice, noise]</c>. Which mixtures of channels are voice is what few labelled utterances cannot tell, and what all utterances tell
/// without a label: noise is new in every frame, so of a hidden frame nothing but the voice can be told from the others.
/// </remarks>
static class NoisyVoices
{
    const int Speakers = 6, Channels = 24, Sounds = 4, TrainEach = 30, TestEach = 50, ShortestLength = 6, LongestLength = 10;

    /// <summary>Deviations: of a speaker's voice from one utterance to the next (between speakers it is 1),
    /// from frame to frame, and of noise.</summary>
    const float Mood = 0.3f, Wavering = 0.3f, Noise = 1.8f;

    public static Recordings Make(int seed)
    {
        var random = new Random(seed);
        var rotation = Rotation(random);
        var voices = Enumerable.Range(0, Speakers).Select(_ => Normals(random, Sounds)).ToArray();
        return new($"Made-up noisy voices (seed {seed})", Channels, Say(TrainEach), Say(TestEach));

        Utterance[] Say(int times) =>
            [.. from speaker in Enumerable.Range(0, Speakers) from _ in Enumerable.Range(0, times) select Speak(random,
                $"Speaker {speaker + 1}", voices[speaker], rotation)];
    }

    static Utterance Speak(Random random, string speaker, float[] voice, float[][] rotation)
    {
        float[] today = [.. voice.Select(sound => sound + Mood * Normal(random))];
        var frames = Enumerable.Range(0, random.Next(ShortestLength, LongestLength + 1)).SelectMany(_ =>
        {
            float[] sources = [.. today.Select(sound => sound + Wavering * Normal(random)),
                .. Normals(random, Channels - Sounds).Select(x => Noise * x)];
            return rotation.Select(channel => TensorPrimitives.Dot(channel, sources));
        });
        return new(speaker, [.. frames]);
    }

    /// <summary>Rows of length 1 at right angles, in directions that are all equally likely: normal draws, each without what lies along
    /// those before it (Gram and Schmidt).</summary>
    static float[][] Rotation(Random random)
    {
        var rows = new List<float[]>();
        for (var i = 0; i < Channels; i++)
        {
            var row = Normals(random, Channels);
            foreach (var before in rows)
                TensorPrimitives.MultiplyAdd(before, -TensorPrimitives.Dot(row, before), row, row);
            TensorPrimitives.Divide(row, TensorPrimitives.Norm(row), row);
            rows.Add(row);
        }
        return [.. rows];
    }

    static float[] Normals(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Normal(random))];

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
