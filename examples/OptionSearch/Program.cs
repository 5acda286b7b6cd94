// Which options fit? Two speakers make one sound each, and the label is who was first: attention with the default options is blind to that,
// a search finds options that are not.
//
//   dotnet run -c Release --project examples/OptionSearch                                        one search, on recordings that it makes up
//   dotnet run -c Release --project examples/OptionSearch -- sweep                               the same for five seeds
//   dotnet run -c Release --project examples/OptionSearch -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format

using OptionSearch;
using SpeakerRecognition;

try
{
    switch (args)
    {
        case []:
            return Report.Planted(seeds: [1]);
        case ["sweep"]:
            return Report.Planted(seeds: [1, 2, 3, 4, 5]);
        case ["--train", var train, "--test", var test]:
            return Report.Read(Recordings.Read(train, test));
        default:
            Console.Error.WriteLine($"Expected no arguments, 'sweep', or: --train FILE.ts --test FILE.ts. Found: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Output of 'sweep', test accuracies; the search alone, without arguments, is its first line:
//
// Who spoke first?          given     known     found   best trial, scored by cross-validation
// seed 1                    0.500     0.983     1.000   trial 18, 30 epochs: MicroAccuracy 0.983; 4 heads, width 32, 2 x Encoder, First pooling, positions Alibi, learning rate 0.0095, dropout 0.23
// seed 2                    0.538     0.988     0.985   trial 4, 30 epochs: MicroAccuracy 0.982; 2 heads, width 32, 1 x Residual, Mean pooling, positions Sinusoidal, learning rate 0.0081, dropout 0.13
// seed 3                    0.478     0.993     1.000   trial 10, 30 epochs: MicroAccuracy 1.000; 4 heads, width 32, 2 x Residual, Mean pooling, positions Rotary, learning rate 0.0092, dropout 0.18
// seed 4                    0.475     0.998     1.000   trial 3, 30 epochs: MicroAccuracy 1.000; 4 heads, width 32, 2 x Encoder, Max pooling, positions Rotary, learning rate 0.0028, dropout 0.13
// seed 5                    0.465     0.993     0.995   trial 3, 30 epochs: MicroAccuracy 0.991; 2 heads, width 32, 2 x Encoder, Mean pooling, positions Rotary, learning rate 0.0022, dropout 0.05
//
// And of JapaneseVowels:
//
// JapaneseVowels: 9 speakers; a search on 270 utterances, then one test on 370.
//   trial 6, 60 epochs: MicroAccuracy 0.971; 8 heads, width 32, 1 x Residual, Attention pooling, positions None, learning rate 0.0069, dropout 0.03
//   trial 18, 60 epochs: MicroAccuracy 0.970; 8 heads, width 64, 2 x Encoder, First pooling, positions Alibi, learning rate 0.0095, dropout 0.23
//   trial 12, 60 epochs: MicroAccuracy 0.959; 4 heads, width 64, 2 x Residual, Mean pooling, positions Sinusoidal, learning rate 0.0056, dropout 0.24
// Test accuracy of the first: 0.970
