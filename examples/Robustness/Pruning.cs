namespace Robustness;

/// <summary>Accuracies of one recognizer, whole and without half of its heads.</summary>
/// <param name="Whole">With all heads.</param>
/// <param name="LeastImportant">Without the half that data finds least important to the label, in steps.</param>
/// <param name="Silenced">With the same half silenced.</param>
/// <param name="RecognizesAsSilenced">Whether pruned and silenced, it takes each utterance for the same speaker's.</param>
/// <param name="AtOnce">Without the half that one analysis finds least important.</param>
/// <param name="Weakest">Without the half that is weakest as far as the parameters tell.</param>
/// <param name="AtRandom">Without a half drawn at random, the mean of some draws.</param>
/// <param name="Rest">Without the other half than the least important.</param>
sealed record Pruning(double Whole, double LeastImportant, double Silenced, bool RecognizesAsSilenced, double AtOnce, double Weakest,
    double AtRandom, double Rest)
{
    /// <summary>Heads of the first layer that are left without the least important half.</summary>
    public required int LeftOfFirstLayer { get; init; }

    /// <summary>The same, of the half that one analysis finds.</summary>
    public required int LeftOfFirstLayerAtOnce { get; init; }
}
