// Which team should look at an issue? Its text is the data, the area of code that it belongs to the label. One run compares attention over
// the words, whose vectors it learns, as a trainer and as a stage before another trainer,
// with ML.NET's own features of text, and with both.
//
//   dotnet run --project examples/IssueTriage                                  on issues that it makes up
//   dotnet run --project examples/IssueTriage -- --issues FILE.tsv             on a file of ID, Area, Title, Description; IDs ending in 0
//                                                                              or 5 are tested on
//   dotnet run --project examples/IssueTriage -- --choose [--issues FILE.tsv]  what the settings were chosen by; reads no issue that is
//                                                                              tested on
//   dotnet run -c Release --project examples/IssueTriage -- --pretrained ...   the same with a pretrained model beside the learned words

using System.Globalization;
using Examples;
using IssueTriage;

var arguments = new Arguments(args, "[--pretrained [--seed N]] [--choose] [--issues FILE.tsv]");
var pretrained = arguments.Has("--pretrained");
int[] seeds = arguments.Value("--seed") is not { } text ? Pretrained.Seeds
    : [int.TryParse(text, CultureInfo.InvariantCulture, out var seed) ? seed : arguments.Refuse<int>()];
var choose = arguments.Has("--choose");
var file = arguments.Value("--issues");
arguments.End();

var issues = file is null ? MadeUpIssues.Make(seed: 1) : Arguments.Read(() => IssueFile.Read(file));

Report.Data(issues);
Action<Issues> run = (pretrained, choose) switch
{
    (true, true) => Pretrained.Choose,
    (true, false) => tested => Pretrained.Run(tested, seeds),
    (false, true) => Choice.Run,
    (false, false) => Contest.Run,
};
run(issues);
