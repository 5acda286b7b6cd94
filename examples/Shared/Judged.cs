namespace Examples;

/// <summary>What became of one prediction of a class.</summary>
/// <param name="IsRight">Whether it is the row's class.</param>
/// <param name="Confidence">The probability that it was given.</param>
readonly record struct Judged(bool IsRight, double Confidence);
