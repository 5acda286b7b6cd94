using System.Text;

namespace Notebooks;

/// <summary>A piece of HTML, or an SVG picture, which a viewer shows as such and not as text.</summary>
public sealed record Html(string Content)
{
    const string Head = "<img src=\"data:image/svg+xml;base64,", Tail = "\">";

    /// <summary>The content as a notebook stores it: an SVG as an image, since viewers strip SVG elements from a notebook until they are
    /// told to trust it, and images they do not.</summary>
    internal string AsShown => Content.StartsWith("<svg", StringComparison.Ordinal)
        ? $"{Head}{Convert.ToBase64String(Encoding.UTF8.GetBytes(Content))}{Tail}"
        : Content;

    /// <summary>The SVG in what a notebook stores, or null where there is none.</summary>
    internal static string? Picture(string shown) =>
        shown.StartsWith(Head, StringComparison.Ordinal) && shown.EndsWith(Tail, StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(shown[Head.Length..^Tail.Length]))
            : null;
}
