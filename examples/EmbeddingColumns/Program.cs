// Features from a table of text, categories and numbers, as AutoML makes them: each part becomes a vector with ML.NET's own stages, and the
// vectors have different widths. Usually they are concatenated. Here attention lets them look at each other first: when does that help
// LightGBM, and when not?
//
//   dotnet run --project examples/EmbeddingColumns

using EmbeddingColumns;
using Examples;

new Arguments(args, "no arguments").End();
Contest.Run();
