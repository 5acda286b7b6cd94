namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>A hundred texts that tokenizers and models stumble over.</summary>
static class HardTexts
{
    static readonly string[] Pieces =
    [
        "", " ", "\t\r\n", "Café crème brûlée, s'il vous plaît", "ÅNGSTRÖM naïve coöperation façade", "e\u0301 a\u0308 n\u0303 combined",
        "İstanbul'da ılık ırmak", "Straße, ǅ, ﬁne ﬂow",
        "$+=<>~^`|", "a+b=c; x<y>z~w", "100% of $3.50 + €2,75 = £5?", "e-mail: no.one@example.org", "https://example.org/a?b=c&d=%20#e",
        "C:\\path\\to\\file.txt",
        "line one\nline two\r\nline three", "tab\tseparated\tvalues", "zero\u200Bwidth, soft\u00ADhyphen, no\u00A0break",
        "bell\u0007 and null\u0000 and \uFFFD", "😀 👩‍🚀 🇩🇪 ❤️", "smile :-) ¯\\_(ツ)_/¯",
        "我爱自然语言处理", "東京は日本の首都です。", "한국어 문장입니다", "Русский текст с ударе\u0301нием", "Ελληνικά κείμενα", "العَرَبِيَّة", "עִבְרִית",
        "हिन्दी में वाक्य", "ประโยคภาษาไทย",
        "[CLS] not special [SEP] here [MASK] [UNK] [PAD]", "##ing ##ed ##", "don't won't I'd've rock'n'roll",
        "“quoted” ‘single’ «guillemets» — dash … ellipsis", "½ ¾ ² ³ ℃ № ™",
        "supercalifragilisticexpialidocious antidisestablishmentarianism",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "3.14159265358979323846", "1,000,000 and 1_000_000 and 0xDEADBEEF", "iPhone15ProMax USB-C WiFi",
        "if (x != null && y >= 2) { return x[0]; }",
    ];

    public static string[] All { get; } = Make();

    static string[] Make()
    {
        var random = new Random(13);
        var texts = new List<string>(Pieces);
        while (texts.Count < 98)
            texts.Add(string.Join(random.Next(2) == 0 ? " " : "",
                Enumerable.Range(0, random.Next(2, 6)).Select(_ => random.GetItems(Pieces, 1)[0])));
        texts.Add(string.Join(' ', Enumerable.Repeat("a text that is much longer than the model takes", 150)));
        texts.Add(string.Concat(Enumerable.Repeat("长", 3000)));
        return [.. texts];
    }
}
