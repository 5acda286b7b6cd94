using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The estimator behaves as ML.NET's own do: seed, log, GPU settings, schemas, neighbours in a pipeline, errors.</summary>
[TestClass]
public sealed class EstimatorTests
{
    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Inputs => InputCase.Names;

    [TestMethod, DynamicData(nameof(Inputs))]
    public void OutputSchema_OfEachTypeOfInput_IsTheTransformers(string input)
    {
        foreach (var layers in Enum.GetValues<AttentionWeightsLayers>())
        {
            var inputs = InputCase.Of(input);
            var options = inputs.Options with { AttentionWeightsColumnName = "Weights", AttentionWeightsLayers = layers };
            var view = inputs.View(_ml, inputs.Rows(2));
            var estimator = _ml.Transforms.MultiHeadAttention(options);
            using var transformer = estimator.Fit(view);

            var promised = estimator.GetOutputSchema(MLNetInternals.ShapeOf(view.Schema));
            var kept = MLNetInternals.ShapeOf(transformer.GetOutputSchema(view.Schema));

            CollectionAssert.AreEquivalent(kept.Select(Described).ToArray(), promised.Select(Described).ToArray());
            Assert.AreEqual(transformer.GetOutputSchema(view.Schema).ToString(), transformer.Transform(view).Schema.ToString());
        }

        static string Described(SchemaShape.Column c) =>
            $"{c.Name}: {c.Kind} of {c.ItemType}, key {c.IsKey}, [{string.Join("; ", c.Annotations.Select(Described))}]";
    }

    [TestMethod]
    public void Parameters_FromTheSameSeed_AreTheSame_AndFromAnotherAreNot()
    {
        float[] Drawn(int? contextSeed, int? seed)
        {
            var options = Frames.Options with { Training = Frames.Options.Training with { Seed = seed } };
            using var transformer = new MLContext(contextSeed).Transforms.MultiHeadAttention(options)
                .Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));
            return transformer.Parameters["in_proj_weight"].Values.ToArray();
        }

        CollectionAssert.AreEqual(Drawn(5, null), Drawn(5, null));
        CollectionAssert.AreNotEqual(Drawn(5, null), Drawn(6, null));
        CollectionAssert.AreNotEqual(Drawn(null, null), Drawn(null, null));
        CollectionAssert.AreEqual(Drawn(5, 7), Drawn(6, 7), "The option goes before the context.");
        CollectionAssert.AreEqual(Drawn(7, null), Drawn(null, 7));
    }

    [TestMethod]
    public void Parameters_Drawn_AreWithinXaviersBoundAndUnbiased()
    {
        using var transformer = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(1)));

        var bound = (float)Math.Sqrt(6.0 / (6 + 6));
        Assert.IsTrue(transformer.Parameters["in_proj_weight"].Values.ToArray().All(w => Math.Abs(w) <= bound));
        Assert.IsTrue(transformer.Parameters["in_proj_bias"].Values.ToArray().All(b => b == 0));
    }

    [TestMethod]
    public void Fit_WithNothingToLearn_ReadsNoRow()
    {
        var probe = new ProbeView(_ml.Data.LoadFromEnumerable(Frames.Rows(3)));

        using var transformer = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(probe);

        Assert.AreEqual((0, 0), (probe.Rows, probe.Values));
        Assert.IsNull(transformer.Training);
    }

    [TestMethod]
    public void Fit_WithParametersThatLackATensor_NamesItAndThoseThatAreThere()
    {
        var parameters = AttentionParameters.Create([KeyValuePair.Create("in_proj_weight", new AttentionTensor([18, 6], new float[108]))]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => Fit(Frames.Options with { Parameters = parameters }));

        Assert.AreEqual("The parameters have no tensor 'out_proj.weight' [6, 6]. They have: in_proj_weight [18, 6].", error.Message);
    }

    [TestMethod]
    public void Fit_WithAMisshapenTensor_SaysBothShapes()
    {
        var parameters = AttentionParameters.Create(
        [
            KeyValuePair.Create("in_proj_weight", new AttentionTensor([18, 5], new float[90])),
            KeyValuePair.Create("out_proj.weight", new AttentionTensor([6, 6], new float[36])),
        ]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => Fit(Frames.Options with { Parameters = parameters }));

        Assert.AreEqual("The tensor 'in_proj_weight' is [18, 5]; needed is [18, 6].", error.Message);
    }

    static IEnumerable<(MultiHeadAttentionOptions, string)> Misfits =>
    [
        (Frames.Options with { InputColumnNames = ["B"] }, "There is no column 'B'. There are: A, Flat, Label, Class."),
        (Frames.Options with { InputColumnNames = ["Class"] },
            "Column 'Class' is String, but attention needs a vector of Single (embeddings) or of a key (token ids): divide it into words "
                + "with Text.TokenizeIntoWords and map these with Conversion.MapValueToKey, or make numbers of it with Text.FeaturizeText."),
        (Frames.Options with { InputColumnNames = ["Flat"] },
            "Column 'Flat' is Vector<Single, 24>, which does not say how many numbers a token has: set EmbeddingDimension."),
        (Frames.Options with { InputColumnNames = ["Flat"], EmbeddingDimension = 5 },
            "Column 'Flat' is Vector<Single, 24>: its 24 values are not a multiple of EmbeddingDimension 5."),
        (Frames.Options with { EmbeddingDimension = 3 },
            "Column 'A' is Vector<Single, 4, 6>: its tokens have 6 numbers, but EmbeddingDimension is 3."),
        (Frames.Options with { NumberOfHeads = 4 },
            "EmbeddingDimension 6 is not a multiple of NumberOfHeads 4; set HeadDimension to choose the size of a head."),
        (Frames.Options with { NumberOfHeads = 3, Block = AttentionBlock.Residual, ModelDimension = 8 },
            "ModelDimension 8 is not a multiple of NumberOfHeads 3; set HeadDimension to choose the size of a head."),
        (Frames.Options with { ModelDimension = 8 },
            "ModelDimension 8 needs a Block; with Block Attention set OutputDimension for the width of the output, HeadDimension for "
                + "that of the heads."),
        (Frames.Options with { MaskColumnName = "A" },
            "Column 'A' is Vector<Single, 4, 6>, but must be a vector of Boolean, one for each key token."),
        (Frames.Options with { MaskColumnName = "M" }, "There is no column 'M'. There are: A, Flat, Label, Class."),
        (Frames.Options with { AttentionBiasColumnName = "Label" },
            "Column 'Label' is Boolean, but must be a vector of Single, one for each query and key token, or for each head, query and "
                + "key token."),
        (Frames.Options with { KeyColumnName = "K" }, "There is no column 'K'. There are: A, Flat, Label, Class."),
        (Frames.Options with { KeyColumnName = "Flat", KeyDimension = 5 },
            "Column 'Flat' is Vector<Single, 24>: its 24 values are not a multiple of KeyDimension 5."),
        (Frames.Options with { KeyColumnName = "A", ValueColumnName = "Flat", ValueDimension = 8 },
            "Each key needs a value, but column 'A' has 4 tokens and column 'Flat' has 3."),
        (Frames.Options with { InputColumnNames = ["A", "Flat"] },
            "The input columns have tokens of different widths ('A' 6, 'Flat' 24): set ModelDimension, to which each is projected."),
        (Frames.Options with { PositionalEncoding = PositionalEncoding.Rotary, HeadDimension = 3 },
            "PositionalEncoding Rotary turns pairs, but HeadDimension is 3."),
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void Fit_OfColumnsThatDoNotFit_NamesThemAndWhatIsNeeded(MultiHeadAttentionOptions options, string expected)
    {
        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() => Fit(options)).Message);
    }

    [TestMethod]
    public void GpuOnACpuPackage_NamesThePackageToAdd()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Frames.Options with { Runtime = new() { GpuDeviceId = 0 } }));

        StringAssert.StartsWith(error.Message, "GPU 0 cannot be used: ");
        StringAssert.EndsWith(error.Message, ". Add the package Microsoft.ML.OnnxRuntime.Gpu to the application, or set FallbackToCpu.");
    }

    [TestMethod]
    [DataRow(true, false, DisplayName = "by the context")]
    [DataRow(false, true, DisplayName = "by the options")]
    public void GpuOnACpuPackage_WithFallback_RunsOnTheCpuAndWarns(bool byContext, bool byOptions)
    {
        var log = new List<string>();
        var context = new MLContext(1) { GpuDeviceId = byContext ? 0 : null, FallbackToCpu = byContext };
        context.Log += (_, line) => log.Add($"{line.Kind}: {line.RawMessage}");
        var runtime = byOptions ? new AttentionRuntimeOptions { GpuDeviceId = 0, FallbackToCpu = true } : new();

        using var transformer = context.Transforms.MultiHeadAttention(Frames.Options with { Runtime = runtime })
            .Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(2)));

        Assert.AreEqual(ExecutionProvider.Cpu, transformer.Provider);
        var warning = log.Single(line => line.StartsWith("Warning", StringComparison.Ordinal));
        StringAssert.StartsWith(warning, "Warning: GPU 0 cannot be used: ");
        StringAssert.EndsWith(warning, ". Running on the CPU instead, as FallbackToCpu allows.");
        Assert.HasCount(2, transformer.Transform(_ml.Data.LoadFromEnumerable(Frames.Rows(2))).GetColumn<float[]>("Out").ToArray());
    }

    [TestMethod]
    public void ConfigureSession_IsAskedWhenLearningAndWhenScoring()
    {
        var asked = 0;
        var options = OptionChoices.Base with
        {
            LabelColumnName = RowColumns.Label,
            Training = new() { NumberOfEpochs = 1 },
            Runtime = new() { ConfigureSession = _ => Interlocked.Increment(ref asked) }
        };
        var view = new OptionCase(_ml, options).View;

        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);
        var whenLearning = asked;
        _ = transformer.Transform(view).GetColumn<float[]>(RowColumns.Output).Count();

        Assert.IsGreaterThan(0, whenLearning);
        Assert.IsGreaterThan(whenLearning, asked);
    }

    [TestMethod]
    public void ProviderOnACpuPackage_WithoutFallback_IsRefused_WhateverTheContextAllows()
    {
        var context = new MLContext(1) { FallbackToCpu = true };
        var options = Frames.Options with { Runtime = new() { ExecutionProvider = ExecutionProvider.Cuda, FallbackToCpu = false } };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            context.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(2))));

        StringAssert.StartsWith(error.Message, "Execution provider Cuda cannot be used: Cuda: ");
    }

    [TestMethod]
    public void Fit_WithoutLabelOrParameters_SaysFirstThatItReconstructs()
    {
        var log = new List<string>();
        _ml.Log += (_, line) => log.Add(line.RawMessage);
        var options = Frames.Options with { Training = new() { NumberOfEpochs = 1, Seed = 1 } };

        using var transformer = Fit(options);

        StringAssert.StartsWith(log.First(line => line.Contains("earning", StringComparison.Ordinal)),
            "Learning without a label, by reconstructing hidden tokens.");
        Assert.IsNotNull(transformer.Training);
    }

    [TestMethod]
    public void Pipeline_AfterNormalizeAndConcatenate_AndBeforeSdca_Learns()
    {
        var pipeline = _ml.Transforms.Concatenate("Joined", "Flat")
            .Append(_ml.Transforms.NormalizeMeanVariance("Joined"))
            .Append(_ml.Transforms.MultiHeadAttention(Frames.Options with { InputColumnNames = ["Joined"], EmbeddingDimension = 6 }))
            .Append(_ml.Transforms.NormalizeMeanVariance("Features", "Out"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 10));

        Assert.IsGreaterThan(0.9, Accuracy(pipeline));
    }

    [TestMethod]
    public void Pipeline_BeforeLightGbm_Learns()
    {
        var pipeline = _ml.Transforms.MultiHeadAttention(Frames.Options)
            .Append(_ml.Transforms.Concatenate("Features", "Out"))
            .Append(_ml.BinaryClassification.Trainers.LightGbm(numberOfIterations: 5, minimumExampleCountPerLeaf: 2));

        Assert.IsGreaterThan(0.9, Accuracy(pipeline));
    }

    [TestMethod]
    public void Pipeline_OfTwoStages_LearnsFromTheSecond()
    {
        var pipeline =
            _ml.Transforms.MultiHeadAttention(Frames.Options with { OutputColumnName = "First", Pooling = AttentionPooling.None })
            .Append(_ml.Transforms.MultiHeadAttention(Frames.Options with { InputColumnNames = ["First"], OutputColumnName = "Features" }))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 10));

        Assert.IsGreaterThan(0.9, Accuracy(pipeline));
    }

    [TestMethod]
    public void Pipeline_CrossValidated_LearnsInEachFold()
    {
        var pipeline = _ml.Transforms.MultiHeadAttention(Frames.Options with { OutputColumnName = "Features" })
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 10));

        var folds = _ml.BinaryClassification.CrossValidate(_ml.Data.LoadFromEnumerable(Frames.Rows(60)), pipeline, numberOfFolds: 3);

        Assert.IsTrue(folds.All(fold => fold.Metrics.Accuracy > 0.8));
    }

    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(12, 4)]
    [DataRow(16, 8)]
    [DataRow(7, 1)]
    public void Heads_LeftToTheStage_AreTheLargestOfEightFourTwoAndOneThatDivideTheWidth(int width, int heads)
    {
        var view = new[] { new ReferenceRow { Tokens = [new double[width], new double[width]] } }.ToDataView(_ml,
            new() { InputColumnNames = ["A"], EmbeddingDimension = width });
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["A"],
            EmbeddingDimension = width,
            AttentionWeightsColumnName = "Weights",
            Training = new() { Objective = TrainingObjective.None },
        };

        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        Assert.AreEqual($"Vector<Single, {heads}, 2, 2>", transformer.GetOutputSchema(view.Schema)["Weights"].Type.ToString());
        Assert.IsNull(transformer.Options.NumberOfHeads);
    }

    [TestMethod]
    public void Stage_UpstreamOfAnother_ComputesEachRowOnce()
    {
        var probe = new ProbeView(_ml.Data.LoadFromEnumerable(Frames.Rows(10)));
        var first = _ml.Transforms.MultiHeadAttention(Frames.Options with { OutputColumnName = "First", Pooling = AttentionPooling.None })
            .Fit(probe);
        var second = _ml.Transforms.MultiHeadAttention(Frames.Options with { InputColumnNames = ["First"] }).Fit(first.Transform(probe));

        Assert.HasCount(10, second.Transform(first.Transform(probe)).GetColumn<float[]>("Out").ToArray());

        Assert.AreEqual((10, 10), (probe.Rows, probe.Values));
    }

    double Accuracy<T>(IEstimator<T> pipeline) where T : class, ITransformer
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(60));
        var model = pipeline.Fit(view);
        using var disposable = model as IDisposable;
        return _ml.BinaryClassification.EvaluateNonCalibrated(model.Transform(view)).Accuracy;
    }

    MultiHeadAttentionTransformer Fit(MultiHeadAttentionOptions options) =>
        _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(Frames.Rows(4)));
}
