using Microsoft.ML;
using Microsoft.ML.Data;

namespace Examples;

/// <summary>Predictions counted by hand: ML.NET's metrics leave out rows whose scores are not numbers, so their share times all rows is not what was right.</summary>
static class Predictions
{
    /// <summary>How many rows, of all of them, have a score and the class of their label.</summary>
    public static (int Right, int Of) Count(IDataView predictions, string label)
    {
        var (right, rows) = (0, 0);
        foreach (var (predicted, actual, score) in predictions.GetColumn<uint>("PredictedLabel").Zip(predictions.GetColumn<uint>(label), predictions.GetColumn<float[]>("Score")))
        {
            rows++;
            right += predicted == actual && actual > 0 && !score.Any(float.IsNaN) ? 1 : 0;
        }
        return (right, rows);
    }

    /// <summary>Their share.</summary>
    public static double Accuracy(IDataView predictions, string label) => Count(predictions, label) is var (right, rows) && rows > 0 ? (double)right / rows : double.NaN;
}
