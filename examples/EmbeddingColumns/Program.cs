// Features from a table of text, categories and numbers, as AutoML makes them: each part becomes a vector with ML.NET's own stages, and the vectors have
// different widths. Usually they are concatenated. Here attention lets them look at each other first: when does that help LightGBM, and when not?
//
//   dotnet run --project examples/EmbeddingColumns

using EmbeddingColumns;

if (args.Length > 0)
{
    Console.Error.WriteLine($"Expected no arguments. Found: {string.Join(' ', args)}");
    return 2;
}
Contest.Run();
return 0;

// Expected output:
//
// 5 made-up ledgers of 1200 lines, 3 folds each; mean and standard error over the ledgers.
//
// Is it misbooked? The account must go with the text          accuracy      minus concatenated
//   columns, concatenated -> LightGBM                    0.674 ± 0.008
//   columns as fields -> factorization machine           0.758 ± 0.013           0.084 ± 0.008
//     each difference: +0.084, +0.093, +0.054, +0.083, +0.106
//   attention across columns -> LightGBM                 0.753 ± 0.008           0.079 ± 0.006
//     each difference: +0.093, +0.068, +0.063, +0.085, +0.084
//   both, from the same lines -> LightGBM                0.751 ± 0.008           0.077 ± 0.005
//     each difference: +0.090, +0.068, +0.063, +0.083, +0.082
//   both, out of fold -> LightGBM                        0.734 ± 0.012           0.060 ± 0.007
//     each difference: +0.058, +0.061, +0.036, +0.073, +0.072
//
// Will it be paid late? Each column adds its part             accuracy      minus concatenated
//   columns, concatenated -> LightGBM                    0.661 ± 0.004
//   columns as fields -> factorization machine           0.689 ± 0.013           0.029 ± 0.010
//     each difference: +0.030, +0.006, +0.013, +0.065, +0.029
//   attention across columns -> LightGBM                 0.662 ± 0.012           0.002 ± 0.009
//     each difference: +0.002, -0.009, -0.023, +0.029, +0.009
//   both, from the same lines -> LightGBM                0.664 ± 0.012           0.003 ± 0.009
//     each difference: -0.003, -0.008, -0.015, +0.034, +0.008
//   both, out of fold -> LightGBM                        0.659 ± 0.008          -0.002 ± 0.005
//     each difference: -0.002, -0.009, -0.017, +0.009, +0.009
//
// Where the label is a matter of two columns together, attention makes for LightGBM what its trees hardly find. ML.NET's factorization machine, which is made for such pairs,
// finds it as well: by these five ledgers the two cannot be told apart. Where each column adds its part there is nothing to look for: attention gains nothing, and a model that
// is a sum does best. The columns beside what attention made of them add nothing more, and learning all from the same lines does no harm that shows here; out of fold the advice
// comes from models that have learned from two thirds of the lines, which costs accuracy where lines are few.
