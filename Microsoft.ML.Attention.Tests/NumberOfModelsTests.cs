using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Several models in one stage are the models, one beside the other.</summary>
[TestClass]
public sealed class NumberOfModelsTests
{
    const int Models = 3;

    static readonly TrainingOptions Drawn = new() { Objective = TrainingObjective.None, NumberOfModels = Models, Seed = 3 };

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Kinds => Options.Keys;

    static readonly Dictionary<string, MultiHeadAttentionOptions> Options = new()
    {
        ["tokens"] = OptionChoices.Base with { EmbeddingDimension = 8 },
        ["pooled"] = OptionChoices.Base with
        {
            EmbeddingDimension = 8,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            Pooling = AttentionPooling.Mean,
            StandardizeInputs = true
        },
        ["patches"] = OptionChoices.Base with
        {
            EmbeddingDimension = 8,
            PatchLength = 2,
            ConvolutionWidth = 3,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = 9
        },
        ["keys in 8 bits"] = OptionChoices.Base with
        {
            EmbeddingDimension = 8,
            KeyColumnName = RowColumns.Keys,
            Runtime = new() { Precision = AttentionPrecision.Int8 }
        },
    };

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Stage_OfSeveralModels_HasTheOutputOfEachBesideTheOthers(string kind)
    {
        var options = Options[kind] with { Training = Drawn };
        var view = View(options);
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        var outputs = Enumerable.Range(0, Models).Select(model => OutputOf(model).ToArray()).ToArray();

        foreach (var (row, output) in Read(stage, view).Index())
            new Tolerance(1e-6, 1e-6).Check($"row {row}", Beside([.. outputs.Select(o => o[row])]), output);
        Assert.AreEqual(3, outputs.Select(o => o[0][0]).Distinct().Count(), "models that were drawn alike");

        IEnumerable<float[]> OutputOf(int model)
        {
            var one = options with { Parameters = ModelTensors.Of(stage.Parameters, model), Training = Drawn with { NumberOfModels = 1 } };
            using var alone = _ml.Transforms.MultiHeadAttention(one).Fit(view);
            return Read(alone, view);
        }

        // tokens of 8 numbers a model
        static IEnumerable<double> Beside(float[][] models) =>
            Enumerable.Range(0, models[0].Length / 8).SelectMany(token => models.SelectMany(output => output[(token * 8)..(token * 8 + 8)]))
                .Select(value => (double)value);
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Stage_SavedAndLoaded_IsTheSame(string kind)
    {
        var options = Options[kind] with { Training = Drawn };
        var view = View(options);
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(stage, view.Schema, file);
        file.Position = 0;

        using var loaded = (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);

        ParametersAssert.AreEqual(stage.Parameters, loaded.Parameters);
        foreach (var (expected, output) in Read(stage, view).Zip(Read(loaded, view)))
            Assert.AreSequenceEqual(expected, output);
        using var again = _ml.Transforms.MultiHeadAttention(options with { Parameters = stage.Parameters }).Fit(view);
        ParametersAssert.AreEqual(stage.Parameters, again.Parameters);
    }

    [TestMethod]
    public void Fit_SeveralModels_LearnsEachFromADrawOfItsOwn()
    {
        var options = Needle.Options with { Training = Needle.Options.Training with { NumberOfModels = 2, NumberOfEpochs = 10 } };
        var view = Needle.Flags(_ml, 80);

        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var again = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        using var one = _ml.Transforms.MultiHeadAttention(options with { Training = options.Training with { NumberOfModels = 1 } })
            .Fit(view);

        ParametersAssert.AreEqual(stage.Parameters, again.Parameters);
        Assert.AreSequenceEqual(one.Parameters.Names, ModelTensors.Of(stage.Parameters, 1).Names);
        Assert.AreNotEqual(stage.Parameters["models.0.input.weight"].Values.Span[0],
            stage.Parameters["models.1.input.weight"].Values.Span[0]);
        Assert.AreSequenceEqual(one.Parameters["input_mean"].Values.ToArray(), stage.Parameters["input_mean"].Values.ToArray());
        Assert.HasCount(10, stage.Training!.Losses);
        Assert.IsLessThan(0.7 * stage.Training.Losses[0], stage.Training.Losses[^1]);
    }

    [TestMethod]
    public void FromCheckpoint_OfSeveralModels_ProposesAsMany()
    {
        var options = Options["pooled"] with { Training = Drawn };
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(View(options));

        var proposed = MultiHeadAttentionOptions.FromCheckpoint(stage.Parameters, numberOfHeads: 4).Options;

        Assert.AreEqual((Models, 2, AttentionBlock.Encoder), (proposed.Training.NumberOfModels, proposed.NumberOfLayers, proposed.Block));
        Assert.AreEqual(stage.Parameters, proposed.Parameters);
    }

    [TestMethod]
    public void SeveralModels_WhereThereCanBeOne_AreRefusedByName()
    {
        var options = Options["tokens"] with { Training = Drawn };
        var view = View(options);
        using var stage = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        Assert.AreEqual("Prune is for the heads of one model; this stage has 3: learn with Training.NumberOfModels 1.",
            Assert.ThrowsExactly<NotSupportedException>(() => stage.Prune(0.5)).Message);
        Assert.AreEqual("AnalyzeHeads is for the heads of one model; this stage has 3: learn with Training.NumberOfModels 1.",
            Assert.ThrowsExactly<NotSupportedException>(() => stage.AnalyzeHeads(view)).Message);
        Refused("The parameters are of 3 models, but NumberOfModels is 1: set it to 3.",
            options with { Parameters = stage.Parameters, Training = Drawn with { NumberOfModels = 1 } });
        Refused("AttentionWeightsColumnName 'W' contradicts NumberOfModels 3: each model attends in its own way.",
            options with { AttentionWeightsColumnName = "W" });
        Refused("KeptHeads contradicts NumberOfModels 3: heads are pruned from one model.", options with { KeptHeads = [[0]] });

        void Refused(string message, MultiHeadAttentionOptions refused) =>
            Assert.AreEqual(message,
                Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.MultiHeadAttention(refused).Fit(view)).Message);
    }

    IDataView View(MultiHeadAttentionOptions options) =>
        Enumerable.Range(0, 5).Select(n => RandomCase.Row(options, new Random(n), 2 + n)).ToArray()
            .ToDataView(_ml, options, TokenShape.Ragged);

    static IEnumerable<float[]> Read(MultiHeadAttentionTransformer stage, IDataView view) =>
        stage.Transform(view).GetColumn<float[]>(RowColumns.Output).ToArray();
}
