using System.Globalization;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>The checks of the package for texts, on the models that two packages carry.</summary>
static class TextChecks
{
    public const string Expected = "text agreement|speed|memory|learning|stsb FILE.csv";

    public static int Run(string[] arguments)
    {
        if (arguments is ["measure", var what, .. var rest])            // a check's own process
            return ChildProcess.Answer(what switch
            {
                "load" => LoadingMemory.Measure(rest[0]),
#if LIBTORCH
                "libtorch" => LearningStep.MeasureLibtorch(rest[1]),
#endif
                _ => LearningStep.Measure(rest),
            });
        Console.WriteLine(Machine.Description);
        var thresholds = new Thresholds();
        switch (arguments)
        {
            case ["agreement"]: Agreement.Check(thresholds); break;
            case ["speed"]: Speed.Check(thresholds); break;
            case ["memory"]: LoadingMemory.Check(thresholds); break;
            case ["learning"]: LearningStep.Check(thresholds); break;
            case ["stsb", var file]: SentencePairs.Check(thresholds, file); break;
            default:
                Console.Error.WriteLine($"Expected: {Expected}. Found: {string.Join(' ', arguments)}");
                return 2;
        }
        return thresholds.Missed == 0 ? 0 : 1;
    }

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
