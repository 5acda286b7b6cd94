using System.Text.Json;
using Microsoft.ML.Attention.Text;
using SemanticSearch;
using static Microsoft.ML.Attention.Benchmarks.Text.TextChecks;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>Ids against Hugging Face's own tokenizer, written in Rust,
/// and vectors against the file that the stage was made from, run as it is.</summary>
static class Agreement
{
    public static void Check(Thresholds thresholds)
    {
        foreach (var package in (PackageModel[])[PackageModel.MiniLM, PackageModel.ArcticXs])
        {
            using var extracted = ExtractedModel.Of(package);
            var (context, model) = (new MLContext(), PretrainedTextModel.Load(extracted.Folder));
            using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(Texts.View(context, []));
            using var original = new Original(extracted.File, package.IsPooledByMean, model);
            var rust = new global::Tokenizers.DotNet.Tokenizer(TokenizerFile(extracted.Folder, package.MaximumTokens));
            var ours = Texts.Embed(context, stage, HardTexts.All);
            var (differently, largest) = (0, 0.0);
            foreach (var (text, vector) in HardTexts.All.Zip(ours))
            {
                differently += model.EncodeToIds(text).Select(id => (uint)id).SequenceEqual(rust.Encode(text)) ? 0 : 1;
                largest = Math.Max(largest, vector.Zip(original.Encode([text])[0], (a, b) => Math.Abs((double)a - b)).Max());
            }
            Console.WriteLine(
                Invariant(
                    $"{package.Name}: {HardTexts.All.Length} hard texts; numbers of unit vectors differ from the original's in ONNX Runtime by at most {largest:0.0e+0}"));
            thresholds.AtMost("texts whose ids differ from Hugging Face's", differently, 0);
            thresholds.AtMost("hundred-thousandths that numbers differ by", largest * 1e5, 1);
        }
    }

    /// <summary>What Hugging Face writes for an uncased BERT, of the vocabulary in the folder; under another name, so that the model is
    /// read by its vocabulary.</summary>
    static string TokenizerFile(string folder, int most)
    {
        var vocabulary = File.ReadLines(Path.Combine(folder, "vocab.txt")).Index().ToDictionary(token => token.Item, token => token.Index);
        object Special(string token) =>
            new
            {
                id = vocabulary[token],
                content = token,
                single_word = false,
                lstrip = false,
                rstrip = false,
                normalized = false,
                special = true
            };
        var path = Path.Combine(folder, "rust.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            version = "1.0",
            truncation = new { direction = "Right", max_length = most, strategy = "LongestFirst", stride = 0 },
            padding = (object?)null,
            added_tokens = ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Select(Special),
            normalizer = new
            {
                type = "BertNormalizer",
                clean_text = true,
                handle_chinese_chars = true,
                strip_accents = (bool?)null,
                lowercase = true
            },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new
            {
                type = "BertProcessing",
                sep = new object[] { "[SEP]", vocabulary["[SEP]"] },
                cls = new object[] { "[CLS]", vocabulary["[CLS]"] }
            },
            decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
            model = new
            {
                type = "WordPiece",
                unk_token = "[UNK]",
                continuing_subword_prefix = "##",
                max_input_chars_per_word = 100,
                vocab = vocabulary
            },
        }));
        return path;
    }
}
