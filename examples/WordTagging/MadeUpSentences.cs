namespace WordTagging;

/// <summary>Made-up sentences of words that can be two parts of speech each: which one, the article or the pronoun says that the phrase
/// began with, up to four words before.</summary>
/// <remarks>"the fast late run" is an article, two adjectives and a noun; "we fast late run" is a pronoun, two adverbs and a verb. Three
/// words side by side often leave it open, as the word alone does.</remarks>
static class MadeUpSentences
{
    const int TrainCount = 400, TestCount = 200, MostPhrases = 3, MostBetween = 3;

    static readonly string[] Articles = ["a", "the", "this"], Pronouns = ["i", "they", "we"], Links = ["and", "but", "or"];
    static readonly string[] Between = ["early", "fast", "hard", "late", "long", "low", "straight", "well"];
    static readonly string[] Last = ["answer", "call", "cook", "dance", "dream", "fly", "play", "run", "show", "walk", "watch", "work"];

    public static Treebank Make(int seed)
    {
        var random = new Random(seed);
        return new($"Made-up sentences (seed {seed})", TaggingSettings.ForMadeUp, Write(TrainCount), Write(TestCount));

        Sentence[] Write(int count) => [.. Enumerable.Range(0, count).Select(_ => Sentence(random))];
    }

    static Sentence Sentence(Random random)
    {
        var tagged = new List<(string Word, string Tag)>();
        var phrases = random.Next(1, MostPhrases + 1);
        for (var phrase = 0; phrase < phrases; phrase++)
        {
            if (phrase > 0)
                tagged.Add((Pick(random, Links), "CCONJ"));
            var isNoun = random.Next(2) == 0;
            tagged.Add(isNoun ? (Pick(random, Articles), "DET") : (Pick(random, Pronouns), "PRON"));
            for (var between = random.Next(MostBetween + 1); between > 0; between--)
                tagged.Add((Pick(random, Between), isNoun ? "ADJ" : "ADV"));
            tagged.Add((Pick(random, Last), isNoun ? "NOUN" : "VERB"));
        }
        tagged.Add((".", "PUNCT"));
        return new([.. tagged.Select(word => word.Word)], [.. tagged.Select(word => word.Tag)]);
    }

    static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
