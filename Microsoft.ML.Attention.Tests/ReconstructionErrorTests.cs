using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The reconstruction error of a token is what the stage makes of its row while the token is hidden.</summary>
[TestClass]
public sealed class ReconstructionErrorTests
{
    const string Error = nameof(Error);
    const int Rounds = 4, Width = 3;

    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        ReconstructionErrorColumnName = Error,
        EmbeddingDimension = Width,
        ModelDimension = 8,
        NumberOfHeads = 2,
        Block = AttentionBlock.Encoder,
        PositionalEncoding = PositionalEncoding.Rotary,
        Training = new() { NumberOfEpochs = 3, LearningRate = 0.01, MaskedFraction = 1.0 / Rounds, Seed = 1 },
    };

    readonly MLContext _ml = new(seed: 1);

    /// <summary>A class token is no token of the row, and has none.</summary>
    [TestMethod]
    [DataRow(AttentionPooling.None), DataRow(AttentionPooling.Class)]
    public void Error_OfEachToken_IsThatOfTheRowInWhichItIsHidden(AttentionPooling pooling)
    {
        var rows = Rows(6);
        var view = rows.ToDataView(_ml, Options, TokenShape.Ragged);
        using var stage = _ml.Transforms.MultiHeadAttention(Options with { Pooling = pooling }).Fit(view);

        var errors = stage.Transform(view).GetColumn<float[]>(Error).ToArray();

        Assert.AreEqual("Vector<Single>", $"{stage.GetOutputSchema(view.Schema)[Error].Type}");
        foreach (var (n, row) in rows.Index())
            new Tolerance(1e-4, 1e-4).Check($"row {n}",
                Enumerable.Range(0, row.Tokens.Length).Select(t => Expected(row.Tokens, t)), errors[n]);

        // The token and every fourth beside it are what the mask token is before it is standardized.
        double Expected(double[][] tokens, int hidden)
        {
            double[] mean = Numbers("input_mean"), scale = Numbers("input_scale"), mask = Numbers("mask_token");
            double[] shown = [.. mask.Select((m, e) => m / scale[e] + mean[e])];
            var changed = new ReferenceRow { Tokens = [.. tokens.Select((token, t) => t % Rounds == hidden % Rounds ? shown : token)] };
            var output = Reference.Row(stage.Options, stage.Parameters, changed).Tokens[hidden];
            double[] weight = Numbers("reconstruction.weight"), bias = Numbers("reconstruction.bias");
            return Enumerable.Range(0, Width).Average(e =>
                Math.Pow(bias[e] + Enumerable.Range(0, 8)
                    .Sum(i => weight[e * 8 + i] * output[i]) - (tokens[hidden][e] - mean[e]) * scale[e], 2));
        }

        double[] Numbers(string name) => [.. stage.Parameters[name].Values.ToArray().Select(value => (double)value)];
    }

    [TestMethod]
    public void Error_OfSavedAndOfSeveralModels_IsThatOfTheStageAndTheMean()
    {
        var view = Rows(6).ToDataView(_ml, Options, TokenShape.Ragged);
        var options = Options with { Training = Options.Training with { NumberOfModels = 2 } };
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(stage, view.Schema, file);
        file.Position = 0;

        using var loaded = (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);

        var errors = Read(stage);
        Assert.AreSequenceEqual(errors, Read(loaded));
        float[][] each = [.. Enumerable.Range(0, 2).Select(model =>
        {
            var tensors = ModelTensors.Of(stage.Parameters, model);
            using var one = _ml.Transforms.MultiHeadAttention(
                Options with { Parameters = tensors, Training = new() { MaskedFraction = 1.0 / Rounds } }).Fit(view);
            return Read(one);
        })];
        new Tolerance(1e-5, 1e-5).Check("errors", each[0].Zip(each[1], (a, b) => (a + b) / 2.0), errors);

        float[] Read(MultiHeadAttentionTransformer of) => [.. of.Transform(view).GetColumn<float[]>(Error).SelectMany(row => row)];
    }

    [TestMethod] // each token is the row's own vector, but for one
    public void Error_OfATokenUnlikeTheOthers_IsTheLargest()
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 100).Select(n =>
        {
            double[] token = [random.NextDouble() * 10, random.NextDouble() * 10, random.NextDouble() * 10];
            return new ReferenceRow { Tokens = [.. Enumerable.Repeat(token, 8)] };
        })];
        var options = Options with
        {
            PositionalEncoding = PositionalEncoding.None,
            Training = Options.Training with { NumberOfEpochs = 60, LearningRate = 0.01 }
        };
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(rows[..80].ToDataView(_ml, options, TokenShape.Ragged));
        ReferenceRow[] strange = [.. rows[80..]
            .Select((row, n) =>
                new ReferenceRow { Tokens = [.. row.Tokens.Select((token, t) =>
                    t == n % 8 ? [10 - token[0], 10 - token[1], 10 - token[2]] : token)] })];

        var errors = stage.Transform(strange.ToDataView(_ml, options, TokenShape.Ragged)).GetColumn<float[]>(Error);

        Assert.IsGreaterThanOrEqualTo(15, errors.Index().Count(row => row.Item.Index().MaxBy(e => e.Item).Index == row.Index % 8));
    }

    [TestMethod]
    public void Error_WhereNothingWasLearnedThatWay_IsRefusedByName()
    {
        Refused("ReconstructionErrorColumnName 'Error' contradicts MaskedFraction 0.005: rows are read as many times as it goes into 1, "
            + "at most 100.",
            Options with { Training = Options.Training with { MaskedFraction = 0.005 } });
        Refused("ReconstructionErrorColumnName 'Error' contradicts LabelColumnName 'L': it needs a stage that learned to reconstruct.",
            Options with { LabelColumnName = "L" });
        Refused("ReconstructionErrorColumnName 'Error' contradicts Objective None: it needs a stage that learned to reconstruct.",
            Options with { Training = new() { Objective = TrainingObjective.None } });
        Refused("ReconstructionErrorColumnName 'Error' is the error of single frames of numbers, but patches are read out together.",
            Options with { PatchLength = 2 });

        void Refused(string message, MultiHeadAttentionOptions options) => Assert.AreEqual(message,
            Assert.ThrowsExactly<ArgumentException>(() =>
                _ml.Transforms.MultiHeadAttention(options).Fit(Rows(3).ToDataView(_ml, options, TokenShape.Ragged))).Message);
    }

    static ReferenceRow[] Rows(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(n => new ReferenceRow
        {
            Tokens = [.. Enumerable.Range(0, 2 + n)
                .Select(_ => new[] { random.NextDouble(), 10 * random.NextDouble(), random.NextDouble() - 5 })],
        })];
    }
}
