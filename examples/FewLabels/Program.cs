// Who is speaking, when few recordings are labelled? Labels cost, recordings do not: one run compares learning from the few labelled
// utterances alone with learning from all utterances first, by telling hidden frames from the others (masked reconstruction).
//
//   dotnet run --project examples/FewLabels                                        on recordings that it makes up
//   dotnet run --project examples/FewLabels -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format

using Examples;
using FewLabels;

var arguments = new Arguments(args, "[--train FILE.ts --test FILE.ts]");
var files = arguments.Values("--train", "--test");
arguments.End();

var recordings = files is var (train, test) ? Arguments.Read(() => Recordings.Read(train, test)) : NoisyVoices.Make(seed: 1);

const int LabelledEach = 3;
var comparison = new Comparison(recordings, LabelledEach, seeds: [1, 2, 3, 4, 5]);
Report.Heading(recordings, LabelledEach);
var tuned = comparison.Tune(Console.Error.WriteLine);
Report.Tuned(tuned);
Report.Outcomes(comparison.Test(tuned, Console.Error.WriteLine));
