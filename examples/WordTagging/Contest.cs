using Examples;

namespace WordTagging;

/// <summary>The ways side by side, on the sentences to be tested on.</summary>
static class Contest
{
    const int Seed = 1;

    public static void Run(Treebank treebank)
    {
        Report.Heading("Tested", treebank.Test);
        var frequent = Test("the most frequent tag of each word", _ => Tagger.MostFrequent);
        var words = Test("a window of three words -> SDCA", tagger => tagger.Window(nameof(WindowRow.Words), RowTrainer.Sdca));
        var traits = Test("a window of three words and their traits -> SDCA", tagger =>
            tagger.Window(nameof(WindowRow.Traits), RowTrainer.Sdca));
        var attention = Test("attention over the sentence, the trainer", tagger => tagger.Attention);
        Console.WriteLine("Difference of the means, paired");
        Report.Difference("attention - the most frequent tag", attention, frequent);
        Report.Difference("attention - a window of three words", attention, words);
        Report.Difference("attention - a window of three words and their traits", attention, traits);

        Score Test(string name, Func<Tagger, Way> way) =>
            Try(name, treebank.Tags, treebank.Tagging, Seed, way, treebank.Train, treebank.Test);
    }

    /// <summary>Prints how one way does, and returns it.</summary>
    public static Score Try(string name, IReadOnlyList<string> tags, TaggingSettings tagging, int seed, Func<Tagger, Way> way,
        IReadOnlyList<Sentence> learnFrom, IReadOnlyList<Sentence> asked)
    {
        var score = LearningDisplay.Show(progress => Score.Timed(() => way(new Tagger(tags, tagging, seed, progress))(learnFrom, asked)));
        Report.Line(name, score);
        return score;
    }
}
