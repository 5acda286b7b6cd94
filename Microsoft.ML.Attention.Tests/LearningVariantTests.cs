using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Whatever the options make of a stage learns, and what was learned leaves as ONNX.</summary>
[TestClass]
public sealed class LearningVariantTests
{
    static readonly MultiHeadAttentionOptions Encoder = Needle.Options with
    {
        Block = AttentionBlock.Encoder,
        FeedForwardDimension = 8,
        Training = Needle.Options.Training with { NumberOfEpochs = 8 },
    };

    static readonly Dictionary<string, MultiHeadAttentionOptions> Variants = new()
    {
        ["attention alone"] = Encoder with
        {
            Block = AttentionBlock.Attention,
            ModelDimension = null,
            FeedForwardDimension = null,
            HeadDimension = 4,
            OutputDimension = 5
        },
        ["residual"] = Encoder with { Block = AttentionBlock.Residual, FeedForwardDimension = null },
        ["relu"] = Encoder with { Activation = Activation.Relu },
        ["gelu"] = Encoder with { Activation = Activation.Gelu },
        ["gelu by tanh"] = Encoder with { Activation = Activation.GeluTanh },
        ["gated silu"] = Encoder with { Activation = Activation.SiluGated },
        ["pre-norm, three layers"] = Encoder with { NormalizationOrder = NormalizationOrder.Pre, NumberOfLayers = 3 },
        ["post-norm, two layers"] = Encoder with { NumberOfLayers = 2 },
        ["rms norm, no biases"] = Encoder with { Normalization = Normalization.RmsNorm, UseBias = false },
        ["sinusoidal"] = Encoder with { PositionalEncoding = PositionalEncoding.Sinusoidal },
        ["learned positions"] = Encoder with { PositionalEncoding = PositionalEncoding.Learned },
        ["rotary"] = Encoder with { PositionalEncoding = PositionalEncoding.Rotary },
        ["interleaved rotary"] = Encoder with { PositionalEncoding = PositionalEncoding.RotaryInterleaved },
        ["alibi"] = Encoder with { PositionalEncoding = PositionalEncoding.Alibi },
        ["gated gelu"] = Encoder with { Activation = Activation.GeluGated },
        ["relative buckets"] = Encoder with { PositionalEncoding = PositionalEncoding.RelativeBuckets },
        ["embeddings of BERT"] = Encoder with
        {
            EmbeddingNormalization = true,
            NumberOfTokenTypes = 2,
            PositionalEncoding = PositionalEncoding.Learned,
            PositionOffset = 2
        },
        ["layers of ModernBERT"] = Encoder with
        {
            NumberOfLayers = 2,
            LayerWindowSizes = [null, 2],
            LayerRotaryBases = [200, 50],
            PositionalEncoding = PositionalEncoding.Rotary,
            EmbeddingNormalization = true,
            NormalizationOrder = NormalizationOrder.Pre,
            NormalizeOutput = true,
        },
        ["max pooling"] = Encoder with { Pooling = AttentionPooling.Max },
        ["first token"] = Encoder with { Pooling = AttentionPooling.First },
        ["last token"] = Encoder with { Pooling = AttentionPooling.Last },
        ["attention pooling"] = Encoder with { Pooling = AttentionPooling.Attention },
        ["local and global heads"] = Encoder with { HeadWindowSizes = [1, null] },
        ["causal window"] = Encoder with { IsCausal = true, WindowSize = 3, Pooling = AttentionPooling.Last },
        ["dropout of tokens and heads"] =
            Encoder with { Training = Encoder.Training with { Dropout = 0.1, HeadDropout = 0.2, NumberOfEpochs = 15 } },
        ["shared keys, normalized, capped"] = Encoder with { NumberOfKeyValueHeads = 1, NormalizeQueriesAndKeys = true, Softcap = 5 },
        ["inputs as they are"] = Encoder with { StandardizeInputs = false },
        ["no clip, no decay, constant rate"] = Encoder with
        {
            Training = Encoder.Training with
            {
                GradientClip = 0,
                WeightDecay = 0,
                Schedule = LearningRateSchedule.Constant
            }
        },
    };

    static IEnumerable<string> Names => Variants.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Fit_OfAnyVariant_LowersTheLossAndExports(string name)
    {
        var context = new MLContext(1);
        var view = Needle.Flags(context, 48);

        using var transformer = context.Transforms.MultiHeadAttention(Variants[name]).Fit(view);

        var losses = transformer.Training!.Losses;
        Assert.IsLessThan(losses[0], losses[^1]);
        using var folder = new TemporaryFolder();
        transformer.SaveOnnx(folder["stage.onnx"]);
        using var exported = new InferenceSession(folder["stage.onnx"]);
        var (rows, _) = Needle.Rows(48);
        foreach (var (row, output) in rows.Take(5).Zip(transformer.Transform(view).GetColumn<float[]>(RowColumns.Output)))
            new Tolerance(1e-5, 1e-5).Check(name, output.Select(x => (double)x), Run(exported, row)); // other kernels, other roundings
    }

    static float[] Run(InferenceSession session, ReferenceRow row)
    {
        float[] tokens = [.. row.Tokens.SelectMany(token => token).Select(x => (float)x)];
        using var input = OrtValue.CreateTensorValueFromMemory(tokens, [1, row.QueryLength, Needle.Width]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [RowColumns.Tokens], [input], [RowColumns.Output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
