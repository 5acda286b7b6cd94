using Examples;

namespace FewLabels;

/// <summary>Prints the comparison.</summary>
static class Report
{
    public static void Heading(Recordings recordings, int labelledEach)
    {
        Console.WriteLine($"{recordings.Name}: {recordings.Speakers} speakers, {recordings.Channels} channels; {recordings.Train.Count} "
            + "utterances to learn from, " +
            $"of which {labelledEach} of each speaker are labelled, and {recordings.Test.Count} to be tested on.");
        Console.WriteLine();
    }

    public static void Tuned((Settings Alone, Settings FineTuned) tuned)
    {
        Console.WriteLine("Tuned on a third of the training utterances");
        Console.WriteLine($"  labelled alone:              {tuned.Alone}");
        Console.WriteLine($"  pretrained, then fine-tuned: {tuned.FineTuned}");
        Console.WriteLine();
    }

    public static void Outcomes(IReadOnlyList<Outcome> outcomes)
    {
        Console.WriteLine($"Test accuracy, mean and standard error of {outcomes.Count} draws of the labelled utterances");
        Line("averages of the channels -> SDCA", o => o.Averages);
        Line("attention, pretrained without labels -> SDCA", o => o.Pretrained);
        Line("attention, the labelled alone -> SDCA", o => o.Alone);
        Line("attention, pretrained, then fine-tuned -> SDCA", o => o.FineTuned);
        Line("what pretraining adds, draw by draw", o => o.FineTuned - o.Alone);

        void Line(string name, Func<Outcome, double> figure)
        {
            double[] each = [.. outcomes.Select(figure)];
            Console.WriteLine($"  {name,-48}{Estimate.Of(each)}   each: "
                + $"{string.Join(", ", each.Select(x => FormattableString.Invariant($"{x:0.000}")))}");
        }
    }
}
