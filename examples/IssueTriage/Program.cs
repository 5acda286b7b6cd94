// Which team should look at an issue? Its text is the data, the area of code that it belongs to the label. One run compares ML.NET's own
// features of text with attention over the words, whose vectors it learns, and with both side by side.
//
//   dotnet run --project examples/IssueTriage                                  on issues that it makes up
//   dotnet run --project examples/IssueTriage -- --issues FILE.tsv             on a file of ID, Area, Title, Description; IDs ending in 0 or 5 are tested on
//   dotnet run --project examples/IssueTriage -- --choose [--issues FILE.tsv]  what the settings were chosen by; reads no issue that is tested on

using IssueTriage;

var choose = args is ["--choose", ..];
Issues issues;
try
{
    switch (args[(choose ? 1 : 0)..])
    {
        case []:
            issues = MadeUpIssues.Make(seed: 1);
            break;
        case ["--issues", var path]:
            issues = IssueFile.Read(path);
            break;
        default:
            Console.Error.WriteLine($"Expected [--choose] [--issues FILE.tsv]. Found: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

Report.Data(issues);
if (choose)
    Choice.Run(issues);
else
    Contest.Run(issues);
return 0;

// Expected output on issues that it makes up, but for the seconds, which are those of a busy machine with 2 cores:
//
// Made-up issues (seed 1): 6 areas; 400 issues to learn from, 200 to be tested on.
//
// Tested, medians of 3 seeds                                  right of 200  accuracy  seconds
//   FeaturizeText -> SDCA                                               69     0.345        2
//     each: 71, 69, 69
//   attention over learned words -> SDCA                               180     0.900       25
//     each: 184, 169, 180
//   both -> SDCA                                                       170     0.850       35
//     each: 182, 161, 170
// Difference of the means, paired
//   attention over learned words - FeaturizeText: +0.540, standard error 0.038
//   both - FeaturizeText: +0.507, standard error 0.035
//
// On the 1,615 issues of .NET's core libraries that come with dotnet/machinelearning-samples, --choose gave these accuracies on the 1,291 issues to learn from:
//
// FeaturizeText -> SDCA                                                 0.675
// Attention over learned words -> SDCA
//   block Residual, width 32, positions None, pooling Mean              0.624
//   width 64                                                            0.653, chosen
//   block Attention                                                     0.596
//   positions Sinusoidal                                                0.597
//   positions Rotary                                                    0.625
//   positions Alibi                                                     0.618
//   pooling Attention                                                   0.634
//   dropout 0.3, 30 epochs                                              0.636
// Both -> SDCA, by what each learns from
//   SameRows                                                            0.622, the trap
//   HalfAndHalf                                                         0.593
//   HalfAndAll                                                          0.643
//   WithoutLabels                                                       0.664
//   OutOfFold                                                           0.674, chosen
//
// and so the program printed, once, for those to be tested on:
//
// issues.tsv: 22 areas; 1291 issues to learn from, 324 to be tested on.
//
// Tested, medians of 3 seeds                                  right of 324  accuracy  seconds
//   FeaturizeText -> SDCA                                              227     0.701       26
//     each: 227, 227, 228
//   attention over learned words -> SDCA                               238     0.735      147
//     each: 238, 232, 240
//   both -> SDCA                                                       244     0.753      122
//     each: 244, 244, 247
// Difference of the means, paired
//   attention over learned words - FeaturizeText: +0.029, standard error 0.023
//   both - FeaturizeText: +0.055, standard error 0.018
