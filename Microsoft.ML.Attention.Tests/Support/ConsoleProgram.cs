using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Code as a console application would have it, but loaded into this process, with the assemblies that are here.</summary>
static class ConsoleProgram
{
    const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using "
            + "System.Threading; global using System.Threading.Tasks;";

    // File-based programs begin with directives, `#:package`, which the compiler takes with this feature on.
    static readonly CSharpParseOptions Options = new CSharpParseOptions(LanguageVersion.CSharp14).WithFeatures(
        [KeyValuePair.Create("FileBasedProgram", "true")]);

    public static Assembly Compile(string code)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var sources = new[] { code, ImplicitUsings }.Select(source => CSharpSyntaxTree.ParseText(source, Options));
        using var assembly = new MemoryStream();
        var result = CSharpCompilation.Create("Program", sources, references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .Emit(assembly);
        Assert.IsEmpty(result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning),
            "The code, as one program, does not compile without a warning.");
        return Assembly.Load(assembly.ToArray());
    }
}
