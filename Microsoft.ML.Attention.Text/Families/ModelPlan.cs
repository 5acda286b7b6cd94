namespace Microsoft.ML.Attention.Text.Families;

/// <summary>What a config.json says of a model, before any of its tensors is read.</summary>
/// <param name="Options">Without parameters, columns and pooling.</param>
/// <param name="Vocabulary">Rows of the token table.</param>
/// <param name="MaximumTokens">Tokens that the model can place, special ones included.</param>
/// <param name="Tokenizer">What reads a vocabulary that has no tokenizer.json.</param>
sealed record ModelPlan(MultiHeadAttentionOptions Options, int Vocabulary, int MaximumTokens, VocabularyKind Tokenizer);

/// <summary>Which tokenizer a family has, where the folder has a bare vocabulary.</summary>
enum VocabularyKind { Bert, Mpnet, Roberta, XlmRoberta, Gpt2, TokenizerFileOnly }
