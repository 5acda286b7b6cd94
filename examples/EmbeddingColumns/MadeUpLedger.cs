namespace EmbeddingColumns;

/// <summary>Writes a ledger. One of two labels is a matter of columns matching each other, the other a sum over columns.</summary>
/// <remarks>
/// A line is about one thing: its text has one to three words of that thing among others, its supplier mostly sells that thing, its amount
/// is usual for it. Half of all lines are booked to the account of another thing, and no column alone tells which half:
/// <see cref="LedgerLine.Misbooked"/> is what an auditor says, who now and then is wrong.
/// <see cref="LedgerLine.PaidLate"/> is drawn with log-odds that are a sum of one term a column.
/// </remarks>
sealed class MadeUpLedger
{
    const int Things = 10, WordsEach = 12, OtherWords = 60, WordDimension = 8, Suppliers = 40;
    const double SupplierSellsOther = 0.3, AuditorErrs = 0.05;

    /// <summary>How far the words of a thing lie from their middle, where the middles' own deviation is 1.</summary>
    const float WordSpread = 0.5f;

    readonly Random _random;
    readonly WordVector[][] _words;
    readonly WordVector[] _otherWords;
    readonly int[] _soldBy;
    readonly double[] _lateByThing, _lateByAccount, _lateBySupplier;

    MadeUpLedger(int seed)
    {
        _random = new Random(seed);
        _words = [.. Enumerable.Range(0, Things)
            .Select(thing => Vectors($"thing{thing + 1}", WordsEach, Normals(WordDimension), WordSpread))];
        _otherWords = Vectors("other", OtherWords, new float[WordDimension], 1);
        _soldBy = [.. Enumerable.Range(0, Suppliers).Select(supplier => supplier % Things)];
        (_lateByThing, _lateByAccount, _lateBySupplier) = (Effects(Things), Effects(Things), Effects(Suppliers));
    }

    public static Ledger Make(int lines, int seed)
    {
        var ledger = new MadeUpLedger(seed);
        return new([.. Enumerable.Range(0, lines).Select(_ => ledger.Write())],
            [.. ledger._words.SelectMany(own => own), .. ledger._otherWords]);
    }

    LedgerLine Write()
    {
        var thing = _random.Next(Things);
        var misbooked = Happens(0.5);
        var account = misbooked ? (thing + _random.Next(1, Things)) % Things : thing;
        var supplier = Happens(SupplierSellsOther) ? _random.Next(Suppliers) : thing + Things * _random.Next(Suppliers / Things);
        var size = Normal();
        var lateness = _lateByThing[thing] + _lateByAccount[account] + _lateBySupplier[supplier] + size;
        return new(Text(thing), $"Account {account + 1}", $"Supplier {supplier + 1}", MathF.Exp(size / 2 + thing / 4f), _random.Next(1, 29),
            Misbooked: misbooked != Happens(AuditorErrs),
            PaidLate: Happens(1 / (1 + Math.Exp(-lateness))));
    }

    string Text(int thing)
    {
        string[] words = [.. _random.GetItems(_words[thing], _random.Next(1, 4)).Concat(_random.GetItems(_otherWords, _random.Next(2, 6)))
            .Select(w => w.Word)];
        _random.Shuffle(words);
        return string.Join(' ', words);
    }

    WordVector[] Vectors(string name, int count, float[] middle, float spread) =>
        [.. Enumerable.Range(1, count).Select(i => new WordVector($"{name}_{i}", [.. middle.Select(x => x + spread * Normal())]))];

    double[] Effects(int count) => [.. Normals(count).Select(x => (double)x)];

    bool Happens(double probability) => _random.NextDouble() < probability;

    float[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => Normal())];

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - _random.NextSingle())) * MathF.Cos(2 * MathF.PI * _random.NextSingle());
}
