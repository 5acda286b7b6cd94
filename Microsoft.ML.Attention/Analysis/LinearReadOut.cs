namespace Microsoft.ML.Attention.Analysis;

/// <summary>The linear function of some features that is nearest to some targets: ridge regression, in closed form.
/// Hoerl and Kennard 1970.</summary>
sealed class LinearReadOut
{
    /// <summary>The penalty, as a share of the features' mean variance: enough for features that depend on each other,
    /// too little to matter otherwise.</summary>
    const double Ridge = 0.01;

    readonly double[] _means;
    readonly double[] _offsets;
    readonly double[][] _weights;   // one vector a target

    /// <param name="features">One vector a row.</param>
    /// <param name="targets">One vector a row.</param>
    /// <param name="checkCanceled">Throws when it should stop; asked for each row of the features and of the matrix,
    /// as wide ones take seconds.</param>
    public LinearReadOut(IReadOnlyList<float[]> features, IReadOnlyList<double[]> targets, Action checkCanceled)
    {
        _means = MeanOf(features, features[0].Length, (row, i) => row[i]);
        _offsets = MeanOf(targets, targets[0].Length, (row, i) => row[i]);
        var width = _means.Length;
        var moments = new double[width, width];
        _weights = [.. _offsets.Select(_ => new double[width])];
        var centred = new double[width];
        for (var row = 0; row < features.Count; row++)
        {
            checkCanceled();
            for (var i = 0; i < width; i++)
                centred[i] = features[row][i] - _means[i];
            for (var i = 0; i < width; i++)
            {
                for (var j = 0; j <= i; j++)
                    moments[i, j] += centred[i] * centred[j];
                for (var target = 0; target < _weights.Length; target++)
                    _weights[target][i] += centred[i] * (targets[row][target] - _offsets[target]);
            }
        }
        var trace = Enumerable.Range(0, width).Sum(i => moments[i, i]);
        for (var i = 0; i < width; i++)
            moments[i, i] += trace > 0 ? Ridge * trace / width : 1;
        Solve(moments, _weights, checkCanceled);
    }

    /// <summary>The targets that a row's features tell.</summary>
    public double[] Read(float[] features)
    {
        var read = (double[])_offsets.Clone();
        for (var target = 0; target < read.Length; target++)
            for (var i = 0; i < features.Length; i++)
                read[target] += _weights[target][i] * (features[i] - _means[i]);
        return read;
    }

    static double[] MeanOf<T>(IReadOnlyList<T[]> rows, int width, Func<T[], int, double> number) =>
        [.. Enumerable.Range(0, width).Select(i => rows.Average(row => number(row, i)))];

    /// <summary>Replaces each <c>b</c> by the <c>x</c> of <c>A x = b</c>, through the Cholesky factor of <c>A</c>,
    /// which is symmetric and positive definite.</summary>
    /// <param name="a">Its lower triangle; overwritten by that of the factor.</param>
    /// <param name="sides">The right-hand sides, overwritten by the solutions.</param>
    /// <param name="checkCanceled">Throws when it should stop.</param>
    static void Solve(double[,] a, double[][] sides, Action checkCanceled)
    {
        var n = a.GetLength(0);
        for (var i = 0; i < n; i++)
        {
            checkCanceled();
            for (var j = 0; j <= i; j++)
            {
                var rest = a[i, j];
                for (var k = 0; k < j; k++)
                    rest -= a[i, k] * a[j, k];
                a[i, j] = i == j ? Math.Sqrt(rest) : rest / a[j, j];
            }
        }
        foreach (var x in sides)
        {
            for (var i = 0; i < n; i++)
            {
                for (var k = 0; k < i; k++)
                    x[i] -= a[i, k] * x[k];
                x[i] /= a[i, i];
            }
            for (var i = n - 1; i >= 0; i--)
            {
                for (var k = i + 1; k < n; k++)
                    x[i] -= a[k, i] * x[k];
                x[i] /= a[i, i];
            }
        }
    }
}
