using System.Net;
using System.Text.Json;
using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>Several pictures on one HTML page that stands alone.</summary>
/// <remarks>Its content security policy allows what is in the file and nothing else:
/// a browser that opens it asks no one for anything.</remarks>
public sealed class AttentionPage
{
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

    readonly string _title;
    readonly IReadOnlyList<AttentionPicture> _pictures;

    /// <summary>A page of these pictures, from top to bottom.</summary>
    /// <param name="title">What the browser shows as the page's name; with several pictures, also the heading above them.</param>
    /// <param name="pictures">The pictures.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public AttentionPage(string title, params IReadOnlyList<AttentionPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
            throw new ArgumentException($"The page '{title}' has no pictures.", nameof(pictures));
        (_title, _pictures) = (title, [.. pictures]);
    }

    /// <summary>The page, an HTML document.</summary>
    public string ToHtml() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(TokenText.Writable(_title))}</title>
        <style>
        {Part("page.css")}</style>
        </head>
        <body>
        {(_pictures.Count > 1 ? $"<h1>{WebUtility.HtmlEncode(TokenText.Writable(_title))}</h1>" : "")}
        {string.Join('\n', _pictures.Select(picture => picture.Section))}
        <div id="tip" role="status" hidden></div>
        <script type="application/json" id="colors">{JsonSerializer.Serialize(new { light = Hex(ColorScale.OnLight), dark = Hex(ColorScale.OnDark) })}</script>
        <script type="module">
        {Part("tips.js")}
        {Part("maps.js")}</script>
        </body>
        </html>

        """;

    /// <summary>Writes the page. The file is written beside and moved.</summary>
    /// <param name="path">The file to write, replaced when it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveHtml(string path) => AttentionPicture.Save(path, ToHtml());

    static IEnumerable<string> Hex(IReadOnlyList<Rgb> scale) => scale.Select(color => color.ToString());

    /// <summary>A file of this folder, which the assembly carries.</summary>
    static string Part(string name)
    {
        using var stream = typeof(AttentionPage).Assembly.GetManifestResourceStream($"Microsoft.ML.Attention.Pictures.{name}")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
