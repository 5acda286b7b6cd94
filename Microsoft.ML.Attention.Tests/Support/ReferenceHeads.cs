namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The oracle of head analysis: every statistic by its definition, in loops over double.</summary>
static class ReferenceHeads
{
    /// <summary>What the rows that hold a token say of each head.</summary>
    public static HeadStatistics[] Of(MultiHeadAttentionOptions options, AttentionParameters parameters, IReadOnlyList<ReferenceRow> rows,
        int windowSize)
    {
        var found = rows.Select(row => (Found: Reference.Row(options, parameters, row), row.Bias))
            .Where(row => HoldsToken(options, row.Found)).ToArray();
        return [.. from layer in Enumerable.Range(0, options.NumberOfLayers)
                   from head in Enumerable.Range(0, options.NumberOfHeads!.Value)
                   select Head(layer, head)];

        HeadStatistics Head(int layer, int head)
        {
            var isCross = options.KeyColumnName is not null;
            var queries = found.SelectMany(row =>
                Queries(row.Found).Select(t => (row.Found, row.Found.Weights, Query: t, Keys: Visible(row, layer, head, t))))
                .Where(q => q.Keys.Length > 0).ToArray();
            double P((ReferenceResult Found, double[,,,] Weights, int Query, int[] Keys) q, int key) =>
                key < 0 || key >= q.Found.IsKey.Length ? 0 : q.Weights[layer, head, q.Query, key];
            double Mean(Func<(ReferenceResult Found, double[,,,] Weights, int Query, int[] Keys), double> number) =>
                queries.Select(number).DefaultIfEmpty(double.NaN).Average();
            double Places(Func<(ReferenceResult Found, double[,,,] Weights, int Query, int[] Keys), double> number) =>
                isCross ? double.NaN : Mean(number);
            double EntropyOf((ReferenceResult Found, double[,,,] Weights, int Query, int[] Keys) q) =>
                q.Keys.Sum(key => -TimesLog(P(q, key), P(q, key)));
            double DistanceOf((ReferenceResult Found, double[,,,] Weights, int Query, int[] Keys) q) =>
                q.Keys.Sum(key => P(q, key) * Math.Abs(q.Query - key));
            int[] Tokens(ReferenceResult row) => [.. Enumerable.Range(0, row.IsKey.Length).Where(key => row.IsKey[key])];
            return new HeadStatistics
            {
                Layer = layer,
                Head = head,
                Entropy = Mean(EntropyOf),
                RelativeEntropy = queries.Where(q => q.Keys.Length > 1).Select(q => EntropyOf(q) / Math.Log(q.Keys.Length))
                    .DefaultIfEmpty(double.NaN).Average(),
                Distance = Places(DistanceOf),
                RelativeDistance = Places(q => DistanceOf(q) / (Tokens(q.Found)[^1] - Tokens(q.Found)[0] + 1)),
                SelfShare = Places(q => P(q, q.Query)),
                PreviousShare = Places(q => P(q, q.Query - 1)),
                NextShare = Places(q => P(q, q.Query + 1)),
                FirstShare = Mean(q => P(q, Tokens(q.Found)[0])),
                WindowShare = Places(q => q.Keys.Where(key => Math.Abs(key - q.Query) <= windowSize).Sum(key => P(q, key))),
                Confidence = Mean(q => q.Keys.Max(key => P(q, key))),
                Divergence = (from other in Enumerable.Range(0, options.NumberOfHeads!.Value)
                              where other != head
                              from row in found
                              from t in Queries(row.Found)
                              where Visible(row, layer, head, t).Length > 0 && Visible(row, layer, other, t).Length > 0
                              select Divergence(row.Found.IsKey.Length, key => row.Found.Weights[layer, head, t, key], key =>
                                  row.Found.Weights[layer, other, t, key])).DefaultIfEmpty(double.NaN).Average(),
            };
        }

        int[] Visible((ReferenceResult Found, double[,,]? Bias) row, int layer, int head, int query) =>
            [.. Enumerable.Range(0, row.Found.IsKey.Length).Where(key => row.Found.IsKey[key]
            && Reference.IsVisible(query, key, options.IsCausal,
                options.LayerWindowSizes is { } layers ? layers[layer] : options.HeadWindowSizes is { } windows
                    ? windows[head]
                    : options.WindowSize)
            && !(row.Bias is { } bias && double.IsNegativeInfinity(bias[bias.GetLength(0) == 1 ? 0 : head, query, key])))];
    }

    /// <summary>Whether a row has a token, the class token apart.</summary>
    public static bool HoldsToken(MultiHeadAttentionOptions options, ReferenceResult row) =>
        row.IsQuery.Skip(options.Pooling == AttentionPooling.Class ? 1 : 0).Contains(true);

    /// <summary>Half of each one's Kullback-Leibler divergence from their mean.</summary>
    static double Divergence(int keys, Func<int, double> p, Func<int, double> q) =>
        Enumerable.Range(0, keys)
            .Sum(key => (TimesLog(p(key), 2 * p(key) / (p(key) + q(key))) + TimesLog(q(key), 2 * q(key) / (p(key) + q(key)))) / 2);

    static double TimesLog(double weight, double x) => weight == 0 ? 0 : weight * Math.Log(x);

    static IEnumerable<int> Queries(ReferenceResult row) => Enumerable.Range(0, row.IsQuery.Length).Where(t => row.IsQuery[t]);
}
