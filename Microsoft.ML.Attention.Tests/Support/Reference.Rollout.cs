namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Attention through all layers.</summary>
sealed partial class Reference
{
    /// <summary><c>Ã_l = A_l Ã_(l-1)</c>, where <c>A = 0.5 W + 0.5 I</c> with rows divided by their sums, and <c>W</c> the mean of the
    /// heads that are there. Abnar and Zuidema 2020, section 3.</summary>
    double[][] Rollout()
    {
        var length = _isQuery.Length;
        double[][] rollout = [.. Enumerable.Range(0, length)
            .Select(i => Enumerable.Range(0, length).Select(j => i == j ? 1.0 : 0).ToArray())];
        for (var layer = 0; layer < _options.NumberOfLayers; layer++)
        {
            var heads = _options.KeptHeads?[layer] ?? [.. Enumerable.Range(0, _options.NumberOfHeads!.Value)];
            var before = rollout;
            rollout = [.. Enumerable.Range(0, length).Select(i =>
            {
                double[] mixed = [.. Enumerable.Range(0, length)
                    .Select(j => 0.5 * heads.Select(h => _weights[layer, h, i, j]).DefaultIfEmpty(0).Average() + (i == j ? 0.5 : 0))];
                return Mix(Array.ConvertAll(mixed, weight => weight / mixed.Sum()), before, length);
            })];
        }
        return Unmasked(rollout);
    }
}
