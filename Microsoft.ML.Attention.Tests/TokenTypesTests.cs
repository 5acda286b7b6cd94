using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Ids that count through their table once for each type of token.</summary>
[TestClass]
public sealed class TokenTypesTests
{
    const int Types = 3;

    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Ids],
        ModelDimension = 8,
        NumberOfHeads = 2,
        NumberOfTokenTypes = Types,
        TokenTypesInIds = true,
        Block = AttentionBlock.Encoder,
        MaximumLength = RandomCase.MaximumLength,
        Training = new() { Objective = TrainingObjective.None },
    };

    /// <summary>Ids of each type, and one that is missing.</summary>
    static readonly ReferenceRow[] Rows = [new() { Ids = [0, 26, null, 9, 8] }, new() { Ids = [17, 18] }];

    static IEnumerable<MultiHeadAttentionOptions> Cases =>
    [
        Options,
        Options with { PositionalEncoding = PositionalEncoding.Learned, EmbeddingNormalization = true, Pooling = AttentionPooling.Mean },
        Options with { NumberOfLayers = 2, Pooling = AttentionPooling.Class, ConvolutionWidth = 3 },
    ];

    static IDataView View(MLContext context, MultiHeadAttentionOptions options, int keys = Types * OptionChoices.Ids) =>
        Rows.ToDataView(context, options, TokenShape.Ragged, keys);

    [TestMethod, DynamicData(nameof(Cases))]
    public void Types_ToldByIds_AddTheirRowsOfTheTable_HoweverTheStageRuns(MultiHeadAttentionOptions options)
    {
        var context = new MLContext(1);
        var parameters = RandomCase.Parameters(options with { NumberOfTokenTypes = Types }, new Random(2), OptionChoices.Ids);
        var view = View(context, options);
        using var transformer = context.Transforms.MultiHeadAttention(options with { Parameters = parameters }).Fit(view);

        var outputs = transformer.Transform(view).GetColumn<float[]>(RowColumns.Output).ToArray();

        foreach (var (row, output) in Rows.Zip(outputs))
            Rounding.Check("output", Reference.Row(options, parameters, row).Output.SelectMany(token => token), output);
        using var file = new MemoryStream();
        context.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        foreach (var (output, loaded) in outputs.Zip(context.Model.Load(file, out _).Transform(view).GetColumn<float[]>(RowColumns.Output)))
            Assert.AreSequenceEqual(output, loaded);
        using var folder = new TemporaryFolder();
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var runner = new OnnxRows(File.ReadAllBytes(folder["stage.onnx"]));
        foreach (var (row, output) in Rows.Zip(outputs))
            Rounding.Check("exported", output.Select(value => (double)value), runner.Run([row])[RowColumns.Output]);
    }

    [TestMethod]
    [DataRow(TrainingObjective.Supervised), DataRow(TrainingObjective.MaskedReconstruction)]
    public void Types_OfAStageThatLearns_AreLearned(TrainingObjective objective)
    {
        var context = new MLContext(1);
        var isSupervised = objective == TrainingObjective.Supervised;
        var options = Options with
        {
            LabelColumnName = isSupervised ? RowColumns.Label : null,
            Pooling = AttentionPooling.Mean,
            Training = new() { Objective = objective, NumberOfEpochs = 1, MinimumSteps = 0, WeightDecay = 0 }
        };
        var view = Rows.ToDataView(context, options, TokenShape.Ragged, Types * OptionChoices.Ids,
            isSupervised ? new[] { true, false } : null);

        using var drawn = context.Transforms.MultiHeadAttention(
            options with { LabelColumnName = null, Training = options.Training with { Objective = TrainingObjective.None } }).Fit(view);
        using var transformer = context.Transforms.MultiHeadAttention(options with { Parameters = drawn.Parameters }).Fit(view);

        Assert.AreSequenceEqual([OptionChoices.Ids, 8L], transformer.Parameters["embedding.weight"].Shape);
        var (before, after) = (drawn.Parameters["token_type.weight"].Values, transformer.Parameters["token_type.weight"].Values);
        for (var type = 0; type < Types; type++)
            Assert.IsFalse(before.Span.Slice(8 * type, 8).SequenceEqual(after.Span.Slice(8 * type, 8)), $"type {type}");
    }

    [TestMethod]
    public void Types_OfOtherColumns_AreRefused()
    {
        var context = new MLContext(1);
        void Refused(MultiHeadAttentionOptions options, string message, int keys = Types * OptionChoices.Ids) =>
            Assert.Contains(message,
                Assert.Throws<ArgumentException>(() =>
                    context.Transforms.MultiHeadAttention(options).Fit(View(context, options, keys))).Message);

        Refused(Options with { NumberOfTokenTypes = null }, "TokenTypesInIds needs a NumberOfTokenTypes.");
        Refused(Options with { PatchLength = 2 }, "TokenTypesInIds contradicts PatchLength");
        Refused(Options with { KeyColumnName = RowColumns.KeyIds, Block = AttentionBlock.Residual },
            "TokenTypesInIds contradicts KeyColumnName");
        Refused(Options, "has 10 keys, which are not as many for each of NumberOfTokenTypes 3", keys: 10);
        Refused(Options with { InputColumnNames = [RowColumns.Ids, RowColumns.MoreIds] }, "set ShareTokenTable");
    }
}
