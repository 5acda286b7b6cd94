using System.Text.Json;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>From <c>case.json</c> and PyTorch's tensors to options, parameters and rows.</summary>
sealed partial class Golden
{
    /// <summary>Pooling alone: every token sees itself only, through projections that change nothing.</summary>
    bool IsPoolingAlone => Text("kind") == "pooling";

    bool IsTraining => Name[0] == 'F';

    MultiHeadAttentionOptions ReadOptions()
    {
        var (width, heads) = ((int)Number("E")!.Value, (int?)Number("H") ?? 1);
        var (headDimension, keyHeads) = ((int?)Number("D") ?? width, (int?)Number("K") ?? 1);
        var (isCross, window, rotary) = (Inputs.ContainsKey("key"), Find("window"), Find("rotary"));
        return new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            KeyColumnName = isCross ? RowColumns.Keys : null,
            ValueColumnName = isCross ? RowColumns.Values : null,
            MaskColumnName = Inputs.ContainsKey("key_padding_mask") ? RowColumns.Mask : null,
            AttentionBiasColumnName = Inputs.ContainsKey("attn_bias") ? RowColumns.Bias : null,
            AttentionWeightsColumnName = HasWeights ? RowColumns.Weights : null,
            AttentionWeightsLayers = Number("layers") > 1 ? AttentionWeightsLayers.All : AttentionWeightsLayers.Last,
            EmbeddingDimension = (int?)Number("C") ?? width,
            KeyDimension = isCross ? (int)Number("kdim")!.Value : null,
            ValueDimension = isCross ? (int)Number("vdim")!.Value : null,
            ModelDimension = IsTraining ? width : null,
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyHeads == heads ? null : keyHeads,
            HeadDimension = headDimension * heads == width ? null : headDimension,
            UseBias = Flag("bias"),
            Scale = Find("scale_is_default") is { ValueKind: JsonValueKind.False } ? Number("scale") : null,
            Softcap = Number("softcap"),
            IsCausal = Flag("causal") || window?.GetProperty("causal").GetBoolean() == true,
            WindowSize = IsPoolingAlone ? 0 : window?.GetProperty("radius").GetInt32(),
            NormalizeQueriesAndKeys = Find("qk_norm") is not null,
            NormalizationEpsilon = Number("eps") ?? Find("qk_norm")?.GetProperty("eps").GetDouble() ?? Defaults.NormalizationEpsilon,
            PositionalEncoding = Text("positions") == "sinusoidal" ? PositionalEncoding.Sinusoidal
                : Find("alibi") is not null ? PositionalEncoding.Alibi
                : rotary?.GetProperty("layout").GetString() switch
                {
                    "half" => PositionalEncoding.Rotary,
                    "interleaved" => PositionalEncoding.RotaryInterleaved,
                    _ => PositionalEncoding.None,
                },
            RotaryBase = rotary?.GetProperty("theta").GetDouble() ?? Defaults.RotaryBase,
            Block = IsTraining ? AttentionBlock.Residual : Number("layers") is null ? AttentionBlock.Attention : AttentionBlock.Encoder,
            NumberOfLayers = (int?)Number("layers") ?? 1,
            NormalizationOrder = Flag("norm_first") ? NormalizationOrder.Pre : NormalizationOrder.Post,
            FeedForwardDimension = (int?)Number("ffn"),
            Activation = Text("activation") == "gelu_exact" ? Activation.Gelu : Activation.Relu,
            Pooling = IsTraining && Text("task") != "reconstruction" ? AttentionPooling.Mean
                : IsPoolingAlone ? Enum.Parse<AttentionPooling>(Text("pooling")!, ignoreCase: true) : AttentionPooling.None,
        };
    }

    AttentionParameters ReadParameters()
    {
        var tensors = Tensors.Where(tensor => !tensor.Key.StartsWith(ReadOut, StringComparison.Ordinal));
        return ToParameters(IsPoolingAlone ? tensors.Concat(Identity(Options.EmbeddingDimension!.Value)) : tensors);
    }

    static Dictionary<string, StoredTensor> Identity(int width)
    {
        float[] identity = [.. Enumerable.Range(0, width * width).Select(n => n % (width + 1) == 0 ? 1f : 0f)];
        return new()
        {
            ["in_proj_weight"] = new([3 * width, width], (float[])[.. identity, .. identity, .. identity]),
            ["out_proj.weight"] = new([width, width], identity),
        };
    }

    ReferenceRow ReadRow(int row) => new()
    {
        Tokens = (Inputs.GetValueOrDefault("input") ?? Inputs["query"])[row].Matrix,
        Keys = Inputs.GetValueOrDefault("key")?[row].Matrix,
        Values = Inputs.GetValueOrDefault("value")?[row].Matrix,
        Mask = Inputs.TryGetValue("key_padding_mask", out var padding)
            ? Array.ConvertAll(padding[row].Booleans, isPadding => !isPadding)
            : null,
        Bias = Inputs.TryGetValue("attn_bias", out var bias)
            ? HeadBias(bias.Shape.Length == 4 ? bias[row] : new([1, .. bias.Shape], bias.Values))
            : null,
    };

    static double[,,] HeadBias(StoredTensor bias)
    {
        var values = new double[bias.Shape[0], bias.Shape[1], bias.Shape[2]];
        Buffer.BlockCopy(bias.Doubles, 0, values, 0, Buffer.ByteLength(values));
        return values;
    }

    /// <summary>A setting, or nothing where it is absent or null.</summary>
    JsonElement? Find(string name) => Settings.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    double? Number(string name) => Find(name)?.GetDouble();

    string? Text(string name) => Find(name)?.GetString();

    bool Flag(string name) => Find(name)?.GetBoolean() ?? false;
}
