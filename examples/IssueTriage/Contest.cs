using Examples;

namespace IssueTriage;

/// <summary>One way to triage: learns from some issues, and says for which of others it was right, and how sure it was.</summary>
delegate Judged[] Way(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked);

/// <summary>The ways side by side, on the issues to be tested on, once for each seed.</summary>
static class Contest
{
    /// <summary>The share of the issues to learn from that the trainer keeps out where its probabilities are to be as high as
    /// it is often right.</summary>
    const double KeptOut = 0.1;

    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    public static void Run(Issues issues)
    {
        Report.Heading($"Tested, medians of {Seeds.Length} seeds", issues.Test.Count);
        var (trainer, stage, keptOut) = (new List<Score>(), new List<Score>(), new List<Score>());
        foreach (var seed in Seeds)   // one after the other: what slows the machine for a while slows all
        {
            trainer.Add(Try(seed, triage => (learnFrom, asked) => triage.Trainer(learnFrom, asked, keptOut: 0)));
            stage.Add(Try(seed, triage => triage.Stage));
            keptOut.Add(Try(seed, triage => (learnFrom, asked) => triage.Trainer(learnFrom, asked, KeptOut)));
        }
        Report.Lines("attention over learned words, the trainer", trainer);
        Report.Lines("the trainer, a tenth kept out for a temperature", keptOut);
        Report.Lines("attention over learned words, the stage -> SDCA", stage);
        var text = Test("FeaturizeText -> SDCA", triage => triage.Text);
        var both = Test("both -> SDCA", triage => (learnFrom, asked) => triage.Both(Recipe.OutOfFold, learnFrom, asked));
        Console.WriteLine("Difference of the means, paired");
        Report.Difference("the trainer - FeaturizeText", Difference(trainer, text));
        Report.Difference("both - FeaturizeText", Difference(both, text));
        Report.Difference("the trainer - the stage -> SDCA", Difference(trainer, stage));
        Console.WriteLine("The trainer is at least as accurate as the stage -> SDCA, in less time");
        Console.WriteLine($"  {SeedBySeed.Of(trainer, stage)}");

        static PairedDifference Difference(IEnumerable<Score> one, IEnumerable<Score> other) =>
            PairedDifference.Of([.. one.Select(score => score.IsRight)], [.. other.Select(score => score.IsRight)]);

        Score[] Test(string name, Func<Triage, Way> way)
        {
            Score[] scores = [.. Seeds.Select(seed => Try(seed, way))];
            Report.Lines(name, scores);
            return scores;
        }

        Score Try(int seed, Func<Triage, Way> way) => LearningDisplay.Show(progress =>
            Score.Timed(() => way(new Triage(issues.Areas, issues.Attention, seed, progress))(issues.Train, issues.Test)));
    }
}
