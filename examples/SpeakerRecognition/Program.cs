// Who is speaking? Utterances are sequences of frames, of any length; the speaker is the label. One run compares attention over the frames
// themselves, as a trainer and as a stage before another trainer, with what ML.NET can do alone, which needs vectors of fixed size.
//
//   dotnet run --project examples/SpeakerRecognition                                        on recordings that it makes up
//   dotnet run --project examples/SpeakerRecognition -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format
//   ... --choose                                                                            what smoothing and validation do; reads no
//   utterance that is tested on ... --pictures FOLDER                                                                   at the end: draw
//   how it learned and where its heads look

using Examples;
using Microsoft.ML.Attention;
using SpeakerRecognition;

var arguments = new Arguments(args, "[--choose] [--train FILE.ts --test FILE.ts] [--pictures FOLDER]");
var files = arguments.Values("--train", "--test");
var choose = arguments.Has("--choose");
var pictures = arguments.Value("--pictures");
arguments.End();

var recordings = files is var (train, test)
    ? Arguments.Read(() => Recordings.Read(train, test))
    : SpokenVowels.Make(seed: 1, withVoices: true);
if (choose)
{
    Choice.Run(recordings);
    return;
}

int[] seeds = [1, 2, 3, 4, 5];
Report.Heading(recordings, recordings.Test.Count);
var contest = new Contest(recordings);

// Seed by seed, one after the other: what slows the machine for a while slows all.
var learned = LearningDisplay.Show<(Score Trainer, Score Stage, Score KeptOut)[]>(progress => [.. seeds.Select(seed =>
{
    var training = new TrainingOptions { Seed = seed, Progress = progress($"Learning, seed {seed}") };
    return (contest.Attention(training), contest.AttentionThenSdca(training),
        contest.Attention(training with { ValidationFraction = 0.1 }));
})]);
Score[] trainer = [.. learned.Select(run => run.Trainer)], stage = [.. learned.Select(run => run.Stage)];

Report.Section("Attention (4 heads, encoder block, width 64, mean pooling)");
Report.Lines("the trainer", trainer);
Report.Lines("the trainer, a tenth kept out", [.. learned.Select(run => run.KeptOut)]);   // for a temperature
Report.Lines("the stage -> SDCA", stage);
Report.Lines("the stage, not learned -> SDCA",
    [.. seeds.Select(seed => contest.AttentionThenSdca(new() { Objective = TrainingObjective.None, Seed = seed }))]);

Report.Section("ML.NET alone");
Report.Line("averages of the channels -> SDCA", contest.Sdca(nameof(UtteranceRow.Averages)));
Report.Line("averages and deviations -> SDCA", contest.Sdca(nameof(UtteranceRow.AveragesAndDeviations)));
Report.Line("all frames, padded with zeros -> SDCA", contest.Sdca(nameof(UtteranceRow.Padded)));
Report.Line("averages of the channels -> LightGBM", contest.LightGbm(nameof(UtteranceRow.Averages)));

Report.Claim(trainer, stage);
Report.Reference(recordings);

if (pictures is not null)
{
    Pictures.Write(contest, pictures, new() { Seed = seeds[0] });
    Console.WriteLine($"Pictures are in '{pictures}': open pictures.html in a browser.");
}
