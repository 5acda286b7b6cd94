// Which sentences mean the same? A pretrained transformer as a stage: text in, a vector a text out, and what is near is alike.
//
//   dotnet run -c Release --project examples/SemanticSearch                  its own sentences, by all-MiniLM-L6-v2 out of a package
//   dotnet run -c Release --project examples/SemanticSearch -- arctic        by snowflake-arctic-embed-xs out of another
//   dotnet run -c Release --project examples/SemanticSearch -- [--model FOLDER] [--texts FILE] [--query TEXT] [--nearest N]
//                                                                            a model of Hugging Face, a file of one text a line

using System.Globalization;
using Examples;
using SemanticSearch;

var arguments = new Arguments(args, "[arctic | --model FOLDER] [--texts FILE] [--query TEXT] [--nearest N]");
var (folder, file, query, most) =
    (arguments.Value("--model"), arguments.Value("--texts"), arguments.Value("--query"), arguments.Value("--nearest") ?? "3");
var package = arguments.Has("arctic") ? PackageModel.ArcticXs : PackageModel.MiniLM;
var nearest = int.TryParse(most, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : arguments.Refuse<int>();
arguments.End();
var texts = file is null
    ? Sentences.All
    : Arguments.Read(() => File.ReadAllLines(file).Where(line => !string.IsNullOrWhiteSpace(line)).ToArray());
using var extracted = folder is null ? ExtractedModel.Of(package) : null;
Search.Run(extracted?.Folder ?? folder!, texts, query, nearest);
