using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>
/// How rows are changed, anew in each step, into others that would have the same label: there is then more to learn from than was measured.
/// Rows kept out to measure with stay as they are.
/// </summary>
/// <remarks>For series: rows of frames in order, in one column. Each way is off at 0, and all are by default.</remarks>
public sealed record TrainingAugmentation
{
    /// <summary>
    /// Noise added to each number, as a share of its element's standard deviation over all rows, at least 0. Default:
    /// 0, none. Um et al. 2017.
    /// </summary>
    public double Jitter { get; init; }

    /// <summary>
    /// The standard deviation of a factor, around 1, by which each row's distance from the mean over all rows is multiplied, element by
    /// element of a token, at least 0. Default: 0, none. Um et al. 2017.
    /// </summary>
    public double Scaling { get; init; }

    /// <summary>
    /// The standard deviation of an offset that all tokens of a row have added, one for each element of a token, as a share of the
    /// element's standard deviation over all rows, at least 0: what is learned then rests less on a row's level. Default: 0, none.
    /// </summary>
    public double Shifting { get; init; }

    /// <summary>
    /// The largest share of a row's tokens that is cut off, at its beginning, its end, or both, in [0, 1). Default: 0,
    /// none. Le Guennec et al. 2016.
    /// </summary>
    public double Cropping { get; init; }

    /// <summary>
    /// The share of tokens that a step takes for absent, as a mask would, in [0, 1); at least one stays. Default: 0, none.
    /// After DeVries and Taylor 2017.
    /// </summary>
    public double HiddenFrames { get; init; }

    /// <summary>
    /// Mixes each row with another one of the same step, frame by frame, and what is to be predicted with it, in shares drawn from the
    /// distribution Beta(m, m):
    /// small m leave most rows almost as they are, 1 draws any share as often. At least 0. Default: 0, none. Zhang et al. 2018.
    /// </summary>
    /// <remarks>
    /// A frame that the other row does not have stays as it is. For numbers, with a label for each row: with token ids, without a
    /// label, or with labels of tokens, it is an error.
    /// </remarks>
    public double Mixup { get; init; }

    /// <summary>
    /// Whether ways that the rows do not allow are left out, where they would be an error: numbers of token ids do not change; rows without
    /// a label, or with a label for each token, are not mixed; several columns, and rows with a bias, are not cropped; nor are the elements
    /// of tables, nor hidden; and rows of cross-attention stay as they are. Default: false; true in
    /// <see cref="MultiHeadAttentionOptions.ForSeries"/>, which begins what is then made for any rows.
    /// </summary>
    public bool WhereSuited { get; init; }

    /// <summary>Whether numbers change.</summary>
    internal bool ChangesNumbers => MovesNumbers || Mixup > 0;

    /// <summary>Whether single rows are moved about their mean.</summary>
    internal bool MovesNumbers => Jitter > 0 || Scaling > 0 || Shifting > 0;

    /// <summary>Whether tokens go.</summary>
    internal bool DropsTokens => Cropping > 0 || HiddenFrames > 0;

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
