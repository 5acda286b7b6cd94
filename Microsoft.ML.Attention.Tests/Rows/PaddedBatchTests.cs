using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Tests.Rows;

/// <summary>Rows of unequal lengths as the tensors of one run.</summary>
[TestClass]
public sealed class PaddedBatchTests
{
    static readonly ScoringNames Names = new([["tokens"], ["keys"], ["values"]], "mask", "query_mask", "bias");

    [TestMethod]
    public void Tokens_AreFilledUpWithZeros_AndTheMaskSaysWhere()
    {
        var rows = new RaggedRows(new([new(2)], HasMask: false, HasBias: false, NumberOfHeads: 1));
        Add(rows, [1, 2]);
        Add(rows, [3, 4, 5, 6]);
        using var batch = new PaddedBatch(rows);

        var inputs = Fill(batch, rows, new(HasMask: true, false, false));

        Check(inputs, "tokens", [2, 2, 2], [1f, 2, 0, 0, 3, 4, 5, 6]);
        Check(inputs, "mask", [2, 2], [true, false, true, true]);
    }

    [TestMethod]
    public void Tensors_FilledAgain_HoldNothingOfBefore()
    {
        var rows = new RaggedRows(new([new(2)], HasMask: true, HasBias: false, NumberOfHeads: 1));
        using var batch = new PaddedBatch(rows);
        foreach (var shortRow in new float[][] { [7, 7], [8, 8] })
        {
            rows.Clear();
            Add(rows, [1, 2, 3, 4], [true, true]);
            Add(rows, shortRow, [true]);

            var inputs = Fill(batch, rows, new(HasMask: true, false, false));

            Check(inputs, "tokens", [2, 2, 2], [1f, 2, 3, 4, .. shortRow, 0, 0]);
            Check(inputs, "mask", [2, 2], [true, true, true, false]);
        }
    }

    [TestMethod]
    public void Ids_AreFilledUpWithMissingOnes()
    {
        var rows = new RaggedRows(new([TokenField.OfIds([0])], HasMask: false, HasBias: false, NumberOfHeads: 1));
        foreach (var ids in new long[][] { [4], [5, -1, 6] })
        {
            ids.CopyTo(rows.Fields[0].Ids.Append(ids.Length));
            rows.Complete(ids.Length, ids.Length);
        }
        using var batch = new PaddedBatch(rows);

        Check(Fill(batch, rows, new(false, false, false)), "tokens", [2, 3], [4L, -1, -1, 5, -1, 6]);
    }

    [TestMethod]
    public void Bias_IsEachRowsMapsWithinThePaddedOnes()
    {
        var rows = new RaggedRows(new([new(1), new(1, TokenRole.Key)], HasMask: false, HasBias: true, NumberOfHeads: 2));
        Add(1, 2, [1, 2, 3, 4]);
        Add(2, 1, [5, 6, 7, 8]);
        using var batch = new PaddedBatch(rows);

        var inputs = Fill(batch, rows, new(HasMask: true, HasQueryMask: true, HasBias: true));

        Check(inputs, "bias", [2, 2, 2, 2], [1f, 2, 0, 0, 3, 4, 0, 0, 5, 0, 6, 0, 7, 0, 8, 0]);
        Check(inputs, "mask", [2, 2], [true, true, true, false]);
        Check(inputs, "query_mask", [2, 2], [true, false, true, true]);

        void Add(int queries, int keys, float[] bias)
        {
            rows.Fields[0].Numbers.Append(queries).Clear();
            rows.Fields[1].Numbers.Append(keys).Clear();
            bias.CopyTo(rows.Bias!.Append(bias.Length));
            rows.Complete(queries, keys);
        }
    }

    static void Add(RaggedRows rows, float[] tokens, bool[]? mask = null)
    {
        tokens.CopyTo(rows.Fields[0].Numbers.Append(tokens.Length));
        mask?.CopyTo(rows.Mask!.Append(mask.Length));
        rows.Complete(tokens.Length / 2, tokens.Length / 2);
    }

    static NamedTensors Fill(PaddedBatch batch, RaggedRows rows, ScoringVariant variant)
    {
        var inputs = new NamedTensors();
        batch.Fill(LengthGroup.Of(rows, new([.. Enumerable.Range(0, rows.Count)])), variant, Names, inputs);
        return inputs;
    }

    static void Check<T>(NamedTensors inputs, string name, long[] shape, T[] values) where T : unmanaged
    {
        var tensor = inputs.Values[inputs.Names.Index().Single(n => n.Item == name).Index];
        CollectionAssert.AreEqual(shape, tensor.GetTensorTypeAndShape().Shape, name);
        CollectionAssert.AreEqual(values, tensor.GetTensorDataAsSpan<T>().ToArray(), name);
    }
}
