using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.ML.Attention.Model;

/// <summary>Numbers in messages, as a number in code is written:
/// a decimal comma or another sign for minus would be neither searched for nor pasted back.</summary>
static class InvariantText
{
    /// <summary>What a record prints between its braces, its numbers as they are in code.
    /// A record calls it from its own <c>PrintMembers</c>.</summary>
    public static bool Print(StringBuilder text, object record)
    {
        var before = text.Length;
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            text.Append(text.Length > before ? ", " : "")
                .Append(CultureInfo.InvariantCulture, $"{property.Name} = {property.GetValue(record)}");
        return text.Length > before;
    }

    /// <summary>An error of a number that is out of its range: the number is given as text,
    /// as the exception would write it as people here do.</summary>
    public static ArgumentOutOfRangeException OutOfRange(string name, object? value, FormattableString needed) =>
        new(name, FormattableString.Invariant($"{value}"), FormattableString.Invariant(needed));

    /// <exception cref="ArgumentOutOfRangeException">The value is below the least.</exception>
    public static void ThrowIfBelow(int least, long value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < least)
            throw OutOfRange(name, value, $"{name} must be at least {least}.");
    }
}
