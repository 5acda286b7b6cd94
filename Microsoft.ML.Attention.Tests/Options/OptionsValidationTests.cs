using Microsoft.ML.Attention.Options;

namespace Microsoft.ML.Attention.Tests.Options;

/// <summary>Everything that can be said against options before there is data.</summary>
[TestClass]
public sealed class OptionsValidationTests
{
    static readonly MultiHeadAttentionOptions Valid = new() { OutputColumnName = "Out" };

    static readonly MultiHeadAttentionOptions Cross =
        Valid with { KeyColumnName = "K", Training = new() { Objective = TrainingObjective.None } };

    static readonly MultiHeadAttentionOptions Pairs = Valid with { PairColumnNames = ["P"], Pooling = AttentionPooling.Mean };

    static IEnumerable<(MultiHeadAttentionOptions, string)> OutOfRange =>
    [
        (Valid with { EmbeddingDimension = 0 }, "EmbeddingDimension must be at least 1."),
        (Cross with { KeyDimension = 0 }, "KeyDimension must be at least 1."),
        (Cross with { ValueColumnName = "V", ValueDimension = -1 }, "ValueDimension must be at least 1."),
        (Valid with { NumberOfHeads = 0 }, "NumberOfHeads must be at least 1."),
        (Valid with { NumberOfKeyValueHeads = 0 }, "NumberOfKeyValueHeads must be at least 1."),
        (Valid with { HeadDimension = 0 }, "HeadDimension must be at least 1."),
        (Valid with { ValueHeadDimension = 0 }, "ValueHeadDimension must be at least 1."),
        (Valid with { ModelDimension = 0 }, "ModelDimension must be at least 1."),
        (Valid with { OutputDimension = 0 }, "OutputDimension must be at least 1."),
        (Valid with { MaximumLength = 0 }, "MaximumLength must be at least 1."),
        (Valid with { NumberOfLayers = 0 }, "NumberOfLayers must be at least 1."),
        (Valid with { FeedForwardDimension = 0 }, "FeedForwardDimension must be at least 1."),
        (Valid with { WindowSize = -1 }, "WindowSize must be at least 0."),
        (Valid with { NumberOfHeads = 2, HeadWindowSizes = [null, -1] }, "HeadWindowSizes must be at least 0."),
        (Valid with { Softcap = 0 }, "Softcap must be above 0."),
        (Valid with { Softcap = double.NaN }, "Softcap must be above 0."),
        (Valid with { NormalizationEpsilon = 0 }, "NormalizationEpsilon must be above 0."),
        (Valid with { RotaryBase = 1 }, "RotaryBase must be above 1."),
        (Valid with { LayerRotaryBases = [1] }, "LayerRotaryBases must be above 1."),
        (Valid with { LayerWindowSizes = [-1] }, "LayerWindowSizes must be at least 0."),
        (Valid with { RotaryScaling = new() { Factor = 0.5 } }, "Factor must be at least 1."),
        (Valid with { RotaryScaling = new() { HighFrequencyFactor = 1 } }, "HighFrequencyFactor must be above 1."),
        (Valid with { PositionOffset = -1 }, "PositionOffset must be at least 0."),
        (Valid with { NumberOfTokenTypes = 0 }, "NumberOfTokenTypes must be at least 1."),
        (Valid with { Runtime = new() { BatchSize = 0 } }, "BatchSize must be at least 1."),
        (Valid with { Runtime = new() { IntraOpThreads = 0 } }, "IntraOpThreads must be at least 1."),
        (Valid with { Runtime = new() { GpuDeviceId = -1 } }, "GpuDeviceId must be at least 0."),
        (Valid with { Training = new() { NumberOfEpochs = 0 } }, "NumberOfEpochs must be at least 1."),
        (Valid with { Training = new() { MinimumSteps = -1 } }, "MinimumSteps must be at least 0."),
        (Valid with { Training = new() { AverageDecay = 1 } }, "AverageDecay must be at least 0 and below 1."),
        (Valid with { Training = new() { Augmentation = new() { Jitter = -1 } } }, "Jitter must be at least 0."),
        (Valid with { Training = new() { Augmentation = new() { Scaling = double.NaN } } }, "Scaling must be at least 0."),
        (Valid with { Training = new() { Augmentation = new() { Shifting = -0.1 } } }, "Shifting must be at least 0."),
        (Valid with { Training = new() { Augmentation = new() { Cropping = 1 } } }, "Cropping must be at least 0 and below 1."),
        (Valid with { Training = new() { Augmentation = new() { HiddenFrames = -0.1 } } }, "HiddenFrames must be at least 0 and below 1."),
        (Valid with { Training = new() { Augmentation = new() { Mixup = -0.1 } } }, "Mixup must be at least 0."),
        (Valid with { Training = new() { BatchSize = 0 } }, "BatchSize must be at least 1."),
        (Valid with { Training = new() { LearningRate = 0 } }, "LearningRate must be above 0."),
        (Valid with { Training = new() { LearningRate = double.NaN } }, "LearningRate must be above 0."),
        (Valid with { Training = new() { WeightDecay = -1 } }, "WeightDecay must be at least 0."),
        (Valid with { Training = new() { GradientClip = -1 } }, "GradientClip must be at least 0."),
        (Valid with { Training = new() { WarmupFraction = 1 } }, "WarmupFraction must be at least 0 and below 1."),
        (Valid with { Training = new() { Dropout = -0.1 } }, "Dropout must be at least 0 and below 1."),
        (Valid with { Training = new() { HeadDropout = 1 } }, "HeadDropout must be at least 0 and below 1."),
        (Valid with { Training = new() { ValidationFraction = double.NaN } }, "ValidationFraction must be at least 0 and below 1."),
        (Valid with { Training = new() { MaskedFraction = 1 } }, "MaskedFraction must be at least 0 and below 1."),
        (Valid with { Training = new() { MaskedFraction = 0 } }, "MaskedFraction must be above 0."),
        (Valid with { Training = new() { SimilarityTemperature = 0 } }, "SimilarityTemperature must be above 0."),
        (Valid with { Training = new() { EarlyStoppingPatience = 0, ValidationFraction = 0.1 } },
            "EarlyStoppingPatience must be at least 1."),
    ];

    static IEnumerable<(MultiHeadAttentionOptions, string)> Contradictions =>
    [
        (new(), "OutputColumnName is empty: name the column to write."),
        (Valid with { InputColumnNames = [] }, "InputColumnNames is empty or holds an empty name: name the columns to read."),
        (Valid with { InputColumnNames = ["A", ""] }, "InputColumnNames is empty or holds an empty name: name the columns to read."),
        (Valid with { AttentionWeightsColumnName = "Out" },
            "AttentionWeightsColumnName and OutputColumnName are both 'Out': they need different names."),
        (Valid with { AttentionRolloutColumnName = "Out" },
            "AttentionRolloutColumnName and OutputColumnName are both 'Out': they need different names."),
        (Valid with { AttentionWeightsColumnName = "W", AttentionRolloutColumnName = "W" },
            "AttentionRolloutColumnName and AttentionWeightsColumnName are both 'W': they need different names."),
        (Valid with { AttentionRolloutColumnName = "R" },
            "AttentionRolloutColumnName 'R' needs a Block, whose residual sums it follows: set Residual or Encoder, or read "
                + "AttentionWeightsColumnName."),
        (Cross with { AttentionRolloutColumnName = "R", Block = AttentionBlock.Residual },
            "AttentionRolloutColumnName 'R' contradicts KeyColumnName: in cross-attention no token is carried on with those that it "
                + "attends to; read AttentionWeightsColumnName."),
        (Valid with { ValueColumnName = "V" }, "ValueColumnName 'V' needs a KeyColumnName."),
        (Valid with { Scale = double.PositiveInfinity }, "Scale is Infinity; it must be finite."),
        (Valid with { NumberOfHeads = 8, NumberOfKeyValueHeads = 3 }, "NumberOfKeyValueHeads 3 does not divide NumberOfHeads 8."),
        (Valid with { WindowSize = 1, HeadWindowSizes = [.. new int?[8]] }, "WindowSize and HeadWindowSizes are both set; set one."),
        (Valid with { LayerWindowSizes = [1, 2] }, "LayerWindowSizes has 2 windows for NumberOfLayers 1."),
        (Valid with { LayerRotaryBases = [10, 20] }, "LayerRotaryBases has 2 bases for NumberOfLayers 1."),
        (Valid with { NormalizeOutput = true }, "NormalizeOutput needs a Pooling: it is the pooled vector that is brought to length 1."),
        (Valid with { PositionOffset = 2 }, "PositionOffset 2 contradicts PositionalEncoding None, which has no table: set Learned."),
        (Valid with { NumberOfHeads = 8, HeadWindowSizes = [1, 2] }, "HeadWindowSizes has 2 windows for NumberOfHeads 8."),
        (Valid with { NumberOfHeads = 8, KeptHeads = [[0], [1]] }, "KeptHeads speaks of 2 layers, NumberOfLayers is 1."),
        (Valid with { NumberOfHeads = 8, KeptHeads = [[0, 8]] },
            "KeptHeads of layer 0 are [0, 8]: they must be below NumberOfHeads 8, and in ascending order."),
        (Valid with { NumberOfHeads = 8, KeptHeads = [[2, 1]] },
            "KeptHeads of layer 0 are [2, 1]: they must be below NumberOfHeads 8, and in ascending order."),
        (Valid with { NumberOfHeads = 8, KeptHeads = [[1, 1]] },
            "KeptHeads of layer 0 are [1, 1]: they must be below NumberOfHeads 8, and in ascending order."),
        (Valid with { NumberOfLayers = 2 }, "NumberOfLayers 2 needs a Block: set Residual or Encoder."),
        (Valid with { FeedForwardDimension = 9 }, "FeedForwardDimension needs Block Encoder."),
        (Valid with { FinalNormalization = true }, "FinalNormalization needs a Block: set Residual or Encoder."),
        (Valid with { Block = AttentionBlock.Encoder, OutputDimension = 3 },
            "OutputDimension 3 contradicts Block Encoder, whose output is as wide as the block; set ModelDimension."),
        (Valid with { Block = AttentionBlock.Residual, FeedForwardDimension = 9 },
            "FeedForwardDimension 9 contradicts Block Residual, which has no feed-forward network; set Encoder."),
        (Valid with { KeyDimension = 3 }, "KeyDimension 3 needs a KeyColumnName."),
        (Valid with { ValueDimension = 3 }, "ValueDimension 3 needs a ValueColumnName."),
        (Cross with { ValueDimension = 3 }, "ValueDimension 3 needs a ValueColumnName."),
        (Cross with { Block = AttentionBlock.Encoder },
            "Block Encoder contradicts KeyColumnName: cross-attention is Attention or Residual."),
        (Cross with { Block = AttentionBlock.Residual, NumberOfLayers = 2 },
            "NumberOfLayers 2 contradicts KeyColumnName: cross-attention has one layer."),
        (Cross with { Training = new() },
            "Cross-attention cannot learn by reconstruction: set LabelColumnName or Parameters, or Objective None for a seeded draw."),
        (Cross with { Training = new() { Objective = TrainingObjective.MaskedReconstruction },
            Parameters = AttentionParameters.Create([]) },
            "Objective MaskedReconstruction contradicts KeyColumnName: cross-attention cannot learn by reconstruction."),
        (Cross with { LabelColumnName = "L", Training = new() { Augmentation = new() { Jitter = 0.1 } } },
            "KeyColumnName 'K' contradicts Training.Augmentation, which changes the rows of self-attention."),
        (Valid with { AttentionBiasColumnName = "B", Training = new() { Augmentation = new() { Cropping = 0.1 } } },
            "AttentionBiasColumnName 'B' contradicts Cropping 0.1: the bias speaks of all tokens."),
        (Valid with { Training = new() { Augmentation = new() { Jitter = double.PositiveInfinity } } },
            "Jitter is Infinity; it must be finite."),
        (Valid with { LabelColumnName = "L", Training = new() { Augmentation = new() { Mixup = double.PositiveInfinity } } },
            "Mixup is Infinity; it must be finite."),
        (Valid with { Training = new() { Augmentation = new() { Mixup = 0.2 } } },
            "Mixup 0.2 needs a LabelColumnName: what is to be predicted is mixed with the rows."),
        (Valid with { MaximumPatches = 4, PatchLength = 2 }, "MaximumPatches 4 and PatchLength 2 are both set; set one."),
        (Valid with { Training = new() { EarlyStoppingPatience = 2 } }, "EarlyStoppingPatience 2 needs a ValidationFraction above 0."),
        (Valid with { Training = new() { Objective = TrainingObjective.InBatchNegatives } },
            "Objective InBatchNegatives needs PairColumnNames, what each row is compared with."),
        (Valid with { LabelColumnName = "L", Training = new() { Objective = TrainingObjective.CosineRegression } },
            "Objective CosineRegression needs PairColumnNames, what each row is compared with."),
        (Valid with { PairColumnNames = [""] }, "PairColumnNames is empty or holds an empty name: name columns, or leave it unset."),
        (Valid with { PairColumnNames = ["P", "Q"] },
            "PairColumnNames has 2 names, InputColumnNames 1: both sides of a pair are read alike."),
        (Valid with { PairColumnNames = ["P"], LabelColumnName = "L", Training = new() { Objective = TrainingObjective.Supervised } },
            "PairColumnNames 'P' contradicts Objective Supervised, which reads no pairs."),
        (Valid with { PairColumnNames = ["P"], Training = new() { Objective = TrainingObjective.None } },
            "PairColumnNames 'P' contradicts Objective None, which reads no pairs."),
        (Pairs with { LabelColumnName = "L", Training = new() { Objective = TrainingObjective.InBatchNegatives } },
            "LabelColumnName 'L' contradicts Objective InBatchNegatives, which reads no label."),
        (Pairs with { Training = new() { Objective = TrainingObjective.CosineRegression } },
            "Objective CosineRegression needs a LabelColumnName: the cosine of each pair."),
        (Pairs with { Pooling = AttentionPooling.None },
            "PairColumnNames 'P' needs a Pooling: pairs are compared by one vector for each row."),
        (Pairs with { KeyColumnName = "K", LabelColumnName = "L" },
            "PairColumnNames 'P' contradicts KeyColumnName 'K': a pair has no keys of its own."),
        (Pairs with { MaskColumnName = "M" }, "PairColumnNames 'P' contradicts MaskColumnName 'M': a pair has no mask of its own."),
        (Pairs with { AttentionBiasColumnName = "B" },
            "PairColumnNames 'P' contradicts AttentionBiasColumnName 'B': a pair has no bias of its own."),
        (Pairs with { ReconstructionErrorColumnName = "E" },
            "PairColumnNames 'P' contradicts ReconstructionErrorColumnName 'E': it needs a stage that learned to reconstruct."),
        (Pairs with { LabelColumnName = "L", ScoreColumnName = "S" },
            "PairColumnNames 'P' contradicts ScoreColumnName 'S': pairs teach no prediction."),
        (Pairs with { LabelColumnName = "L", PredictedLabelColumnName = "S" },
            "PairColumnNames 'P' contradicts PredictedLabelColumnName 'S': pairs teach no prediction."),
        (Pairs with { LabelColumnName = "L", ProbabilityColumnName = "S" },
            "PairColumnNames 'P' contradicts ProbabilityColumnName 'S': pairs teach no prediction."),
        (Pairs with { LabelColumnName = "L", Training = new() { Augmentation = new() { Mixup = 0.2 } } },
            "PairColumnNames 'P' contradicts Mixup 0.2: what belongs together is not mixed with others."),
        (Pairs with { Training = new() { BatchSize = 1 } },
            "PairColumnNames 'P' contradicts BatchSize 1: a pair is told from the others of its batch."),
        (Valid with { Training = new() { SimilarityTemperature = double.PositiveInfinity } },
            "SimilarityTemperature is Infinity; it must be finite."),
        (Valid with { Training = new() { Objective = TrainingObjective.Supervised } }, "Objective Supervised needs a LabelColumnName."),
        (Valid with { LabelColumnName = "L", Training = new() { Objective = TrainingObjective.None } },
            "LabelColumnName 'L' contradicts Objective None, which reads no label."),
        (Valid with { LabelColumnName = "L", Training = new() { Objective = TrainingObjective.MaskedReconstruction } },
            "LabelColumnName 'L' contradicts Objective MaskedReconstruction, which reads no label."),
        (Valid with { StandardizeRows = true },
            "StandardizeRows needs a Pooling: each row's means and deviations are given beside its vector."),
    ];

    static IEnumerable<MultiHeadAttentionOptions> Accepted =>
    [
        Valid,
        Cross,
        Cross with { Training = new(), LabelColumnName = "L" },
        Cross with { Training = new(), Parameters = AttentionParameters.Create([]) },
        Cross with { Block = AttentionBlock.Residual, ValueColumnName = "V", ValueDimension = 3, KeyDimension = 4 },
        Valid with { Block = AttentionBlock.Encoder, NumberOfLayers = 3, FeedForwardDimension = 9, FinalNormalization = true },
        Valid with { NumberOfKeyValueHeads = 1, WindowSize = 0, Scale = 1e-3, Softcap = 1e-3 },
        Valid with { NumberOfHeads = 8, Block = AttentionBlock.Residual, NumberOfLayers = 2, KeptHeads = [[], [0, 7]],
            AttentionRolloutColumnName = "R" },
        Valid with { NumberOfHeads = 2, HeadWindowSizes = [0, null], InputColumnNames = ["A", "A"] },
        Valid with { Training = new() { Dropout = 0, WeightDecay = 0, GradientClip = 0, WarmupFraction = 0, ValidationFraction = 0.5,
            EarlyStoppingPatience = 1 } },
    ];

    [TestMethod, DynamicData(nameof(OutOfRange))]
    public void Check_OfANumberOutOfItsRange_NamesIt(MultiHeadAttentionOptions options, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => OptionsValidation.Check(options));

        StringAssert.StartsWith(error.Message, expected);
        Assert.AreEqual(expected.Split(' ')[0], error.ParamName);
        Assert.IsNotNull(error.ActualValue);
    }

    [TestMethod, DynamicData(nameof(Contradictions))]
    public void Check_OfAContradiction_NamesBoth(MultiHeadAttentionOptions options, string expected)
    {
        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Check(options)).Message);
    }

    [TestMethod, DynamicData(nameof(Accepted))]
    public void Check_OfWhatFits_SaysNothing(MultiHeadAttentionOptions options) => OptionsValidation.Check(options);
}
