namespace Microsoft.ML.Attention.Model;

/// <summary>What a stage predicts: the labels that its classifier is for.</summary>
/// <param name="Kind">What a label is.</param>
/// <param name="Size">Numbers that the classifier gives: one for each class, 1 for a Boolean, as many as a label of numbers has.</param>
/// <param name="OfTokens">Whether each token has a label; otherwise a row has one.</param>
/// <param name="HasDense">Whether the classifier reads what a dense layer, <c>pre_classifier</c>, makes of it.</param>
sealed record Prediction(LabelKind Kind, int Size, bool OfTokens = false, bool HasDense = false)
{
    /// <summary>The axes of a score: none where it is one number.</summary>
    /// <param name="a">Of the stage.</param>
    public OutputAxis[] ScoreAxes(Architecture a) => Kind == LabelKind.Class || Size > 1 ? [.. LabelAxes(a), Size] : LabelAxes(a);

    /// <summary>The axes of a label.</summary>
    /// <param name="a">Of the stage.</param>
    public OutputAxis[] LabelAxes(Architecture a) => OfTokens ? [OutputAxis.OwnQueries(a)] : [];
}

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
