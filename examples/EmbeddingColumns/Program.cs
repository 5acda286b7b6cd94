// Features from a table of text, categories and numbers, as AutoML makes them: each part becomes a vector with ML.NET's own stages, and the
// vectors have different widths. Usually they are concatenated. Here attention lets them look at each other first: when does that help
// LightGBM, and when not?
//
//   dotnet run -c Release --project examples/EmbeddingColumns
//   dotnet run -c Release --project examples/EmbeddingColumns -- tables      each element a token, attention the trainer, beside LightGBM

using EmbeddingColumns;
using Examples;

var arguments = new Arguments(args, "[tables]");
var tables = arguments.Has("tables");
arguments.End();
if (tables)
    TableContest.Run();
else
    Contest.Run();
