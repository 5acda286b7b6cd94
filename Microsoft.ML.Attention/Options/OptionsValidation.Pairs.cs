using static System.FormattableString;

namespace Microsoft.ML.Attention.Options;

/// <summary>What can be said against options of pairs.</summary>
static partial class OptionsValidation
{
    static void CheckPairs(MultiHeadAttentionOptions o)
    {
        var t = o.Training;
        Above<double>(0, t.SimilarityTemperature);
        Require(double.IsFinite(t.SimilarityTemperature),
            Invariant($"SimilarityTemperature is {t.SimilarityTemperature}; it must be finite."));
        if (o.PairColumnNames is not { } pairs)
        {
            Require(!t.Objective.IsOfPairs(), $"Objective {t.Objective} needs PairColumnNames, what each row is compared with.");
            return;
        }
        var named = $"PairColumnNames '{string.Join("', '", pairs)}'";
        Require(pairs.Count > 0 && pairs.All(name => !string.IsNullOrWhiteSpace(name)),
            "PairColumnNames is empty or holds an empty name: name columns, or leave it unset.");
        Require(pairs.Count == o.InputColumnNames.Count,
            $"PairColumnNames has {pairs.Count} names, InputColumnNames {o.InputColumnNames.Count}: both sides of a pair are read alike.");
        Require(t.Objective == TrainingObjective.Auto || t.Objective.IsOfPairs(),
            $"{named} contradicts Objective {t.Objective}, which reads no pairs.");
        Require(t.Objective != TrainingObjective.CosineRegression || o.LabelColumnName is not null,
            "Objective CosineRegression needs a LabelColumnName: the cosine of each pair.");
        Require(o.Pooling != AttentionPooling.None, $"{named} needs a Pooling: pairs are compared by one vector for each row.");
        Without(nameof(o.KeyColumnName), o.KeyColumnName, "a pair has no keys of its own");
        Without(nameof(o.MaskColumnName), o.MaskColumnName, "a pair has no mask of its own");
        Without(nameof(o.AttentionBiasColumnName), o.AttentionBiasColumnName, "a pair has no bias of its own");
        Without(nameof(o.ReconstructionErrorColumnName), o.ReconstructionErrorColumnName, "it needs a stage that learned to reconstruct");
        Without(nameof(o.PredictedLabelColumnName), o.PredictedLabelColumnName, "pairs teach no prediction");
        Without(nameof(o.ScoreColumnName), o.ScoreColumnName, "pairs teach no prediction");
        Without(nameof(o.ProbabilityColumnName), o.ProbabilityColumnName, "pairs teach no prediction");
        Require(t.Augmentation.Mixup == 0,
            Invariant($"{named} contradicts Mixup {t.Augmentation.Mixup}: what belongs together is not mixed with others."));
        Require(o.LabelColumnName is not null || t.BatchSize > 1,
            $"{named} contradicts BatchSize {t.BatchSize}: a pair is told from the others of its batch.");

        void Without(string option, string? column, string why) =>
            Require(column is null, $"{named} contradicts {option} '{column}': {why}.");
    }
}
