namespace IssueTriage;

/// <summary>Which rows the attention stage learns from, and what the trainer after it is handed.</summary>
/// <remarks>
/// The trap is <see cref="SameRows"/>: features fitted on a row's own label nearly tell that label, so the trainer trusts them, and no
/// other feature, more than they deserve on new rows.
/// </remarks>
enum Recipe
{
    /// <summary>The stage and the trainer learn from the same rows and labels.</summary>
    SameRows,

    /// <summary>The stage learns from one half of the rows, the trainer from the other.</summary>
    HalfAndHalf,

    /// <summary>The stage learns from one half of the rows, the trainer from all.</summary>
    HalfAndAll,

    /// <summary>The stage learns to reconstruct hidden words and sees no label; the trainer learns from the same rows.</summary>
    WithoutLabels,

    /// <summary>
    /// The trainer is handed the class probabilities of models that have not learned from the row: as honest as they will be on new rows,
    /// and both learn from all rows. Probabilities, because the features of models learned apart are not comparable: element 3 means
    /// something else in each. Wolpert 1992, Stacked generalization.
    /// </summary>
    OutOfFold,
}
