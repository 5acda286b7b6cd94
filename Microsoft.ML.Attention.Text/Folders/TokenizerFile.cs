using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Text.Tokenizing;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>tokenizer.json: a tokenizer with all its parts, as Hugging Face's library writes it.</summary>
static class TokenizerFile
{
    public const string Name = "tokenizer.json";

    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    /// <exception cref="NotSupportedException">It has a part that is not known here.</exception>
    public static (TextTokenizer Tokenizer, InputTemplate Template) Read(IModelFiles files)
    {
        var json = JsonFields.Parse(files, Name);
        var added = json.Objects("added_tokens").Select(Added).ToList();
        var model = Model(json.Object("model"));
        var normalizer = new TextNormalizer(json.ObjectOrNull("normalizer") is { } n ? [.. Steps(n)] : []);
        var splitter = json.ObjectOrNull("pre_tokenizer") is { } p ? Splitter(p) : (piece, _) => piece.Text.Length == 0 ? [] : [piece];
        var template = json.ObjectOrNull("post_processor") is { } t ? Template(t) : null;
        return (new TextTokenizer(added, normalizer, splitter, model), template ?? InputTemplate.Bare);
    }

    static AddedToken Added(JsonFields f) =>
        new(f.Text("content"), f.Count("id"), f.Flag("special"), f.Flag("normalized"), f.Flag("single_word"), f.Flag("lstrip"),
            f.Flag("rstrip"));

    static IWordModel Model(JsonFields f)
    {
        // Files of before 2021 name no type.
        var type = f.TextOrNull("type")
            ?? (f.Has("merges") ? "BPE" : f.Has("continuing_subword_prefix")
                ? "WordPiece"
                : throw f.Wrong("type", "WordPiece, BPE or Unigram"));
        return type switch
        {
            "WordPiece" => WordPiece(f),
            "BPE" => BytePairs(f),
            "Unigram" => Unigram(f),
            _ => throw f.Refused("type", "known are WordPiece, BPE and Unigram."),
        };
    }

    static WordPieceModel WordPiece(JsonFields f)
    {
        var vocabulary = f.Object("vocab").Counts();
        var unknown = f.TextOrNull("unk_token") ?? "[UNK]";
        if (!vocabulary.ContainsKey(unknown))
            throw f.Wrong("unk_token", "a token of the vocabulary");
        return new WordPieceModel(vocabulary, unknown, f.TextOrNull("continuing_subword_prefix")
            ?? "##", f.CountOrNull("max_input_chars_per_word") ?? 100);
    }

    static BytePairModel BytePairs(JsonFields f)
    {
        if (f.Number("dropout", 0) != 0)
            throw f.Refused("dropout", "a tokenizer that leaves out merges at random is one for training.");
        var vocabulary = f.Object("vocab").Counts();
        var unknown = f.TextOrNull("unk_token");
        if (unknown is not null && !vocabulary.ContainsKey(unknown))
            throw f.Wrong("unk_token", "a token of the vocabulary");
        return Checked(f.File, "model.merges", () =>
            new BytePairModel(vocabulary, f.Items("merges").Select(merge => Pair(f, merge)),
                f.TextOrNull("continuing_subword_prefix") ?? "")
            {
                WordSuffix = f.TextOrNull("end_of_word_suffix") ?? "",
                Unknown = unknown,
                FusesUnknown = f.Flag("fuse_unk"),
                // Where words are spelled in bytes is said by the pre-tokenizer; the vocabulary tells it as well.
                IsByteLevel = vocabulary.ContainsKey("Ġ") && !f.Flag("byte_fallback"),
                FallsBackToBytes = f.Flag("byte_fallback"),
                TakesWholeWords = f.Flag("ignore_merges"),
            });
    }

    static (string, string) Pair(JsonFields f, JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.String && merge.GetString()!.Split(' ') is [var a, var b])
            return (a, b);
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String
            && merge[1].ValueKind == JsonValueKind.String)
            return (merge[0].GetString()!, merge[1].GetString()!);
        throw f.Wrong("merges", "a list of pairs of tokens");
    }

    static UnigramModel Unigram(JsonFields f)
    {
        var tokens = f.Items("vocab").Select(entry => entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 2
            && entry[0].ValueKind == JsonValueKind.String && entry[1].ValueKind == JsonValueKind.Number
            && entry[1].TryGetDouble(out var score)
            ? (entry[0].GetString()!, score)
            : throw f.Wrong("vocab", "a list of tokens and their scores")).ToList();
        if (tokens.Count == 0)
            throw f.Wrong("vocab", "a list of tokens and their scores");
        var unknown = f.CountOrNull("unk_id");
        if (unknown >= tokens.Count)
            throw f.Wrong("unk_id", "the id of a token");
        return new UnigramModel(tokens, unknown) { FallsBackToBytes = f.Flag("byte_fallback") };
    }

    static IEnumerable<Func<string, string>> Steps(JsonFields f) => f.Text("type") switch
    {
        "Sequence" => f.Objects("normalizers").SelectMany(Steps),
        "BertNormalizer" =>
        [
            TextNormalizers.Bert(f.Flag("clean_text", true), f.Flag("handle_chinese_chars", true), f.FlagOrNull("strip_accents")
                ?? f.Flag("lowercase", true), f.Flag("lowercase", true))
        ],
        "NFC" => [TextNormalizers.Form(NormalizationForm.FormC)],
        "NFD" => [TextNormalizers.Form(NormalizationForm.FormD)],
        "NFKC" => [TextNormalizers.Form(NormalizationForm.FormKC)],
        "NFKD" => [TextNormalizers.Form(NormalizationForm.FormKD)],
        "Lowercase" => [Unicode.TextCharacters.ToLower],
        "StripAccents" => [TextNormalizers.StripMarks],
        "Strip" => [TextNormalizers.Strip(f.Flag("strip_left", true), f.Flag("strip_right", true))],
        "Prepend" => [TextNormalizers.Prepend(f.Text("prepend"))],
        "Replace" => [f.Object("pattern") is var pattern && pattern.TextOrNull("String") is { } literal
            ? TextNormalizers.Replace(literal, f.Text("content"))
            : TextNormalizers.Replace(Pattern(pattern), f.Text("content"))],
        "Precompiled" => [Precompiled(f).Normalize],
        _ => throw f.Refused("type", "a normalizer that is not known here."),
    };

    static CharacterMap Precompiled(JsonFields f)
    {
        try
        {
            return Checked(f.File, "normalizer's precompiled_charsmap", () =>
                new CharacterMap(Convert.FromBase64String(f.Text("precompiled_charsmap"))));
        }
        catch (FormatException)
        {
            throw f.Wrong("precompiled_charsmap", "text in base 64");
        }
    }

    static TextSplitter Splitter(JsonFields f) => f.Text("type") switch
    {
        "Sequence" => TextSplitters.Sequence([.. f.Objects("pretokenizers").Select(Splitter)]),
        "BertPreTokenizer" => TextSplitters.Bert,
        "Whitespace" => TextSplitters.Words,
        "WhitespaceSplit" => TextSplitters.WhiteSpace,
        "Punctuation" => TextSplitters.Punctuation(Behavior(f, "Isolated")),
        "Digits" => TextSplitters.Digits(f.Flag("individual_digits")),
        "ByteLevel" => TextSplitters.ByteLevel(f.Flag("add_prefix_space", true), f.Flag("use_regex", true)),
        "Metaspace" => Metaspace(f),
        "Split" => f.Object("pattern") is var pattern && pattern.TextOrNull("String") is { } literal
            ? TextSplitters.Pattern(TextSplitters.Compile(Regex.Escape(literal)), Behavior(f, null), f.Flag("invert"))
            : TextSplitters.Pattern(Pattern(pattern), Behavior(f, null), f.Flag("invert")),
        _ => throw f.Refused("type", "a pre-tokenizer that is not known here."),
    };

    static TextSplitter Metaspace(JsonFields f)
    {
        var scheme = f.TextOrNull("prepend_scheme") ?? (f.Flag("add_prefix_space", true) ? "always" : "never");
        if (scheme is not ("always" or "first" or "never"))
            throw f.Wrong("prepend_scheme", "always, first or never");
        return TextSplitters.Metaspace(
            (f.TextOrNull("replacement") ?? "▁") is [var space] ? space : throw f.Wrong("replacement", "one character"),
            scheme != "never", scheme == "first", f.Flag("split", true));
    }

    static SplitBehavior Behavior(JsonFields f, string? otherwise) =>
        Enum.TryParse<SplitBehavior>(f.TextOrNull("behavior") ?? otherwise, out var behavior) ? behavior
        : throw f.Wrong("behavior", string.Join(", ", Enum.GetNames<SplitBehavior>()));

    static Regex Pattern(JsonFields f)
    {
        try
        {
            return TextSplitters.Compile(f.Text("Regex"));
        }
        catch (ArgumentException e)
        {
            throw f.Refused("Regex", $"a pattern that .NET does not read: {e.Message}");
        }
    }

    static InputTemplate? Template(JsonFields f)
    {
        switch (f.Text("type"))
        {
            case "Sequence":
                return f.Objects("processors").Select(Template).OfType<InputTemplate>().FirstOrDefault();
            case "ByteLevel":
                return null;                                        // it trims offsets, and adds nothing
            case "TemplateProcessing":
                var special = f.Object("special_tokens");
                return new InputTemplate(Parts("single"), Parts("pair"));
                IReadOnlyList<TemplatePart> Parts(string name) => [.. f.Objects(name).Select(part => Part(part, special))];
            case "BertProcessing":
                var (cls, sep) = (Id("cls"), Id("sep"));
                return new InputTemplate([cls, new(null, false, 0), sep],
                    [cls, new(null, false, 0), sep, new(null, true, 1), sep with { Type = 1 }]);
            case "RobertaProcessing":
                var (begin, end) = (Id("cls"), Id("sep"));
                return new InputTemplate([begin, new(null, false, 0), end],
                    [begin, new(null, false, 0), end, end, new(null, true, 0), end]);
            default:
                throw f.Refused("type", "a post-processor that is not known here.");
        }

        TemplatePart Id(string name) =>
            f.Items(name) is [_, { ValueKind: JsonValueKind.Number } number] && number.TryGetInt32(out var id) ? new([id], false, 0)
            : throw f.Wrong(name, "a token and its id");
    }

    static TemplatePart Part(JsonFields f, JsonFields special)
    {
        if (f.ObjectOrNull("Sequence") is { } text)
            return new(null, text.Text("id") switch { "A" => false, "B" => true, _ => throw text.Wrong("id", "A or B") },
                text.Count("type_id"));
        var token = f.Object("SpecialToken");
        var ids = special.Object(token.Text("id")).Items("ids");
        return ids.All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var i) && i >= 0)
            ? new([.. ids.Select(id => id.GetInt32())], false, token.Count("type_id"))
            : throw special.Object(token.Text("id")).Wrong("ids", "a list of ids");
    }

    static T Checked<T>(string file, string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{file}': {field}: {e.Message}.", e);
        }
    }
}
