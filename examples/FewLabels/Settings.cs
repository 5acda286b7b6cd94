namespace FewLabels;

/// <summary>How to learn from the labelled utterances.</summary>
readonly record struct Settings(double LearningRate, int NumberOfEpochs, double Dropout)
{
    /// <summary>What tuning tries, for either way to learn.</summary>
    public static readonly Settings[] Grid =
    [
        .. from rate in new[] { 5e-4, 2e-3 }
           from epochs in new[] { 20, 60 }
           from dropout in new[] { 0.1, 0.3 }
           select new Settings(rate, epochs, dropout),
    ];

    public override string ToString() =>
        FormattableString.Invariant($"learning rate {LearningRate}, {NumberOfEpochs} epochs, dropout {Dropout}");
}
