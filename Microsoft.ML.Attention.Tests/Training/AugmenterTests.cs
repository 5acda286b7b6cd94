using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>What each way of changing rows does to them, and what it leaves.</summary>
[TestClass]
public sealed class AugmenterTests
{
    const int Width = 3, Rows = 200, Length = 20;

    /// <summary>
    /// Rows of tokens whose first element counts the tokens, whose second is noise of deviation 5 around 100, and whose third is always 7.
    /// </summary>
    static readonly ListRows Source = Make();

    static readonly Survey Survey = Survey.Of(Source, Source.Layout, hasLabel: true, leastTokens: 1, long.MaxValue, () => { });

    [TestMethod]
    public void Of_NothingToChange_IsNull() => Assert.IsNull(Augmenter.Of(new(), Survey, 1));

    [TestMethod]
    public void Jitter_MovesEachNumberByThatShareOfItsDeviation()
    {
        var moved = Element(Changed(new() { Jitter = 0.2 }), 1).Zip(Element(Source.All, 1), (a, b) => (double)a - b).ToArray();

        // 0.2 of 5 is 1; the mean of 4,000 draws is within 4 standard errors of 0, and their deviation of 1
        Assert.AreEqual(0, moved.Average(), 4 / Math.Sqrt(moved.Length));
        Assert.AreEqual(1, Math.Sqrt(moved.Average(d => d * d)), 0.1);
    }

    [TestMethod]
    public void Jitter_OfAnElementThatNeverChanges_LeavesIt() =>
        Assert.IsTrue(Element(Changed(new() { Jitter = 0.5, Scaling = 0.5, Shifting = 0.5 }), 2).All(number => number == 7));

    [TestMethod]
    public void Scaling_MultipliesTheDistanceFromTheMeanByOneFactorInARow()
    {
        var (before, after) = (Source.All, Changed(new() { Scaling = 0.3 }));
        var mean = Element(before, 1).Select(x => (double)x).Average();
        var factors = new List<double>();

        for (var row = 0; row < Rows; row++)
        {
            double[] distances = [.. Element(before, 1, row).Select(x => x - mean)];
            double[] scaled = [.. Element(after, 1, row).Select(x => x - mean)];
            factors.Add(scaled.Zip(distances, (a, b) => a * b).Sum() / distances.Sum(d => d * d));
            foreach (var (a, b) in scaled.Zip(distances))
                Assert.AreEqual(factors[^1] * b, a, 1e-3);
        }

        Assert.AreEqual(1, factors.Average(), 4 * 0.3 / Math.Sqrt(Rows));
        Assert.AreEqual(0.3, Math.Sqrt(factors.Average(f => (f - 1) * (f - 1))), 0.06);
    }

    [TestMethod]
    public void Shifting_AddsOneOffsetToAnElementOfARow()
    {
        var (before, after) = (Source.All, Changed(new() { Shifting = 0.4 }));
        var offsets = new List<double>();

        for (var row = 0; row < Rows; row++)
        {
            double[] moved = [.. Element(after, 1, row).Zip(Element(before, 1, row), (a, b) => (double)a - b)];
            offsets.Add(moved[0]);
            foreach (var offset in moved)
                Assert.AreEqual(moved[0], offset, 1e-4);
        }

        // 0.4 of 5 is 2; of 200 draws the mean is within 4 standard errors of 0, and their deviation of 2
        Assert.AreEqual(0, offsets.Average(), 4 * 2 / Math.Sqrt(Rows));
        Assert.AreEqual(2, Math.Sqrt(offsets.Average(o => o * o)), 4 * 2 / Math.Sqrt(2 * Rows));
    }

    [TestMethod]
    public void Cropping_LeavesNeighboursOfAtLeastTheShareThatMayNotGo()
    {
        var changed = Changed(new() { Cropping = 0.5 });
        var (lengths, starts) = (new HashSet<int>(), new HashSet<float>());

        for (var row = 0; row < Rows; row++)
        {
            var places = Element(changed, 0, row);
            Assert.AreSequenceEqual(Enumerable.Range(0, places.Length).Select(t => places[0] + t), places);
            Assert.AreEqual((places.Length, places.Length), changed.Rows.Lengths(row));
            lengths.Add(places.Length);
            starts.Add(places[0]);
        }

        Assert.AreSequenceEqual(Enumerable.Range(Length / 2, Length / 2 + 1), lengths.Order());
        Assert.AreEqual(0, starts.Min());
        Assert.IsGreaterThan(5, starts.Max());
    }

    [TestMethod]
    public void HiddenFrames_AreThatShareAndTheNumbersStay()
    {
        var changed = Changed(new() { HiddenFrames = 0.25 });

        var hidden = Enumerable.Range(0, Rows).Average(row => changed.Rows.Mask![row].ToArray().Count(isThere => !isThere));

        Assert.AreEqual(0.25 * Length, hidden, 4 * Math.Sqrt(Length * 0.25 * 0.75 / Rows));
        Assert.AreSequenceEqual(Element(Source.All, 1), Element(changed, 1));
    }

    [TestMethod]
    public void HiddenFrames_OfAlmostAll_LeaveTheTokensThatLearningNeeds()
    {
        var changed = Changed(new() { HiddenFrames = 0.999 }, leastTokens: 2);

        for (var row = 0; row < Rows; row++)
            Assert.IsGreaterThanOrEqualTo(2, changed.Rows.Mask![row].ToArray().Count(isThere => isThere));
    }

    [TestMethod]
    public void Mixup_OfTwoRows_IsSoMuchOfEachAndOfTheirLabels()
    {
        // row n is n everywhere, and has its number as its label too; the third has fewer frames
        var rows = new ListRows(1, [([0, 0, 0, 0], 0), ([1, 1, 1, 1], 1), ([2, 2], 2)]);
        var survey = Survey.Of(rows, rows.Layout, hasLabel: true, leastTokens: 1, long.MaxValue, () => { });
        var augmenter = Augmenter.Of(new() { Mixup = 1 }, survey, 1)!;
        var random = new Random(2);
        var pairs = new HashSet<(int, float)>();

        for (var step = 0; step < 20; step++)
        {
            var changed = augmenter.Change(rows.All, new[] { 0, 1, 2 }, random);

            Assert.AreSequenceEqual([0f, 1, 2], changed.Labels);
            Assert.AreSequenceEqual([0f, 1, 2], changed.OtherLabels.Order());
            for (var row = 0; row < 3; row++)
            {
                var (other, share) = (changed.OtherLabels[row], changed.Shares[row]);
                pairs.Add((row, other));
                var numbers = changed.Rows.Fields[0].Numbers[row].ToArray();
                Assert.HasCount(row == 2 ? 2 : 4, numbers);
                foreach (var (t, number) in numbers.Index())
                    Assert.AreEqual(other == 2 && t >= 2 ? row : share * row + (1 - share) * other, number, 1e-6);
            }
        }
        Assert.HasCount(9, pairs);
    }

    [TestMethod, DataRow(0.2), DataRow(1.0), DataRow(3.0)]
    public void Mixup_Shares_HaveTheDeviationOfTheBetaDistribution(double shape)
    {
        var random = new Random(4);
        const int Draws = 20_000;

        double[] shares = [.. Enumerable.Range(0, Draws).Select(_ => Mixup.Share(shape, random) - 0.5)];

        // within 4 standard errors of the mean 0, and of the variance 1 / (4 (2 shape + 1)), whose own deviation is below 1/8 a draw
        Assert.AreEqual(0, shares.Average(), 4 * 0.5 / Math.Sqrt(Draws));
        Assert.AreEqual(1 / (4 * (2 * shape + 1)), shares.Average(share => share * share), 4 * 0.125 / Math.Sqrt(Draws));
    }

    [TestMethod]
    public void Change_TheSameSeed_GivesTheSameRowsWithTheirLabels()
    {
        var how = new TrainingAugmentation { Jitter = 0.1, Scaling = 0.1, Shifting = 0.1, Cropping = 0.2, HiddenFrames = 0.1, Mixup = 0.5 };

        var (one, other) = (Changed(how), Changed(how));

        Assert.AreSequenceEqual(one.Rows.Fields[0].Numbers.All.ToArray(), other.Rows.Fields[0].Numbers.All.ToArray());
        Assert.AreSequenceEqual(Source.All.Labels, one.Labels);
        Assert.AreSequenceEqual(Source.All.Ids, one.Ids);
    }

    static LabelledRows Changed(TrainingAugmentation how, int leastTokens = 1) =>
        Augmenter.Of(how, Survey, leastTokens)!.Change(Source.All, Enumerable.Range(0, Rows).ToArray(), new Random(3));

    static float[] Element(LabelledRows rows, int element) => [.. Enumerable.Range(0, Rows).SelectMany(row => Element(rows, element, row))];

    static float[] Element(LabelledRows rows, int element, int row) =>
        [.. rows.Rows.Fields[0].Numbers[row].ToArray().Where((_, i) => i % Width == element)];

    static ListRows Make()
    {
        var random = new Random(1);
        return new ListRows(Width,
            [.. Enumerable.Range(0, Rows).Select(row => (Enumerable.Range(0, Length).SelectMany(Token).ToArray(), (float)(row % 2)))]);

        float[] Token(int place) => [place, (float)(100 + 5 * Math.Sqrt(12) * (random.NextDouble() - 0.5)), 7];
    }
}
