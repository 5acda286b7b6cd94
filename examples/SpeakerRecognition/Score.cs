namespace SpeakerRecognition;

/// <summary>How many of the test utterances were recognized, and the seconds that learning took.</summary>
readonly record struct Score(int Right, int Of, double Seconds)
{
    public double Accuracy => (double)Right / Of;

    /// <summary>The one in the middle, of an odd number of them.</summary>
    public static Score Median(IEnumerable<Score> scores) => scores.OrderBy(s => s.Right).ToArray() is var sorted ? sorted[sorted.Length / 2] : default;
}
