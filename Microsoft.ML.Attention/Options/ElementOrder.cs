namespace Microsoft.ML.Attention;

/// <summary>How the numbers of a row lie in its columns of embeddings.</summary>
public enum ElementOrder
{
    /// <summary>All numbers of the first token, then those of the second: <c>[T, E]</c>.</summary>
    TokenByToken,

    /// <summary>The first number of every token, then the second of every token: <c>[E, T]</c>,
    /// as series are stored channel by channel.</summary>
    ElementByElement,
}
