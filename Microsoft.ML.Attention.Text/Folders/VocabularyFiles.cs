using System.Text;
using Microsoft.ML.Attention.Text.Tokenizing;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>Vocabularies without a tokenizer.json: vocab.txt with its WordPieces,
/// vocab.json and merges.txt with their byte pairs.</summary>
static class VocabularyFiles
{
    public const string WordPieces = "vocab.txt", BytePairs = "vocab.json", Merges = "merges.txt", Configuration = "tokenizer_config.json",
        SpecialTokens = "special_tokens_map.json";

    /// <summary>BERT's own tokenizer, and MPNet's, whose special tokens are RoBERTa's.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or a special token is not in the vocabulary.</exception>
    public static (TextTokenizer Tokenizer, InputTemplate Template) ReadWordPieces(IModelFiles files, bool isMpnet)
    {
        var vocabulary = Lines(files, WordPieces);
        var settings = files.Has(Configuration) ? JsonFields.Parse(files, Configuration) : null;
        var special = new SpecialTokenNames(files, settings);
        string unknown = special.Of("unk_token", "[UNK]"), cls = special.Of("cls_token", isMpnet ? "<s>" : "[CLS]"),
            sep = special.Of("sep_token", isMpnet ? "</s>" : "[SEP]");
        string[] all = [unknown, cls, sep, special.Of("pad_token", isMpnet ? "<pad>" : "[PAD]"),
            special.Of("mask_token", isMpnet ? "<mask>" : "[MASK]")];
        var added = all.Distinct()
            .Select(token => new AddedToken(token, IdOf(token), IsSpecial: true, StripsLeft: isMpnet && token == all[^1])).ToList();
        var lowers = settings?.Flag("do_lower_case", true) ?? true;
        var normalizer = new TextNormalizer([TextNormalizers.Bert(cleans: true, settings?.Flag("tokenize_chinese_chars", true)
            ?? true, settings?.FlagOrNull("strip_accents") ?? lowers, lowers)]);
        TemplatePart first = new([IdOf(cls)], false, 0), last = new([IdOf(sep)], false, 0), a = new(null, false, 0);
        var template = new InputTemplate([first, a, last], isMpnet
            ? [first, a, last, last, new(null, true, 0), last]
            : [first, a, last, new(null, true, 1), last with { Type = 1 }]);
        return (new TextTokenizer(added, normalizer, TextSplitters.Bert, new WordPieceModel(vocabulary, unknown, "##", 100)), template);

        int IdOf(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"'{files.Called(WordPieces)}' has no token '{token}', a special one of the model.");
    }

    /// <summary>GPT-2's tokenizer, and RoBERTa's, which has special tokens.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or a special token is not in the vocabulary.</exception>
    public static (TextTokenizer Tokenizer, InputTemplate Template) ReadBytePairs(IModelFiles files, bool isRoberta)
    {
        var vocabulary = JsonFields.Parse(files, BytePairs).Counts();
        var merges = ReadLines(files, Merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            .Select(line => line.Split(' ') is [var a, var b] ? (a, b)
            : throw new InvalidDataException($"'{files.Called(Merges)}': '{line}' is no pair of tokens."));
        var settings = files.Has(Configuration) ? JsonFields.Parse(files, Configuration) : null;
        var special = new SpecialTokenNames(files, settings);
        IEnumerable<string> names = isRoberta
            ? [special.Of("cls_token", "<s>"), special.Of("sep_token", "</s>"), special.Of("pad_token", "<pad>"),
                special.Of("unk_token", "<unk>"), special.Of("mask_token", "<mask>")]
            : [special.Of("eos_token", "<|endoftext|>")];
        var added = names.Distinct()
            .Select((token, i) => new AddedToken(token, IdOf(token), IsSpecial: true, StripsLeft: isRoberta && i == 4)).ToList();
        BytePairModel model;
        try
        {
            model = new BytePairModel(vocabulary, merges) { IsByteLevel = true };
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{files.Called(Merges)}': {e.Message}.", e);
        }
        var tokenizer = new TextTokenizer(added, new TextNormalizer([]),
            TextSplitters.ByteLevel(settings?.Flag("add_prefix_space") ?? false, splits: true), model);
        if (!isRoberta)
            return (tokenizer, InputTemplate.Bare);
        TemplatePart first = new([added[0].Id], false, 0), last = new([added[1].Id], false, 0), text = new(null, false, 0);
        return (tokenizer, new InputTemplate([first, text, last], [first, text, last, last, new(null, true, 0), last]));

        int IdOf(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"'{files.Called(BytePairs)}' has no token '{token}', a special one of the model.");
    }

    /// <summary>A token a line, whose number is its id. A token that stands twice keeps its last number,
    /// as in Hugging Face's reader.</summary>
    static Dictionary<string, int> Lines(IModelFiles files, string name)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, line) in ReadLines(files, name).Index())
            vocabulary[line] = id;
        return vocabulary;
    }

    /// <summary>Lines that end with a line feed, or a carriage return and one;
    /// a character that .NET takes for the end of a line may be a token.</summary>
    static IEnumerable<string> ReadLines(IModelFiles files, string name)
    {
        var text = Encoding.UTF8.GetString(files.Read(name));
        var lines = text.Split('\n');
        return lines.Take(lines[^1].Length == 0 ? lines.Length - 1 : lines.Length).Select(line => line.EndsWith('\r') ? line[..^1] : line);
    }
}

/// <summary>What a model calls its special tokens: special_tokens_map.json, tokenizer_config.json, or what its family does.</summary>
sealed class SpecialTokenNames(IModelFiles files, JsonFields? settings)
{
    readonly JsonFields? _map = files.Has(VocabularyFiles.SpecialTokens) ? JsonFields.Parse(files, VocabularyFiles.SpecialTokens) : null;

    public string Of(string role, string otherwise) => Find(_map, role) ?? Find(settings, role) ?? otherwise;

    static string? Find(JsonFields? fields, string role) => fields is null || !fields.Has(role) ? null
        : fields.IsObject(role) ? fields.Object(role).Text("content") : fields.Text(role);
}
