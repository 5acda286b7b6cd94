using Examples;
using Microsoft.ML.Attention;

namespace IssueTriage;

/// <summary>What the settings and the recipe were chosen by: cross-validation on the issues to learn from alone.</summary>
static class Choice
{
    const int Folds = 3, Seed = 1, DealingSeed = 7;

    /// <summary>One thing changed at a time; the recipes are compared at the settings that all others are compared with.</summary>
    public static void Run(Issues issues)
    {
        var start = issues.Attention with { Width = 32 };
        Report.Heading($"Cross-validated on the issues to learn from, {Folds} folds", issues.Train.Count);
        Try("FeaturizeText -> SDCA", start, triage => triage.Text);
        Console.WriteLine("Attention over learned words, the trainer");
        Alone($"{start.Block}, width {start.Width}, positions {start.Positions}, {start.Epochs} epochs", start);
        Alone($"width {2 * start.Width}", start with { Width = 2 * start.Width });
        Alone($"block {AttentionBlock.Attention}", start with { Block = AttentionBlock.Attention });
        foreach (var positions in new[] { PositionalEncoding.None, PositionalEncoding.Sinusoidal, PositionalEncoding.Rotary,
            PositionalEncoding.Alibi }.Where(p => p != start.Positions))
            Alone($"positions {positions}", start with { Positions = positions });
        Alone($"pooling {AttentionPooling.Attention}", start with { Pooling = AttentionPooling.Attention });
        Alone("dropout 0.3", start with { Dropout = 0.3 });
        foreach (var epochs in new[] { 20, 30, 60, 100 }.Where(e => e != start.Epochs))
            Alone($"{epochs} epochs", start with { Epochs = epochs });
        Console.WriteLine("Both -> SDCA, by what each learns from");
        foreach (var recipe in Enum.GetValues<Recipe>())
            Try(recipe.ToString(), start, triage => (learnFrom, asked) => triage.Both(recipe, learnFrom, asked));

        void Alone(string name, AttentionSettings settings) =>
            Try(name, settings, triage => (learnFrom, asked) => triage.Trainer(learnFrom, asked, keptOut: 0));

        void Try(string name, AttentionSettings settings, Func<Triage, Way> way) => Report.Line(name, LearningDisplay.Show(progress =>
            Score.Timed(() => OutOfFold.Answers(issues.Train, Folds, DealingSeed, (learnFrom, asked) =>
                way(new Triage(issues.Areas, settings, Seed, progress))(learnFrom, asked)))));
    }
}
