namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Prints figures against their thresholds and remembers what was missed.</summary>
sealed class Thresholds
{
    public int Missed { get; private set; }

    public void AtLeast(string what, double value, double least) => Print(what, value, $"at least {least}", value >= least);

    public void AtMost(string what, double value, double most) => Print(what, value, $"at most {most}", value <= most);

    void Print(string what, double value, string bound, bool holds)
    {
        Console.WriteLine($"  {what}: {value:F2} ({bound}){(holds ? "" : "  MISSED")}");
        Missed += holds ? 0 : 1;
    }
}
