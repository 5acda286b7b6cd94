using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>One epoch of learning.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="NumberOfEpochs">How many there will be at most.</param>
/// <param name="Loss">The mean loss of the epoch's steps, dropout included.</param>
/// <param name="ValidationLoss">The loss on the rows kept out, without dropout; null when none were.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="RowsPerSecond">Rows learned from in a second.</param>
public sealed record TrainingProgress(int Epoch, int NumberOfEpochs, double Loss, double? ValidationLoss, double LearningRate,
    double RowsPerSecond)
{
    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
