using System.Diagnostics;
using Examples;

namespace IssueTriage;

/// <summary>One way to triage: learns from some issues, and says for which of others it was right.</summary>
delegate bool[] Way(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked);

/// <summary>The ways side by side, on the issues to be tested on, once for each seed.</summary>
static class Contest
{
    static readonly int[] Seeds = [1, 2, 3];

    public static void Run(Issues issues)
    {
        Report.Heading($"Tested, medians of {Seeds.Length} seeds", issues.Test.Count);
        var text = Test("FeaturizeText -> SDCA", triage => triage.Text);
        var attention = Test("attention over learned words -> SDCA", triage => triage.Attention);
        var both = Test("both -> SDCA", triage => (learnFrom, asked) => triage.Both(Recipe.OutOfFold, learnFrom, asked));
        Console.WriteLine("Difference of the means, paired");
        Report.Difference("attention over learned words - FeaturizeText", PairedDifference.Of(Right(attention), Right(text)));
        Report.Difference("both - FeaturizeText", PairedDifference.Of(Right(both), Right(text)));

        static bool[][] Right(Score[] scores) => [.. scores.Select(score => score.Right)];

        Score[] Test(string name, Func<Triage, Way> way)
        {
            var scores = LearningDisplay.Show<Score[]>(progress => [.. Seeds.Select(seed => Timed(() =>
                way(new Triage(issues.Areas, issues.Attention, seed, progress))(issues.Train, issues.Test)))]);
            Report.Lines(name, scores);
            return scores;
        }
    }

    public static Score Timed(Func<bool[]> run)
    {
        var watch = Stopwatch.StartNew();
        var right = run();
        return new(right, watch.Elapsed.TotalSeconds);
    }
}
