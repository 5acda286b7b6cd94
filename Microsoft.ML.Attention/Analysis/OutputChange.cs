namespace Microsoft.ML.Attention.Analysis;

/// <summary>How much an output differs from what it was, relative to that, over many rows.</summary>
sealed class OutputChange
{
    double _change, _size;

    public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        for (var i = 0; i < before.Length; i++)
        {
            var change = (double)after[i] - before[i];
            _change += change * change;
            _size += (double)before[i] * before[i];
        }
    }

    /// <summary>The root of the mean square of the change, divided by that of what was there; 0 where nothing changed.</summary>
    public double Relative => _change == 0 ? 0 : Math.Sqrt(_change / _size);
}
