// Which class is a series of? One paired run compares the attention trainer as a new user calls it (flat rows, the numbers in a frame,
// nothing else) with ML.NET's linear classifier and boosted trees on the same frames, padded to one size.
//
//   dotnet run -c Release --project examples/SeriesContest                                    on series that it makes up
//   dotnet run -c Release --project examples/SeriesContest -- TRAIN.ts TEST.ts [TRAIN.ts TEST.ts ...]
//   dotnet run -c Release --project examples/SeriesContest -- tune [TRAIN.ts ...]             the recipe beside others, by
//   cross-validation on these parts to learn from, or on made-up series
//   dotnet run -c Release --project examples/SeriesContest -- worth                           when is attention worth it? rows of six kinds
//   dotnet run -c Release --project examples/SeriesContest -- cost                            what patches and the convolution cost

using SeriesContest;

try
{
    switch (args)
    {
        case ["tune", .. var files]:
            Tuning.Run([.. files.Select(file => SeriesSet.Read(file, null))]);
            return 0;
        case ["worth"]:
            Worth.Run();
            return 0;
        case ["cost"]:
            Cost.Run();
            return 0;
        case []:
            Report.Run(MadeUpSets.All);
            return 0;
        case var pairs when pairs.Length % 2 == 0 && pairs.All(path => !path.StartsWith('-')):
            Report.Run([.. pairs.Chunk(2).Select(pair => SeriesSet.Read(pair[0], pair[1]))]);
            return 0;
        default:
            Console.Error.WriteLine(
                $"Expected: [TRAIN.ts TEST.ts ...], or tune [TRAIN.ts ...], worth, or cost. Found: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
