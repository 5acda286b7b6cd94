using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Text.Families;
using Microsoft.ML.Attention.Text.Folders;
using Microsoft.ML.Attention.Text.Tokenizing;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text;

/// <summary>A pretrained transformer and its tokenizer, as a folder of Hugging Face or sentence-transformers holds them.
/// Immutable; safe to use from many threads.</summary>
public sealed class PretrainedTextModel
{
    readonly TextTokenizer _tokenizer;
    readonly InputTemplate _template;
    readonly bool _keepsEnd;

    internal PretrainedTextModel(ModelPlan plan, SentenceModules modules, IModelFiles files, MultiHeadAttentionOptions options)
    {
        (_tokenizer, _template) = TokenizerOf(plan, files);
        if (_tokenizer.Size > plan.Vocabulary)
            throw new InvalidDataException(
                $"The tokenizer has {_tokenizer.Size} ids, but config.json has a vocab_size of {plan.Vocabulary}.");
        var settings = files.Has(VocabularyFiles.Configuration) ? JsonFields.Parse(files, VocabularyFiles.Configuration) : null;
        _keepsEnd = settings?.TextOrNull("truncation_side") == "left";
        MostPositions = plan.MaximumTokens;
        TellsTextsByType = options.NumberOfTokenTypes > 1 && _template.Pair.Any(part => part.Type > 0);
        Name = JsonFields.Parse(files, ModelFamilies.Name).TextOrNull("_name_or_path")
            ?? JsonFields.Parse(files, ModelFamilies.Name).Text("model_type");
        MaximumTokens = Math.Min(modules.MaximumTokens ?? LengthOf(settings) ?? int.MaxValue, plan.MaximumTokens);
        Prompts = modules.Prompts;
        Options = options;
        Files = new KeptFiles((files as KeptFiles)?.All ?? ((ModelFolder)files).AllRead.ToDictionary());
    }

    /// <summary>The options of the model's stage, complete: sizes, layers, positions, norms, pooling and
    /// <see cref="MultiHeadAttentionOptions.Parameters"/>; they name no columns yet.</summary>
    public MultiHeadAttentionOptions Options { get; }

    /// <summary>From text to ids, without special tokens; <see cref="EncodeToIds"/> adds them.</summary>
    public Tokenizer Tokenizer => _tokenizer;

    /// <summary>The most tokens that a text is cut to, special ones included: what sentence-transformers says,
    /// else the tokenizer, else the model's positions.</summary>
    public int MaximumTokens { get; }

    /// <summary>What texts of a use begin with, <c>query: </c> for instance, by the name of the use; empty where the folder names none.
    /// Never added without being asked for.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; }

    /// <summary>The small files that the model was read from; a saved stage keeps them.</summary>
    internal KeptFiles Files { get; }

    /// <summary>What config.json calls the model.</summary>
    internal string Name { get; }

    /// <summary>Tokens that the model can place.</summary>
    internal int MostPositions { get; }

    /// <summary>Whether a second text differs from the first by the types of its tokens.</summary>
    internal bool TellsTextsByType { get; }

    /// <summary>One more than the largest id.</summary>
    internal int Vocabulary => checked((int)Options.Parameters![ModuleNames.Embedding.Weight].Shape[0]);

    /// <summary>A model from its folder: config.json; model.safetensors, its shards, or model.onnx; tokenizer.json or a vocabulary; and
    /// what sentence-transformers adds.</summary>
    /// <remarks>
    /// Run are BERT (MiniLM, BGE, E5, GTE, Arctic), RoBERTa and XLM-R, DistilBERT, MPNet, ModernBERT, GPT-2, LLaMA, Mistral, Qwen2 and
    /// Qwen3. What the folder asks for and is not there is refused by its name before any tensor is read. Nothing in the folder is run, no
    /// pickle is opened, and nothing outside it is read, links included. Without a word on pooling the output is the
    /// mean of the tokens, of a causal model the last one.
    /// </remarks>
    /// <param name="folder">Its path.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A file is missing or malformed, or its sizes do not fit the tensors;
    /// the message names the file and the field.</exception>
    /// <exception cref="NotSupportedException">The model needs what is not there; the message names the field and the reason.</exception>
    public static PretrainedTextModel Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var files = new ModelFolder(folder);
        var plan = ModelFamilies.Read(files);
        var modules = SentenceModules.Read(files);
        var options = plan.Options with
        {
            Pooling = modules.Pooling ?? (plan.Options.IsCausal ? AttentionPooling.Last : AttentionPooling.Mean),
            NormalizeOutput = modules.NormalizesOutput,
        };
        _ = TokenizerOf(plan, files);                               // refused, if it is, before the tensors are read
        var (path, tensors) = WeightFiles.Read(files);
        return new PretrainedTextModel(plan, modules, files, options with { Parameters = TensorCheck.Of(plan, tensors, path) });
    }

    /// <summary>The ids of a text, or of two, as the model is given them: special tokens included, cut to
    /// <see cref="MaximumTokens"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="second">A second text, for models of pairs. Of two texts that are too long together,
    /// the longer one is cut first.</param>
    public IReadOnlyList<int> EncodeToIds(string text, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text, second, MaximumTokens).Ids;
    }

    internal TextTokens Encode(string text, string? second, int most) =>
        _template.Fill(_tokenizer.EncodeToIds(text), second is null ? null : _tokenizer.EncodeToIds(second), most, _keepsEnd);

    /// <summary>A token as it is written.</summary>
    internal string TokenOf(int id) => _tokenizer.TokenOf(id) ?? "";

    /// <summary>A model out of a saved stage.</summary>
    internal static PretrainedTextModel Restore(KeptFiles files, MultiHeadAttentionOptions options) =>
        new(ModelFamilies.Read(files), SentenceModules.Read(files), files, options);

    static (TextTokenizer, InputTemplate) TokenizerOf(ModelPlan plan, IModelFiles files)
    {
        if (files.Has(TokenizerFile.Name))
            return TokenizerFile.Read(files);
        var hasPieces = files.Has(VocabularyFiles.WordPieces);
        var hasPairs = files.Has(VocabularyFiles.BytePairs) && files.Has(VocabularyFiles.Merges);
        return plan.Tokenizer switch
        {
            VocabularyKind.Bert or VocabularyKind.Mpnet when hasPieces =>
                VocabularyFiles.ReadWordPieces(files, plan.Tokenizer == VocabularyKind.Mpnet),
            VocabularyKind.Roberta or VocabularyKind.Gpt2 when hasPairs =>
                VocabularyFiles.ReadBytePairs(files, plan.Tokenizer == VocabularyKind.Roberta),
            VocabularyKind.XlmRoberta when files.Has(SentencePieceFile.Names[0]) =>
                SentencePieceFile.ReadXlmRoberta(files, SentencePieceFile.Names[0]),
            _ when SentencePieceFile.Names.FirstOrDefault(files.Has) is { } pieces =>
                throw new NotSupportedException($"'{files.Called(pieces)}' is a SentencePiece model, which is read of XLM-R alone: "
                    + $"AutoTokenizer.from_pretrained(...).save_pretrained(...) writes a {TokenizerFile.Name}, which is read."),
            VocabularyKind.XlmRoberta => throw Missing(SentencePieceFile.Names[0]),
            VocabularyKind.Bert or VocabularyKind.Mpnet => throw Missing(VocabularyFiles.WordPieces),
            VocabularyKind.Roberta or VocabularyKind.Gpt2 => throw Missing($"{VocabularyFiles.BytePairs} with {VocabularyFiles.Merges}"),
            _ => throw new InvalidDataException($"There is no '{files.Called(TokenizerFile.Name)}'."),
        };

        InvalidDataException Missing(string name) => new($"There is neither '{files.Called(TokenizerFile.Name)}' nor {name}.");
    }

    /// <summary>Where nobody set a length, Hugging Face writes one of 10³⁰.</summary>
    static int? LengthOf(JsonFields? settings) =>
        settings?.Number("model_max_length", 1e30) is >= 1 and <= 1e9 and var length ? (int)length : null;
}
