namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Attention maps whose every weight has a colour of its own: 4 by 4 of <c>k / 15</c>, mixed up.</summary>
static class DrawnMaps
{
    public const int Tokens = 4;

    public static readonly string[] Words = ["the", "dog", "bites", "<man>"];

    /// <summary>In 15ths: which level of the scale a weight has, 17 levels apart.</summary>
    public static readonly int[] Fifteenths = [7, 12, 1, 9, 14, 3, 15, 0, 5, 10, 2, 13, 6, 11, 8, 4];

    public static float[] Weights => [.. Fifteenths.Select(n => n / 15f)];

    public static AttentionMaps OneHead() => new(new AttentionTensor([1, Tokens, Tokens], Weights), Words);

    /// <summary>Heads of the same weights, turned by one place each.</summary>
    public static AttentionMaps Heads(int layers, int heads) => new(new AttentionTensor([layers, heads, Tokens, Tokens],
        Enumerable.Range(0, layers * heads).SelectMany(n => Weights[(n % 16)..].Concat(Weights[..(n % 16)])).ToArray()), Words);
}
