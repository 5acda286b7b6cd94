namespace Examples;

/// <summary>A mean, and how far it may be off.</summary>
readonly record struct Estimate(double Mean, double StandardError)
{
    /// <param name="numbers">At least two.</param>
    public static Estimate Of(IReadOnlyList<double> numbers)
    {
        var mean = numbers.Average();
        var variance = numbers.Sum(x => (x - mean) * (x - mean)) / (numbers.Count - 1);
        return new(mean, Math.Sqrt(variance / numbers.Count));
    }

    public override string ToString() => FormattableString.Invariant($"{Mean,7:0.000} ± {StandardError:0.000}");
}
