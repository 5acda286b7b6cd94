namespace Microsoft.ML.Attention;

/// <summary>How the learning rate moves after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Half a cosine down to zero, where the last step ends. Loshchilov and Hutter 2017.</summary>
    Cosine,

    /// <summary>It stays.</summary>
    Constant,
}
