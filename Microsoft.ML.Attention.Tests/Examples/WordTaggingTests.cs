using Examples;
using Microsoft.ML.Attention.Tests.Model;
using WordTagging;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class WordTaggingTests
{
    [TestMethod]
    public void Conllu_OfTwoSentences_IsTheirWordsAndUniversalTags()
    {
        var sentences = Read("# text = Don't go.", Word("1-2", "Don't", "_"), Word("1", "Do", "AUX"), Word("2", "n't", "PART"),
            Word("3", "go", "VERB"), Word("3.1", "home", "NOUN"), "",
            Word("1", "Why", "ADV"), Word("2", "?", "PUNCT"));

        Assert.AreSequenceEqual(["Do n't go", "Why ?"], sentences.Select(sentence => string.Join(' ', sentence.Words)));
        Assert.AreSequenceEqual(["AUX PART VERB", "ADV PUNCT"], sentences.Select(sentence => string.Join(' ', sentence.Tags)));
    }

    [TestMethod]
    public void Conllu_OfOtherFields_NamesTheLine() =>
        StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => Read("# a comment", "1\tWhy\tADV")).Message,
            ", line 2: expected 10 fields with tabs between them, found 3.");

    [TestMethod]
    public void Conllu_WithoutANumberOfTheWord_NamesTheLine() =>
        StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => Read(Word("one", "Why", "ADV"))).Message,
            ", line 1: expected the number of a word, found 'one'.");

    [TestMethod]
    public void Conllu_WithoutAWord_IsRefused() =>
        StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => Read("# nothing", "")).Message, "has no sentence.");

    [TestMethod]
    [DataRow("Running", "=running -ng -ing run- #Xxx")]
    [DataRow("1990s", "=1990s -0s -90s 199- #ddx")]
    [DataRow("a", "=a -a -a a- #x")]
    [DataRow("U.S.", "=u.s. -s. -.s. u.s- #X.X.")]
    public void Traits_OfAWord_AreItselfItsEndsAndItsShape(string word, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', WordTraits.Of(word)));

    /// <summary>"run" was a noun twice and a verb once; "the" is known in any letters; "new" is tagged as most words are.</summary>
    [TestMethod]
    public void MostFrequent_IsCountedByHand()
    {
        Sentence[] learned = [new(["the", "run", "run"], ["DET", "NOUN", "NOUN"]), new(["we", "run"], ["PRON", "VERB"])];

        var judged = Tagger.MostFrequent(learned, [new(["The", "new", "run"], ["DET", "NOUN", "VERB"])]);

        Assert.AreSequenceEqual([new Judged(true, 1), new Judged(true, 0.4), new Judged(false, 2.0 / 3)], judged);
    }

    [TestMethod]
    public void Sentences_OfOneSeed_AreTheSame() => Assert.AreEqual(Text(3), Text(3));

    [TestMethod]
    public void Sentences_OfAnotherSeed_AreOthers() => Assert.AreNotEqual(Text(3), Text(4));

    /// <summary>Of one phrase, its first word says what all others are.</summary>
    [TestMethod]
    public void Sentences_HaveTheTagsThatTheirFirstWordSays()
    {
        foreach (var sentence in MadeUpSentences.Make(seed: 3).Train.Where(sentence => !sentence.Tags.Contains("CCONJ")))
            Assert.IsEmpty(sentence.Tags.Skip(1).Except(sentence.Tags[0] == "DET" ? ["ADJ", "NOUN", "PUNCT"] : ["ADV", "VERB", "PUNCT"]));
    }

    /// <summary>Both ways judge each word, in the words' order: nearly all that nothing but itself can be.</summary>
    [TestMethod]
    public void Ways_OnFewSentences_JudgeEachWord()
    {
        var treebank = MadeUpSentences.Make(seed: 3);
        var tagger = new Tagger(treebank.Tags, treebank.Tagging with { Epochs = 4 }, seed: 1, _ => new Silent());
        Sentence[] asked = [.. treebank.Test.Take(40)];
        string[] tags = [.. asked.SelectMany(sentence => sentence.Tags)];

        foreach (var way in new Way[] { tagger.Attention, tagger.Window(nameof(WindowRow.Words), RowTrainer.Lbfgs) })
        {
            var judged = way([.. treebank.Train.Take(150)], asked);
            Assert.HasCount(tags.Length, judged);
            Assert.IsGreaterThan(0.9,
                judged.Zip(tags).Where(word => word.Second is "PUNCT" or "DET" or "PRON").Average(word => word.First.IsRight ? 1.0 : 0));
        }
    }

    static string Text(int seed) =>
        string.Join('\n', MadeUpSentences.Make(seed).Train.Select(sentence => string.Join(' ', sentence.Words)));

    static string Word(string id, string word, string tag) => $"{id}\t{word}\t_\t{tag}\t_\t_\t_\t_\t_\t_";

    static IReadOnlyList<Sentence> Read(params string[] lines)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["file.conllu"], lines);
        return ConlluFile.Read(folder["file.conllu"]);
    }

    sealed class Silent : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) { }
    }
}
