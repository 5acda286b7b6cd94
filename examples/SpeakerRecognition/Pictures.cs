using Microsoft.ML.Attention;
using ScottPlot;

namespace SpeakerRecognition;

/// <summary>Pictures of what the attention stage learned: drawn by the library, and by ScottPlot for those who need pixels.</summary>
static class Pictures
{
    const string Weights = "Weights";

    /// <summary>Learns once more, a part of the utterances kept out, and writes into the folder where the heads look in the first utterance
    /// to be tested on, and how learning went.</summary>
    public static void Write(Contest contest, string folder, TrainingOptions training)
    {
        Directory.CreateDirectory(folder);
        var (stage, attended) = contest.LearnAttention(training with { ValidationFraction = 0.2 }, Weights);
        using (stage)
        {
            var maps = AttentionMaps.Read(attended, Weights);
            var curves = new TrainingCurves(stage.Training!);
            maps.SaveSvg(Path.Combine(folder, "heads.svg"));
            curves.SaveSvg(Path.Combine(folder, "learning.svg"));
            new AttentionPage("Speaker recognition", maps, curves).SaveHtml(Path.Combine(folder, "pictures.html"));
            Plot(stage.Training!).SavePng(Path.Combine(folder, "learning.png"), width: 800, height: 450);
        }
    }

    static Plot Plot(TrainingReport report)
    {
        var plot = new Plot();
        Add(report.Losses, "learning");
        Add(report.ValidationLosses, "validation");
        plot.Title("Loss of each epoch");
        plot.XLabel("epoch");
        plot.ShowLegend();
        return plot;

        void Add(IReadOnlyList<double> losses, string name) =>
            plot.Add.ScatterLine([.. Enumerable.Range(1, losses.Count).Select(epoch => (double)epoch)], losses.ToArray()).LegendText = name;
    }
}
