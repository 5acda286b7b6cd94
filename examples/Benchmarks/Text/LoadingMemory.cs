using Microsoft.ML.Attention.Text;
using SemanticSearch;
using static Microsoft.ML.Attention.Benchmarks.Text.TextChecks;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>The peak of memory while a model is loaded, above that of the process before.</summary>
static class LoadingMemory
{
    public static void Check(Thresholds thresholds)
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var file = new FileInfo(extracted.File).Length;
        var (before, loaded, scored) = ChildProcess.Ask("load", extracted.Folder) is [var a, var b, var c]
            ? (a, b, c)
            : throw new InvalidOperationException("The process said something else.");
        Console.WriteLine(
            Invariant(
                $"{PackageModel.MiniLM.Name}: a file of {file / 1e6:0} MB, a process of {before / 1e6:0} MB before; loaded {(loaded - before) / 1e6:0} MB more at the peak, after a first text {(scored - before) / 1e6:0}"));
        thresholds.AtMost("times the file at the peak of loading", (loaded - before) / file, 2.5);
    }

    public static double[] Measure(string folder)
    {
        var context = new MLContext();
        var before = ChildProcess.Peak();
        var model = PretrainedTextModel.Load(folder);
        var loaded = ChildProcess.Peak();
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(Texts.View(context, []));
        _ = Texts.Embed(context, stage, Sentences.All[..1]);
        return [before, loaded, ChildProcess.Peak()];
    }
}
