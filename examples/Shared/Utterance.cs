namespace Examples;

/// <summary>What someone said: frame after frame, each with one number for each channel.</summary>
sealed record Utterance(string Speaker, float[] Frames);
