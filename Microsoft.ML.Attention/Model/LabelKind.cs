namespace Microsoft.ML.Attention.Model;

/// <summary>What a label is.</summary>
enum LabelKind
{
    /// <summary>A key: one of several classes.</summary>
    Class,

    /// <summary>A Boolean.</summary>
    Boolean,

    /// <summary>A Single.</summary>
    Number,
}
