using System.Xml.Linq;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A drawing as a document.</summary>
sealed class Svg(string text)
{
    static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    readonly XElement _root = XElement.Parse(text);

    /// <summary>The shapes of a kind that have a word in their class.</summary>
    public IReadOnlyList<XElement> Shapes(string name, string style) =>
        [.. _root.Descendants(Namespace + name).Where(shape => $"{shape.Attribute("class")?.Value}".Split(' ').Contains(style))];

    public IReadOnlyList<string> Texts => [.. _root.Descendants(Namespace + "text").Select(text => text.Value)];

    /// <summary>What is said of shapes under the pointer.</summary>
    public static IEnumerable<string> Tips(IEnumerable<XElement> shapes) =>
        shapes.Select(shape => shape.Element(Namespace + "title")!.Value);
}
