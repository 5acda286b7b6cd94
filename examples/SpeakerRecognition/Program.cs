// Who is speaking? Utterances are sequences of frames, of any length; the speaker is the label. One run compares what ML.NET can do
// alone, which needs vectors of fixed size, with attention over the frames themselves.
//
//   dotnet run --project examples/SpeakerRecognition                                        on recordings that it makes up
//   dotnet run --project examples/SpeakerRecognition -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format
//   ... --pictures FOLDER                                                                   at the end: draw how it learned and where its heads look

using Examples;
using Microsoft.ML.Attention;
using SpeakerRecognition;

var arguments = new Arguments(args, "[--train FILE.ts --test FILE.ts] [--pictures FOLDER]");
var files = arguments.Values("--train", "--test");
var pictures = arguments.Value("--pictures");
arguments.End();

var recordings = files is var (train, test) ? Arguments.Read(() => Recordings.Read(train, test)) : SpokenVowels.Make(seed: 1, withVoices: true);

int[] seeds = [1, 2, 3, 4, 5];
var contest = new Contest(recordings);
Report.Heading(recordings);

Report.Section("ML.NET alone");
Report.Line("averages of the channels -> SDCA", contest.Sdca(nameof(UtteranceRow.Averages)));
Report.Line("averages and deviations -> SDCA", contest.Sdca(nameof(UtteranceRow.AveragesAndDeviations)));
Report.Line("all frames, padded with zeros -> SDCA", contest.Sdca(nameof(UtteranceRow.Padded)));
Report.Line("averages of the channels -> LightGBM", contest.LightGbm(nameof(UtteranceRow.Averages)));

Report.Section("Attention (4 heads, encoder block, width 64, mean pooling) -> SDCA");
Report.Lines("projections drawn, not learned", [.. seeds.Select(seed => contest.AttentionThenSdca(new() { Objective = TrainingObjective.None, Seed = seed }))]);
Report.Lines("projections learned", LearningDisplay.Show<Score[]>(progress =>
    [.. seeds.Select(seed => contest.AttentionThenSdca(new() { Seed = seed, Progress = progress($"Learning, seed {seed}") }))]));

Report.Reference(recordings);

if (pictures is not null)
{
    Pictures.Write(contest, pictures, new() { Seed = seeds[0] });
    Console.WriteLine($"Pictures are in '{pictures}': open pictures.html in a browser.");
}
