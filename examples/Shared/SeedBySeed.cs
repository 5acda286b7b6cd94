namespace Examples;

/// <summary>One way beside another, run with the same seeds: the median over the seeds of what it is right of more, and of the share of the
/// other's seconds that it took.</summary>
/// <param name="Right">Rows that it is right of and the other is not, less those of the reverse.</param>
/// <param name="Seconds">The ratio of the seconds.</param>
readonly record struct SeedBySeed(double Right, double Seconds)
{
    /// <param name="one">A run for each seed.</param>
    /// <param name="other">The other's, for the same seeds.</param>
    public static SeedBySeed Of(IReadOnlyList<Score> one, IReadOnlyList<Score> other) => new(
        one.Zip(other, (a, b) => (double)(a.Right - b.Right)).Median(),
        Paired.Ratio([.. one.Select(score => score.Seconds)], [.. other.Select(score => score.Seconds)]));

    public bool IsAtLeastAsAccurateInLessTime => Right >= 0 && Seconds < 1;

    public override string ToString() => FormattableString.Invariant(
        $"{(IsAtLeastAsAccurateInLessTime ? "yes" : "NO")}: median over the seeds {Right:+0;-0;0} right, {Seconds:0.00} times the seconds");
}
