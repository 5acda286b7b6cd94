namespace Microsoft.ML.Attention;

/// <summary>What trials are ranked by: ML.NET's metrics, by their names there; of labels of tokens those of
/// <see cref="AttentionTokenMetrics"/> and <see cref="AttentionTokenRegressionMetrics"/>.</summary>
public enum AttentionSearchMetric
{
    /// <summary>The share of rows whose class was right; of a key.</summary>
    MicroAccuracy,

    /// <summary>The mean over the classes of the share of their rows that were right; of a key.</summary>
    MacroAccuracy,

    /// <summary>The mean negative logarithm (nats for a key, bits for a Boolean, as ML.NET has it) of the probability given to the label;
    /// lower is better; of a key or a Boolean.</summary>
    LogLoss,

    /// <summary>The share of rows that were right; of a Boolean.</summary>
    Accuracy,

    /// <summary>The chance that a true row scores above a false one; of a Boolean.</summary>
    AreaUnderRocCurve,

    /// <summary>The harmonic mean of precision and recall; of a Boolean.</summary>
    F1Score,

    /// <summary>The share of the label's variance that is explained; of a Single.</summary>
    RSquared,

    /// <summary>The root of the mean squared error; lower is better; of a Single.</summary>
    RootMeanSquaredError,

    /// <summary>The mean absolute error; lower is better; of a Single.</summary>
    MeanAbsoluteError,

    /// <summary>F1 over entities, see <see cref="AttentionTokenMetrics.EntityF1"/>;
    /// of a vector of keys that are BIO or BIOES tags.</summary>
    EntityF1,
}
