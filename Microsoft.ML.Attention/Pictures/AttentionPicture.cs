using System.Text;
using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention;

/// <summary>A picture of attention: as an SVG drawing, and as an HTML page that tells the value under the pointer.</summary>
/// <remarks>Both stand alone: they load nothing, from the network or elsewhere. Both are light or dark as the reader's system asks for
/// (<c>prefers-color-scheme</c>).</remarks>
public abstract class AttentionPicture
{
    private protected AttentionPicture(string title) => Title = title;

    /// <summary>What stands above the picture.</summary>
    public string Title { get; init { ArgumentNullException.ThrowIfNull(value); field = value; } }

    /// <summary>The drawing, an SVG document.</summary>
    public abstract string ToSvg();

    /// <summary>A page of this picture alone, an HTML document. Several on one page: <see cref="AttentionPage"/>.</summary>
    public string ToHtml() => new AttentionPage(Title, this).ToHtml();

    /// <summary>Writes the drawing. The file is written beside and moved.</summary>
    /// <param name="path">The file to write, replaced when it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSvg(string path) => Save(path, ToSvg());

    /// <summary>Writes the page. The file is written beside and moved.</summary>
    /// <param name="path">The file to write, replaced when it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveHtml(string path) => Save(path, ToHtml());

    /// <summary>The picture's part of a page's body.</summary>
    private protected virtual string ToSection() => $"<section>{ToSvg()}</section>";

    internal string Section => ToSection();

    internal static void Save(string path, string document)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(document)));
    }
}
