using Microsoft.ML;
using Microsoft.ML.Data;

namespace Examples;

/// <summary>Predictions counted by hand: ML.NET's metrics leave out rows whose scores are not numbers,
/// so their share times all rows is not what was right.</summary>
static class Predictions
{
    /// <summary>Each row's prediction; right are those with a score and the class of their label.</summary>
    public static Judged[] Judge(IDataView predictions, string label) =>
    [
        .. predictions.GetColumn<uint>("PredictedLabel").Zip(predictions.GetColumn<uint>(label), predictions.GetColumn<float[]>("Score"))
            .Select(row => Judge(row.First == row.Second && row.Second > 0, row.Third)),
    ];

    /// <summary>One row's.</summary>
    /// <param name="isRight">Whether it is the row's class.</param>
    /// <param name="probabilities">Of all classes; where one is not a number, nothing was predicted.</param>
    public static Judged Judge(bool isRight, float[] probabilities) =>
        probabilities.Any(float.IsNaN) ? new(false, 0) : new(isRight, probabilities.Max());

    /// <summary>How many rows, of all of them, were predicted rightly.</summary>
    public static (int Right, int Of) Count(IDataView predictions, string label) =>
        Judge(predictions, label) is var rows ? (rows.Count(row => row.IsRight), rows.Length) : default;

    /// <summary>Their share.</summary>
    public static double Accuracy(IDataView predictions, string label) =>
        Count(predictions, label) is var (right, rows) && rows > 0 ? (double)right / rows : double.NaN;
}
