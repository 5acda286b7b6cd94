using Microsoft.ML.Attention;

namespace WordTagging;

/// <summary>What trainers and settings were chosen by: the sentences to learn from alone, a third of them kept out to ask about.</summary>
static class Choice
{
    const int KeptOut = 3, Seed = 1, DealingSeed = 7;

    public static void Run(Treebank treebank)
    {
        var dealt = treebank.Train.ToArray();
        new Random(DealingSeed).Shuffle(dealt);
        var (asked, learnFrom) = (dealt[..(dealt.Length / KeptOut)], dealt[(dealt.Length / KeptOut)..]);
        Report.Heading("A third of the sentences to learn from, kept out", asked);
        Try("the most frequent tag of each word", _ => Tagger.MostFrequent);
        Console.WriteLine("A window of three words");
        Window(nameof(WindowRow.Words), RowTrainer.Sdca);
        Window(nameof(WindowRow.Words), RowTrainer.Lbfgs);
        Window(nameof(WindowRow.Traits), RowTrainer.Sdca);
        Window(nameof(WindowRow.Traits), RowTrainer.Lbfgs);
        Window(nameof(WindowRow.Traits), RowTrainer.Perceptron);
        Window(nameof(WindowRow.Traits), RowTrainer.LightGbm);
        Console.WriteLine("Attention over the sentence, the trainer");
        var start = new TaggingSettings();
        Attention($"width {start.Width}, {start.Places} places, convolution {start.ConvolutionWidth}, {start.Positions}", start);
        Attention("no convolution", start with { ConvolutionWidth = null });
        Attention("two layers", start with { Layers = 2 });
        Attention("positions None", start with { Positions = PositionalEncoding.None });
        Attention("dropout 0.1", start with { Dropout = 0.1 });
        Attention("width 128, 4096 places, averaged parameters", TaggingSettings.ForTreebanks);

        void Window(string column, RowTrainer trainer) => Try($"{column} -> {trainer}", tagger => tagger.Window(column, trainer));

        void Attention(string name, TaggingSettings settings) =>
            Contest.Try(name, treebank.Tags, settings, Seed, tagger => tagger.Attention, learnFrom, asked);

        void Try(string name, Func<Tagger, Way> way) => Contest.Try(name, treebank.Tags, treebank.Tagging, Seed, way, learnFrom, asked);
    }
}
