namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>The stage that is measured: the formula alone, its parameters drawn.</summary>
static class SeededStage
{
    public static MultiHeadAttentionEstimator Of(MLContext context, int heads) => context.Transforms.MultiHeadAttention(new()
    {
        OutputColumnName = "Attended",
        InputColumnNames = ["Tokens"],
        NumberOfHeads = heads,
        Training = new() { Objective = TrainingObjective.None },
    });
}
