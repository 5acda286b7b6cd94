using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class ReconstructionObjectiveTests
{
    const int Rows = 400, MostTokens = 12;

    [TestMethod]
    [DataRow(0.01), DataRow(0.15), DataRow(0.5), DataRow(0.99)]
    public void Feed_AnyShare_HidesAtLeastOneTokenOfARowAndNeverAll(double share)
    {
        using var hidden = new Hidden(share, seed: 1);

        for (var row = 0; row < Rows; row++)
        {
            var (tokens, count) = (hidden.Present[row].Count(isThere => isThere), hidden.Places(row).Count());
            Assert.IsTrue(count >= 1 && count < tokens, $"{count} of {tokens} tokens");
        }
    }

    [TestMethod]
    public void Feed_MaskedTokensAndPadding_AreNeverHidden()
    {
        using var hidden = new Hidden(0.9, seed: 1);

        for (var row = 0; row < Rows; row++)
            foreach (var place in hidden.Places(row))
                Assert.IsTrue(place < hidden.Present[row].Length && hidden.Present[row][place], $"row {row}, place {place}");
    }

    [TestMethod]
    public void Feed_LongRows_HidesTheShareAndEveryPlaceAlike()
    {
        const double Share = 0.4;
        using var hidden = new Hidden(Share, seed: 1);

        int[] full = [.. Enumerable.Range(0, Rows)
            .Where(row => hidden.Present[row].Length == MostTokens && hidden.Present[row].All(isThere => isThere))];

        var deviation = Math.Sqrt(Share * (1 - Share) / full.Length);
        for (var place = 0; place < MostTokens; place++)
            Assert.AreEqual(Share, full.Average(row => hidden.Places(row).Contains(place) ? 1 : 0), 5 * deviation, $"place {place}");
    }

    [TestMethod]
    public void Feed_OfOneSeed_HidesTheSame()
    {
        using var first = new Hidden(0.3, seed: 1);
        using var second = new Hidden(0.3, seed: 1);
        using var other = new Hidden(0.3, seed: 2);

        Assert.AreEqual(first.Text, second.Text);
        Assert.AreNotEqual(first.Text, other.Text);
    }

    [TestMethod]
    public void Feed_OfTokenIds_SaysWhichPlacesAreHidden()
    {
        var layout = new RowLayout([TokenField.OfIds([0])], HasMask: false, HasBias: false, NumberOfHeads: 1);
        var rows = new LabelledRows(layout);
        foreach (long[] ids in (long[][])[[-1, 3, 3], [4, -1, -1, 4]])
        {
            ids.CopyTo(rows.Rows.Fields[0].Ids.Append(ids.Length));
            rows.Rows.Complete(ids.Length, ids.Length);
        }
        var objective = new ReconstructionObjective(share: 0.5);
        using var batch = Batch(objective, rows,
            new()
            {
                Fields = [TokenField.OfIds([0])],
                TableSizes = [9],
                ModelDimension = 2,
                NumberOfHeads = 1,
                NumberOfKeyValueHeads = 1,
                HeadDimension = 2,
                ValueHeadDimension = 2,
                OutputDimension = 2,
                Scale = 1
            });

        objective.Feed(batch, rows, new Random(1));

        var hidden = Tensor<bool>(batch, "hidden");
        CollectionAssert.AreEqual(hidden.Index().Where(h => h.Item).Select(h => (long)h.Index).ToArray(), Tensor<long>(batch, "positions"));
        Assert.AreEqual(1, hidden[..4].Count(h => h)); // of two ids, and two
        Assert.AreEqual(1, hidden[4..].Count(h => h));
        Assert.IsFalse(hidden[0] || hidden[3] || hidden[5] || hidden[6], "a missing id was hidden");
    }

    static BatchInputs Batch(Objective objective, LabelledRows rows, Architecture architecture)
    {
        var task = new TrainingTask(architecture, objective, AttentionParameters.Create([]), AttentionParameters.Create([]), HasMask: true,
            HasBias: false);
        var batch = new BatchInputs(task, rows.Rows);
        batch.Fill(LengthGroup.Of(rows.Rows, Enumerable.Range(0, rows.Rows.Count).ToArray()));
        return batch;
    }

    static T[] Tensor<T>(BatchInputs batch, string name) where T : unmanaged =>
        batch.Tensors.Values[batch.Tensors.Names.Index().Single(n => n.Item == name).Index].GetTensorDataAsSpan<T>().ToArray();

    /// <summary>What is hidden of rows of 2 to 12 tokens, some of which are not there.</summary>
    sealed class Hidden : IDisposable
    {
        readonly BatchInputs _batch;
        readonly bool[] _hidden;

        public Hidden(double share, int seed)
        {
            var rows = new LabelledRows(new([new(1)], HasMask: true, HasBias: false, NumberOfHeads: 1));
            var random = new Random(5);
            for (var row = 0; row < Rows; row++)
            {
                var length = row % 2 == 0 ? MostTokens : random.Next(2, MostTokens);
                bool[] present = [.. Enumerable.Range(0, length).Select(place => place < 2 || row % 4 == 0 || random.Next(3) > 0)];
                random.Shuffle(present);
                Present.Add(present);
                rows.Rows.Fields[0].Numbers.Append(length).Fill(row);
                present.CopyTo(rows.Rows.Mask!.Append(length));
                rows.Rows.Complete(length, length);
            }
            var objective = new ReconstructionObjective(share);
            _batch = Batch(objective, rows,
                new()
                {
                    Fields = [new(1)],
                    ModelDimension = 1,
                    NumberOfHeads = 1,
                    NumberOfKeyValueHeads = 1,
                    HeadDimension = 1,
                    ValueHeadDimension = 1,
                    OutputDimension = 1,
                    Scale = 1
                });
            objective.Feed(_batch, rows, new Random(seed));
            _hidden = Tensor<bool>(_batch, "hidden");
        }

        public List<bool[]> Present { get; } = [];

        public string Text => string.Concat(_hidden.Select(h => h ? '1' : '0'));

        /// <summary>The hidden places of a row, padding included.</summary>
        public IEnumerable<int> Places(int row) => Enumerable.Range(0, MostTokens).Where(place => _hidden[row * MostTokens + place]);

        public void Dispose() => _batch.Dispose();
    }
}
