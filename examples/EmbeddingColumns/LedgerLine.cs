namespace EmbeddingColumns;

/// <summary>A line of a ledger as ML.NET reads it: text, categories and numbers, and two things that one may want to know.</summary>
/// <param name="Text">What was bought, in a few words.</param>
/// <param name="Account">The account that it is booked to.</param>
/// <param name="Supplier">One of many names.</param>
/// <param name="Amount">In thousands.</param>
/// <param name="Day">Of the month.</param>
/// <param name="Misbooked">Whether the account is not the one that the line belongs to: a matter of two columns together.</param>
/// <param name="PaidLate">Whether it was paid late: every column by itself makes that likelier or less likely.</param>
sealed record LedgerLine(string Text, string Account, string Supplier, float Amount, float Day, bool Misbooked, bool PaidLate)
{
    /// <summary>The probability that models which have not learned from this line give to the label; 0 until they are asked.</summary>
    public float Advice { get; init; }
}
