// Which part of speech is each word: noun, verb, adjective? A sentence is a row, its words are the tokens, and each has a label. One run
// compares attention over the whole sentence with the most frequent tag of each word,
// and with what ML.NET's trainers make of a word and its two neighbours.
//
//   dotnet run --project examples/WordTagging                                                        on sentences that it makes up
//   dotnet run --project examples/WordTagging -- --train FILE.conllu --test FILE.conllu              on files of Universal Dependencies
//   dotnet run --project examples/WordTagging -- --choose [--train FILE.conllu --test FILE.conllu]   what trainer and settings were chosen
//   by; asks about no sentence that is tested on

using Examples;
using WordTagging;

var arguments = new Arguments(args, "[--choose] [--train FILE.conllu --test FILE.conllu]");
var choose = arguments.Has("--choose");
var files = arguments.Values("--train", "--test");
arguments.End();

var treebank = files is var (train, test) ? Arguments.Read(() => Treebank.Read(train, test)) : MadeUpSentences.Make(seed: 1);

Report.Data(treebank);
if (choose)
    Choice.Run(treebank);
else
    Contest.Run(treebank);
