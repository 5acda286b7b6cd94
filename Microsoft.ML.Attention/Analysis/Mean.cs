namespace Microsoft.ML.Attention.Analysis;

/// <summary>The mean of numbers given one at a time; NaN of none.</summary>
struct Mean
{
    double _sum;
    long _count;

    public readonly double Value => _sum / _count;

    public void Add(double number)
    {
        _sum += number;
        _count++;
    }
}
