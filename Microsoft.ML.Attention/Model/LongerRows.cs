namespace Microsoft.ML.Attention;

/// <summary>What a row of more tokens than a stage takes means.</summary>
public enum LongerRows
{
    /// <summary>An error that names the row and the column.</summary>
    Refuse,

    /// <summary>Its first tokens are read, and no others.</summary>
    KeepFirst,

    /// <summary>Its last tokens are read, and no others.</summary>
    KeepLast,
}
