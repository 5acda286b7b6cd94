#:project ../../../Microsoft.ML.Attention/Microsoft.ML.Attention.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Made these files: model.zip as version 0.1.0 (commit d3de41a) saved it, and rows.idv, its rows beside what that version made of them.
// To be run on that commit alone: `dotnet run make.cs FOLDER`. What a later version saves says nothing about what it can still load.

using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

var root = args[0];
var ml = new MLContext(seed: 1);
var ragged = Rows(fixedLength: null);
var equal = Rows(fixedLength: 4);
var training = new TrainingOptions { NumberOfEpochs = 3, BatchSize = 8, Seed = 1, Dropout = 0.05, ValidationFraction = 0.2 };
var drawn = new TrainingOptions { Objective = TrainingObjective.None, Seed = 2 };

Save("encoder-of-a-key", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, MaskColumnName = "Mask", LabelColumnName = "Class",
    NumberOfHeads = 2, ModelDimension = 8,
    FeedForwardDimension = 12, Block = AttentionBlock.Encoder, NumberOfLayers = 2, NormalizationOrder = NormalizationOrder.Pre,
    Activation = Activation.Gelu,
    PositionalEncoding = PositionalEncoding.Sinusoidal, Pooling = AttentionPooling.Mean,
    Training = training with { LabelSmoothing = 0.2, EarlyStoppingPatience = 2 },
});
Save("gated-rotary-of-a-number", equal, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, LabelColumnName = "Number", NumberOfHeads = 4,
    NumberOfKeyValueHeads = 2, ModelDimension = 8,
    FeedForwardDimension = 8, Block = AttentionBlock.Encoder, Normalization = Normalization.RmsNorm, NormalizationEpsilon = 1e-4,
    Activation = Activation.SiluGated, UseBias = false,
    PositionalEncoding = PositionalEncoding.Rotary, RotaryBase = 500, NormalizeQueriesAndKeys = true, Softcap = 20, Scale = 0.7,
    IsCausal = true, HeadWindowSizes = [1, null, 2, null],
    Pooling = AttentionPooling.Attention, FinalNormalization = true, Training = training,
});
Save("token-ids-of-a-boolean", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Words"], LabelColumnName = "Flag", NumberOfHeads = 2, ModelDimension = 8,
    Block = AttentionBlock.Residual,
    PositionalEncoding = PositionalEncoding.Learned, MaximumLength = 9, Training = training,
});
Save("cross-attention-with-weights", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, KeyColumnName = "Keys", KeyDimension = 5,
    ValueColumnName = "Values", ValueDimension = 2,
    AttentionWeightsColumnName = "Weights", NumberOfHeads = 2, HeadDimension = 4, ValueHeadDimension = 3, OutputDimension = 6,
    StandardizeInputs = true, Training = drawn,
});
Save("columns-of-several-widths", equal, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames", "Wide"], MaskColumnName = "LongMask", AttentionBiasColumnName = "Bias",
    ModelDimension = 8, NumberOfHeads = 2,
    Block = AttentionBlock.Residual, Pooling = AttentionPooling.Max, PositionalEncoding = PositionalEncoding.Alibi, WindowSize = 3,
    Training = drawn,
});
Save("rollout", equal, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, NumberOfHeads = 1, Block = AttentionBlock.Residual,
    NumberOfLayers = 3,
    AttentionWeightsColumnName = "Weights", AttentionWeightsLayers = AttentionWeightsLayers.All, AttentionRolloutColumnName = "Rollout",
    Pooling = AttentionPooling.Last, Training = drawn,
});
Save("reconstruction", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, NumberOfHeads = 2, ModelDimension = 8,
    FeedForwardDimension = 8, Block = AttentionBlock.Encoder,
    Pooling = AttentionPooling.First, Training = training with { MaskedFraction = 0.3 },
});
Save("reconstruction-of-ids", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Words"], NumberOfHeads = 2, ModelDimension = 8, Training = training,
});
Save("pruned", ragged, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, NumberOfHeads = 4, ModelDimension = 8,
    FeedForwardDimension = 8, Block = AttentionBlock.Encoder,
    NumberOfLayers = 2, Pooling = AttentionPooling.Mean, AttentionWeightsColumnName = "Weights", Training = drawn,
}, stage => stage.Prune([(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (1, 3)]));
Save("int8", equal, new()
{
    OutputColumnName = "Out", InputColumnNames = ["Frames"], EmbeddingDimension = 3, NumberOfHeads = 2, ModelDimension = 16,
    FeedForwardDimension = 16, Block = AttentionBlock.Encoder,
    Training = drawn, Runtime = new() { Precision = AttentionPrecision.Int8, BatchSize = 5 },
});

void Save(string name, IDataView rows, MultiHeadAttentionOptions options,
    Func<MultiHeadAttentionTransformer, MultiHeadAttentionTransformer>? change = null)
{
    var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
    var fitted = ml.Transforms.MultiHeadAttention(options).Fit(rows);
    var stage = change?.Invoke(fitted) ?? fitted;
    ml.Model.Save(stage, rows.Schema, Path.Combine(folder, "model.zip"));
    string[] columns = [.. options.InputColumnNames,
        .. new[] { options.KeyColumnName, options.ValueColumnName, options.MaskColumnName, options.AttentionBiasColumnName,
        "Out", options.AttentionWeightsColumnName, options.AttentionRolloutColumnName }.OfType<string>()];
    using var file = File.Create(Path.Combine(folder, "rows.idv"));
    ml.Data.SaveAsBinary(ml.Transforms.SelectColumns(columns).Fit(stage.Transform(rows))
        .Transform(stage.Transform(ml.Data.TakeRows(rows, 6))), file);
}

IDataView Rows(int? fixedLength)
{
    var random = new Random(7);
    var rows = Enumerable.Range(0, 40).Select(n =>
    {
        var (length, keys) = (fixedLength ?? 1 + random.Next(5), fixedLength ?? 1 + random.Next(4));
        return new Row
        {
            Frames = Numbers(3 * length, n % 3), Wide = Numbers(5 * 2, 0), Keys = Numbers(5 * keys, 0), Values = Numbers(2 * keys, 0),
            Bias = Numbers(36, 0),
            Words = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(8))],
            Mask = [.. Enumerable.Range(0, length).Select(t => t == 0 || random.Next(4) > 0)],
            LongMask = [.. Enumerable.Range(0, 6).Select(t => t != n % 7)], Class = (uint)(n % 3 + 1), Flag = n % 2 == 0,
            Number = n % 3 - 1,
        };
    }).ToArray();
    var schema = SchemaDefinition.Create(typeof(Row));
    schema["Words"].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 7), 0);
    if (fixedLength is int t)
    {
        schema["Frames"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, t, 3);
        schema["Wide"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2, 5);
        schema["LongMask"].ColumnType = new VectorDataViewType(BooleanDataViewType.Instance, 6);
        schema["Bias"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 36);
    }
    return ml.Data.LoadFromEnumerable(rows, schema);

    float[] Numbers(int count, float mean) => [.. Enumerable.Range(0, count).Select(_ => mean + 2 * random.NextSingle() - 1)];
}

sealed class Row
{
    public float[] Frames { get; set; } = [];
    public float[] Wide { get; set; } = [];
    public float[] Keys { get; set; } = [];
    public float[] Values { get; set; } = [];
    public float[] Bias { get; set; } = [];
    public uint[] Words { get; set; } = [];
    public bool[] Mask { get; set; } = [];
    public bool[] LongMask { get; set; } = [];
    [KeyType(3)]
    public uint Class { get; set; }
    public bool Flag { get; set; }
    public float Number { get; set; }
}
