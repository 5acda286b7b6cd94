namespace Examples;

/// <summary>Answers about rows from models that have not learned from them, though every row is learned from.</summary>
static class OutOfFold
{
    /// <summary>Deals the rows into folds, and asks about each fold a model that learned from the others.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="folds">How many folds, at least 2; as many models are learned.</param>
    /// <param name="seed">The seed of the dealing.</param>
    /// <param name="learnAndAnswer">Learns from the rows of its first argument and answers about those of its
    /// second, in their order.</param>
    /// <returns>The answers, in the order of the rows.</returns>
    public static TAnswer[] Answers<TRow, TAnswer>(IReadOnlyList<TRow> rows, int folds, int seed,
        Func<IReadOnlyList<TRow>, IReadOnlyList<TRow>, IReadOnlyList<TAnswer>> learnAndAnswer)
    {
        var foldOf = Enumerable.Range(0, rows.Count).Select(row => row % folds).ToArray();
        new Random(seed).Shuffle(foldOf);
        var answers = new TAnswer[rows.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            var places = Enumerable.Range(0, rows.Count).ToLookup(row => foldOf[row] == fold);
            var answered = learnAndAnswer([.. places[false].Select(row => rows[row])], [.. places[true].Select(row => rows[row])]);
            foreach (var (place, answer) in places[true].Zip(answered))
                answers[place] = answer;
        }
        return answers;
    }
}
