namespace Microsoft.ML.Attention;

/// <summary>What Fit minimizes.</summary>
public enum TrainingObjective
{
    /// <summary>
    /// With pair columns <see cref="CosineRegression"/> where there is a label, <see cref="InBatchNegatives"/> where there is none;
    /// otherwise <see cref="Supervised"/> with a label; <see cref="None"/> with Parameters and no label; otherwise
    /// <see cref="MaskedReconstruction"/>.
    /// </summary>
    Auto,

    /// <summary>The label, read out by a linear layer that is thrown away: softmax cross-entropy for a key, binary cross-entropy for a
    /// Boolean, squared error for a number.</summary>
    Supervised,

    /// <summary>Hidden tokens, reconstructed from the others: squared error for embeddings, cross-entropy for token ids.</summary>
    MaskedReconstruction,

    /// <summary>Nothing: the parameters given, or a seeded random draw.</summary>
    None,

    /// <summary>
    /// Pairs that belong together: the vector of each row's inputs finds that of its pair among those of all pairs of the batch, by the
    /// softmax cross-entropy of their cosines, divided by <see cref="TrainingOptions.SimilarityTemperature"/>.
    /// </summary>
    /// <remarks>
    /// Henderson et al. 2017, Efficient natural language response suggestion for Smart Reply, section 4, with cosines as scores. All others
    /// of a batch are told from a row, also one that would be as right: leave out what is there twice. The larger the batch,
    /// the more is learned of each row.
    /// </remarks>
    InBatchNegatives,

    /// <summary>
    /// Scored pairs: the squared error of the cosine of the vectors of each row's inputs and of its pair, against a label from -1 to 1.
    /// </summary>
    /// <remarks>Reimers and Gurevych 2019, Sentence-BERT, section 3.</remarks>
    CosineRegression,
}

static class TrainingObjectives
{
    extension(TrainingObjective objective)
    {
        /// <summary>Whether it learns from pairs of rows.</summary>
        public bool IsOfPairs() => objective is TrainingObjective.InBatchNegatives or TrainingObjective.CosineRegression;

        /// <summary>Whether it learns from a label.</summary>
        public bool ReadsLabel() => objective is TrainingObjective.Supervised or TrainingObjective.CosineRegression;
    }
}
