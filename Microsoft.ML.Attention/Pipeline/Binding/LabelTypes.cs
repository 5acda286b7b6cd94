using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>All that a kind of label is to ML.NET; <see cref="LabelTypes"/> has one for each.</summary>
sealed record LabelType(LabelKind Kind)
{
    /// <summary>One of them, as in <c>a key</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Many, as what a classifier is for.</summary>
    public required string Plural { get; init; }

    /// <summary>What ML.NET calls the task: the catalog of its trainers, and the kind of its scores.</summary>
    public required string Task { get; init; }

    /// <summary>How a column becomes one of them.</summary>
    public required string Remedy { get; init; }

    /// <summary>Whether they are keys: of any integer type where they are read, of this one where they are written.</summary>
    public bool IsKey { get; init; }

    /// <summary>Their type, but for how many keys there are.</summary>
    public required PrimitiveDataViewType Item { get; init; }

    /// <summary>Whether the likeliest is written beside the score, which otherwise is what is predicted.</summary>
    public bool IsWritten { get; init; } = true;

    /// <summary>Whether a probability is written beside the score, and is not the score itself.</summary>
    public bool HasProbability { get; init; }

    /// <summary>How they are read, as numbers.</summary>
    public required Func<LabelReader, Action<LabelledRows>> Read { get; init; }

    /// <summary>How they are written, from the numbers that the graph gives.</summary>
    public required Func<ScoredOutput, RowOutput> Write { get; init; }

    /// <summary>The type of a column of what is predicted.</summary>
    public PrimitiveDataViewType TypeOf(Prediction? prediction) => IsKey ? new KeyDataViewType(Item.RawType, prediction!.Size) : Item;
}

/// <summary>What labels may be, one row for each kind.</summary>
static class LabelTypes
{
    static readonly LabelType[] Rows =
    [
        new(LabelKind.Class)
        {
            Name = "a key",
            Plural = "classes",
            Task = "MulticlassClassification",
            Remedy = "map it with Conversion.MapValueToKey",
            IsKey = true,
            Item = NumberDataViewType.UInt32,
            Read = reader => reader.Keys(),
            Write = output => output.As(index => (uint)(index + 1)),            // keys count from 1, and 0 is none
        },
        new(LabelKind.Boolean)
        {
            Name = "a Boolean",
            Plural = "true and false",
            Task = "BinaryClassification",
            Remedy = "convert it with Conversion.ConvertType to Boolean",
            Item = BooleanDataViewType.Instance,
            HasProbability = true,
            Read = reader => reader.As<bool>(flag => flag ? 1 : 0),
            Write = output => output.As(number => number > 0),
        },
        new(LabelKind.Number)
        {
            Name = "a Single",
            Plural = "numbers",
            Task = "Regression",
            Remedy = "convert it with Conversion.ConvertType to Single",
            Item = NumberDataViewType.Single,
            IsWritten = false,
            Read = reader => reader.As<float>(number => number),
            Write = output => output.Numbers(),
        },
    ];

    /// <summary>All of them, as in <c>a key, a Boolean or a Single</c>.</summary>
    public static string Names { get; } = $"{string.Join(", ", Rows[..^1].Select(row => row.Name))} or {Rows[^1].Name}";

    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static LabelType Of(LabelKind kind) => Array.Find(Rows, row => row.Kind == kind)
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, $"Labels of kind {kind} are not known.");

    /// <summary>That of such a column; null where none is.</summary>
    public static LabelType? Of(bool isKey, DataViewType item) =>
        Array.Find(Rows, row => row.IsKey == isKey && (isKey || row.Item == item));

    /// <inheritdoc cref="Of(bool, DataViewType)"/>
    public static LabelType? Of(DataViewType item) => Of(item is KeyDataViewType, item);
}
