namespace FewLabels;

/// <summary>The accuracies on one draw of the labelled utterances.</summary>
/// <param name="Averages">ML.NET alone.</param>
/// <param name="Pretrained">Features learned without any label.</param>
/// <param name="Alone">Features learned from the labelled utterances alone.</param>
/// <param name="FineTuned">Features learned without labels first, then from the labelled utterances.</param>
readonly record struct Outcome(double Averages, double Pretrained, double Alone, double FineTuned);
