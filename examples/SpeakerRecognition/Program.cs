// Who is speaking? Utterances are sequences of frames, of any length; the speaker is the label. One run compares what ML.NET can do
// alone, which needs vectors of fixed size, with attention over the frames themselves.
//
//   dotnet run --project examples/SpeakerRecognition                                        on recordings that it makes up
//   dotnet run --project examples/SpeakerRecognition -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format
//   ... --pictures FOLDER                                                                   at the end: draw how it learned and where its heads look

using Microsoft.ML.Attention;
using SpeakerRecognition;

string? pictures = null;
if (args is [.. var others, "--pictures", var folder])
    (args, pictures) = (others, folder);

Recordings recordings;
try
{
    switch (args)
    {
        case []:
            recordings = SpokenVowels.Make(seed: 1);
            break;
        case ["--train", var train, "--test", var test]:
            recordings = Recordings.Read(train, test);
            break;
        default:
            Console.Error.WriteLine($"Expected: [--train FILE.ts --test FILE.ts] [--pictures FOLDER]. Found: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

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
return 0;

// Expected output, but for the seconds, which are those of 2 cores that were busy with much else:
//
// Made-up vowels (seed 1): 9 speakers, 12 channels, 7 to 20 frames; 180 utterances to learn from, 270 to be tested on.
//
//                                                       right of 270  accuracy  seconds
// ML.NET alone
//   averages of the channels -> SDCA                              28     0.104     10.1
//   averages and deviations -> SDCA                               27     0.100     11.2
//   all frames, padded with zeros -> SDCA                         42     0.156     10.1
//   averages of the channels -> LightGBM                          30     0.111      0.7
// Attention (4 heads, encoder block, width 64, mean pooling) -> SDCA
//   projections drawn, not learned, median of 5 seeds            118     0.437      5.0
//     each: 124, 133, 110, 114, 118
//   projections learned, median of 5 seeds                       259     0.959      8.9
//     each: 259, 259, 251, 264, 257
