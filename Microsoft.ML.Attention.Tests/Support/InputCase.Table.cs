using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Every type of input of the contract.</summary>
sealed partial class InputCase
{
    static readonly Dictionary<string, InputCase> Table = new()
    {
        ["fixed"] = new(Reading("A"), Tokens("A", 4)),
        ["ragged"] = new(Reading("A"), Tokens("A", null)),
        ["flat"] = new(Reading("A") with { EmbeddingDimension = 6 }, Flat("A", 4)),
        ["flat ragged"] = new(Reading("A") with { EmbeddingDimension = 6 }, Flat("A", null)),
        ["flat columns, each a token"] = new(Reading("A", "B", "C"), Flat("A", 1), Flat("B", 1), Flat("C", 1)),
        ["flat columns, tokens of a given width"] = new(Reading("A", "B") with { EmbeddingDimension = 6 }, Flat("A", 2), Flat("B", 3)),
        ["ragged and fixed columns"] = new(Reading("A", "B") with { MaskColumnName = "Mask" }, Tokens("A", 2), Tokens("B", null),
            Mask(null)),
        ["columns of several widths"] = new(Reading("A", "B", "C") with { ModelDimension = 4, MaskColumnName = "Mask" }, Tokens("A", 2),
            Tokens("B", 3, 5), Flat("C", 1, 4), Mask(6)),
        ["byte ids"] = new(Reading("Bytes") with { ModelDimension = 6 }, Ids("Bytes", typeof(byte), null)),
        ["ushort ids"] = new(Reading("UShorts") with { ModelDimension = 6 }, Ids("UShorts", typeof(ushort), 4)),
        ["uint ids"] = new(Reading("UInts") with { ModelDimension = 6 }, Ids("UInts", typeof(uint), null)),
        ["uint ids, fixed and masked"] = new(Reading("UInts") with { ModelDimension = 6, MaskColumnName = "Mask" },
            Ids("UInts", typeof(uint), 4), Mask(4)),
        ["ulong ids"] = new(Reading("ULongs") with { ModelDimension = 6 }, Ids("ULongs", typeof(ulong), null)),
        ["in place"] = new(Reading("A") with { OutputColumnName = "A" }, Tokens("A", 4)),
        ["ragged in place"] = new(Reading("A") with { OutputColumnName = "A" }, Tokens("A", null)),
        ["mask"] = new(Reading("A") with { MaskColumnName = "Mask" }, Tokens("A", 5), Mask(5)),
        ["ragged mask"] = new(Reading("A") with { MaskColumnName = "Mask" }, Tokens("A", null), Mask(null)),
        ["bias of one map"] = new(Reading("A") with { AttentionBiasColumnName = "Bias" }, Tokens("A", 4), Bias(16, 1)),
        ["bias of each head, ragged, masked"] = new(Reading("A") with { AttentionBiasColumnName = "Bias", MaskColumnName = "Mask" },
            Tokens("A", null), Bias(null, 2), Mask(null)),
        ["cross"] = new(Reading("A") with { KeyColumnName = "Keys" }, Tokens("A", 3), Tokens("Keys", 4)),
        ["cross, ragged, values of another width, masked"] = new(
            Reading("A") with { KeyColumnName = "Keys", ValueColumnName = "Values", MaskColumnName = "Mask" },
            Tokens("A", null), Tokens("Keys", null, 5), Tokens("Values", null, 3), Mask(null)),
        ["cross, ragged queries"] = new(Reading("A") with { KeyColumnName = "Keys", AttentionBiasColumnName = "Bias" }, Tokens("A", null),
            Tokens("Keys", 4), Bias(null, 2)),
        ["cross, ragged keys, pooled"] = new(Reading("A") with { KeyColumnName = "Keys", Pooling = AttentionPooling.Mean }, Tokens("A", 3),
            Tokens("Keys", null)),
        ["cross, ragged, pooled"] = new(Reading("A") with { KeyColumnName = "Keys", Pooling = AttentionPooling.Last }, Tokens("A", null),
            Tokens("Keys", null)),
        ["flat cross"] = new(Reading("A") with { KeyColumnName = "Keys", EmbeddingDimension = 6, KeyDimension = 5 }, Flat("A", 3),
            Flat("Keys", 4, 5)),
        ["pooled"] = new(Reading("A") with { Pooling = AttentionPooling.Max, OutputDimension = 3 }, Tokens("A", 4)),
        ["ragged pooled"] = new(Reading("A") with { Pooling = AttentionPooling.Mean, Block = AttentionBlock.Encoder, ModelDimension = 8 },
            Tokens("A", null)),
    };

    public static IEnumerable<string> Names => Table.Keys;

    public static InputCase Of(string name) => Table[name];

    static MultiHeadAttentionOptions Reading(params string[] inputs) =>
        new()
        {
            OutputColumnName = "Out",
            InputColumnNames = inputs,
            NumberOfHeads = 2,
            Training = new() { Objective = TrainingObjective.None, Seed = 1 }
        };

    static InputColumn Tokens(string name, int? length, int width = 6) =>
        new(name, new(NumberDataViewType.Single, length ?? 0, width), length, width);

    static InputColumn Flat(string name, int? length, int width = 6) =>
        new(name, new(NumberDataViewType.Single, (length ?? 0) * width), length, width);

    static InputColumn Ids(string name, Type type, int? length) =>
        new(name, new(new KeyDataViewType(type, NumberOfIds), length ?? 0), length, 1);

    static InputColumn Mask(int? length) => new("Mask", new(BooleanDataViewType.Instance, length ?? 0), length, 1);

    static InputColumn Bias(int? length, int maps) => new("Bias", new(NumberDataViewType.Single, length ?? 0), length, maps);
}
