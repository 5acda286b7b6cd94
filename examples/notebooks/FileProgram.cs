using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks;

/// <summary>A notebook as one C# file that <c>dotnet run</c> runs, with .NET 10 and nothing else.</summary>
/// <remarks>
/// The cells in their order, their words as comments. What a program orders otherwise than cells do is moved: packages and usings first,
/// types last. A cell's last expression, which a notebook shows, becomes a call of <c>display</c>; that prints text, and writes HTML and
/// pictures into files beside. Programs of one file are to be compiled ahead of time unless they say otherwise, and then may not make code
/// as they run, which ML.NET does.
/// </remarks>
static class FileProgram
{
    const string Ending = """
        static class NotebookFunctions
        {
            static int written;

            public static void display(object value)
            {
                if (value is not Html html)
                {
                    Console.WriteLine(value);
                    return;
                }
                var file = $"{NOTEBOOK}-{++written}{(html.Content.StartsWith("<svg") ? ".svg" : ".html")}";
                File.WriteAllText(file, html.Content);
                Console.WriteLine($"Written: {file}");
            }

            public static Html HTML(string content) => new(content);
        }

        record Html(string Content);

        """;

    public static string Of(Notebook notebook)
    {
        var (packages, usings, statements, types) = (new List<string>(),
            new SortedSet<string>(StringComparer.Ordinal) { "using static NotebookFunctions;" }, new List<string>(), new List<string>());
        foreach (var cell in notebook.Cells)
        {
            if (!cell.IsCode)
            {
                statements.Add(string.Join('\n', cell.Source.TrimEnd().Split('\n').Select(line => $"// {line}".TrimEnd())));
                continue;
            }
            packages.AddRange(PackageLine.In(cell.Source).Select(line => $"#:package {line.Id}@{line.Version}"));
            var code = CSharpSyntaxTree.ParseText(PackageLine.Without(cell.Source),
                CSharpParseOptions.Default.WithKind(SourceCodeKind.Script)).GetCompilationUnitRoot();
            usings.UnionWith(code.Usings.Select(line => line.ToString()));
            types.AddRange(code.Members.OfType<BaseTypeDeclarationSyntax>().Select(type => type.ToFullString().Trim()));
            statements.Add(string.Concat(code.Members.Where(member => member is not BaseTypeDeclarationSyntax).Select(Statement)).Trim());
        }
        return $"""
            {string.Join('\n', packages)}
            #:property PublishAot=false

            {string.Join('\n', usings)}

            #nullable disable   // as in cells

            {string.Join("\n\n", statements.Where(text => text.Length > 0))}

            {string.Join("\n\n", types)}

            {Ending.Replace("{NOTEBOOK}", notebook.Name)}
            """;
    }

    static string Statement(MemberDeclarationSyntax member) =>
        member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } shown }
        ? $"{shown.GetLeadingTrivia()}display({shown.Expression.WithoutTrivia()});{shown.GetTrailingTrivia()}"
        : member.ToFullString();
}
