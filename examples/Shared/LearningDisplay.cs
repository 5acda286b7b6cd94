using Microsoft.ML.Attention;
using Spectre.Console;

namespace Examples;

/// <summary>Shows how learning goes on the error stream: bars on a terminal, plain lines in a file.</summary>
static class LearningDisplay
{
    const int EpochsALine = 20;

    /// <summary>Does some work that can ask, by a title, for something to report the epochs of one fit to.</summary>
    public static T Show<T>(Func<Func<string, IProgress<TrainingProgress>>, T> work)
    {
        if (Console.IsErrorRedirected)
            return work(title => new Lines(title));
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return terminal.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(bars => work(title => new Bar(title, bars.AddTask(title))));
    }

    sealed class Bar(string title, ProgressTask task) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress progress)
        {
            task.MaxValue = progress.NumberOfEpochs;
            task.Value = progress.Epoch;
            task.Description = FormattableString.Invariant($"{title}: loss {progress.Loss:0.0000}");
        }
    }

    sealed class Lines(string title) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress progress)
        {
            if (progress.Epoch % EpochsALine == 0 || progress.Epoch == progress.NumberOfEpochs)
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"{title}: epoch {progress.Epoch} of {progress.NumberOfEpochs}, loss {progress.Loss:0.0000}"));
        }
    }
}
