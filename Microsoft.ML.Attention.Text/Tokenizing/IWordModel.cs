using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>How a word becomes tokens of a vocabulary. Safe to use from many threads.</summary>
interface IWordModel
{
    IReadOnlyDictionary<string, int> Vocabulary { get; }

    void Encode(Piece word, List<EncodedToken> tokens);

    /// <summary>The text that tokens stand for.</summary>
    string Decode(IEnumerable<string> tokens);
}
