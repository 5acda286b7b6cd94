namespace WordTagging;

/// <summary>ML.NET's trainers of rows, for classes.</summary>
enum RowTrainer
{
    /// <summary>Maximum entropy by stochastic dual coordinate ascent.</summary>
    Sdca,

    /// <summary>Maximum entropy by L-BFGS.</summary>
    Lbfgs,

    /// <summary>Averaged perceptrons, one for each class against all others.</summary>
    Perceptron,

    /// <summary>Boosted trees.</summary>
    LightGbm,
}
