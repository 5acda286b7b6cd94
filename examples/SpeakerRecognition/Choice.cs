using Examples;
using Microsoft.ML.Attention;

namespace SpeakerRecognition;

/// <summary>What label smoothing, early stopping and a temperature do to the trainer's accuracy and probabilities: cross-validated on the
/// utterances to learn from alone.</summary>
static class Choice
{
    const int Folds = 3, DealingSeed = 7;

    static readonly int[] Seeds = [1, 2, 3];

    public static void Run(Recordings recordings)
    {
        Report.Heading(recordings, recordings.Train.Count);
        var given = new TrainingOptions();
        var keptOut = given with { ValidationFraction = 0.1 };
        Report.Section($"The trainer, cross-validated on the utterances to learn from, {Folds} folds");
        Try("as it is", given);
        Try("a tenth kept out", keptOut);
        Try("... and stopped after 10 epochs without gain", keptOut with { EarlyStoppingPatience = 10 });
        Try("half the label smoothing", given with { LabelSmoothing = given.LabelSmoothing / 2 });
        Try("no label smoothing", given with { LabelSmoothing = 0 });

        void Try(string name, TrainingOptions training) => Report.Lines(name, [.. Seeds.Select(seed => Score.Timed(() =>
            OutOfFold.Answers(recordings.Train, Folds, DealingSeed, (learnFrom, asked) =>
                Answers(learnFrom, asked, training with { Seed = seed }))))]);

        IReadOnlyList<Judged> Answers(IReadOnlyList<Utterance> learnFrom, IReadOnlyList<Utterance> asked, TrainingOptions training) =>
            new Contest(recordings with { Train = learnFrom, Test = asked }).Attention(training).Rows;
    }
}
