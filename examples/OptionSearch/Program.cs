// Which options fit? Two speakers make one sound each, and the label is who was first: attention with the default options is blind to that,
// a search finds options that are not.
//
//   dotnet run -c Release --project examples/OptionSearch                                        one search, on recordings that it makes up
//   dotnet run -c Release --project examples/OptionSearch -- sweep                               the same for five seeds
//   dotnet run -c Release --project examples/OptionSearch -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format

using Examples;
using OptionSearch;

var arguments = new Arguments(args, "[sweep | --train FILE.ts --test FILE.ts]");
var files = arguments.Values("--train", "--test");
var sweep = arguments.Has("sweep");
arguments.End();

return files is var (train, test)
    ? Report.Read(Arguments.Read(() => Recordings.Read(train, test)))
    : Report.Planted(seeds: sweep ? [1, 2, 3, 4, 5] : [1]);
