using Google.Protobuf;
using Microsoft.ML.Attention.Text.Tokenizing;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>A SentencePiece model, read as XLM-R numbers its pieces: four tokens of its own, then the pieces, then the mask.</summary>
/// <remarks>Kudo and Richardson 2018; the fields are those of sentencepiece_model.proto, the numbers those of fairseq.</remarks>
static class SentencePieceFile
{
    /// <summary>What families call it: XLM-R; LLaMA; ALBERT and T5.</summary>
    public static readonly string[] Names = ["sentencepiece.bpe.model", "tokenizer.model", "spiece.model"];

    const int Unigram = 1, Pieces = 1, Trainer = 2, Normalizer = 3;

    /// <summary>The pieces that SentencePiece itself begins with: unknown, begin and end.</summary>
    const int OfSentencePiece = 3;

    static readonly string[] Own = ["<s>", "<pad>", "</s>", "<unk>"];

    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    /// <exception cref="NotSupportedException">It is of another kind than XLM-R's.</exception>
    public static (TextTokenizer Tokenizer, InputTemplate Template) ReadXlmRoberta(IModelFiles files, string name)
    {
        var (pieces, kind, characters) = Parsed(files, name);
        if (kind != Unigram)
            throw new NotSupportedException($"'{files.Called(name)}' is of model_type {kind}, and XLM-R's is 1, unigram: "
                + $"save the tokenizer as {TokenizerFile.Name}.");
        if (pieces.Count <= OfSentencePiece)
            throw new InvalidDataException(
                $"'{files.Called(name)}' has {pieces.Count} pieces: it needs more than its own {OfSentencePiece}.");
        (string Token, double Score)[] tokens =
            [.. Own.Select(token => (token, 0.0)), .. pieces.Skip(OfSentencePiece), ("<mask>", 0)];
        var mask = tokens.Length - 1;
        AddedToken[] added = [.. Own.Select((token, id) => new AddedToken(token, id, IsSpecial: true)),
            new("<mask>", mask, IsSpecial: true, StripsLeft: true)];
        TemplatePart first = new([0], false, 0), last = new([2], false, 0), text = new(null, false, 0);
        var splitter = TextSplitters.Sequence(
            [TextSplitters.WhiteSpace, TextSplitters.Metaspace('▁', prepends: true, onlyFirst: false, splits: true)]);
        var normalizer = new TextNormalizer(characters is null ? [] : [characters.Normalize]);
        return (new TextTokenizer(added, normalizer, splitter, new UnigramModel(tokens, unknown: 3)),
            new InputTemplate([first, text, last], [first, text, last, last, new(null, true, 0), last]));
    }

    static (List<(string Piece, double Score)> Pieces, int Kind, CharacterMap? Characters) Parsed(IModelFiles files, string name)
    {
        var (pieces, kind, map) = (new List<(string, double)>(), Unigram, ByteString.Empty);
        try
        {
            Each(files.Read(name), (field, input) =>
            {
                if (field == Pieces)
                    pieces.Add(Piece(input.ReadBytes()));
                else if (field == Trainer)
                    Each(input.ReadBytes(), KindOf);
                else if (field == Normalizer)
                    Each(input.ReadBytes(), MapOf);
                else
                    return false;
                return true;
            });
            return (pieces, kind, map.IsEmpty ? null : new CharacterMap(map.ToByteArray()));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new InvalidDataException($"'{files.Called(name)}' is no SentencePiece model: {e.Message}", e);
        }

        bool KindOf(int field, CodedInputStream trainer)
        {
            if (field == 3)                                                     // model_type
                kind = trainer.ReadEnum();
            return field == 3;
        }

        bool MapOf(int field, CodedInputStream normalizer)
        {
            if (field == 2)                                                     // precompiled_charsmap
                map = normalizer.ReadBytes();
            return field == 2;
        }
    }

    static (string, double) Piece(ByteString message)
    {
        var (piece, score) = ("", 0.0);
        Each(message, (field, input) =>
        {
            if (field == 1)
                piece = input.ReadString();
            else if (field == 2)
                score = input.ReadFloat();
            else
                return false;
            return true;
        });
        return (piece, score);
    }

    static void Each(ByteString message, Func<int, CodedInputStream, bool> read) => Each(message.ToByteArray(), read);

    /// <summary>Goes over the fields of a message; those that are not read are skipped.</summary>
    static void Each(byte[] message, Func<int, CodedInputStream, bool> read)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
            if (!read(WireFormat.GetTagFieldNumber(tag), input))
                input.SkipLastField();
    }
}
