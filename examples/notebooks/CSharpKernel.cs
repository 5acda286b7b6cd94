using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Notebooks;

/// <summary>Runs the code cells of a notebook one after the other, each going on with what those before it declared.</summary>
/// <remarks>
/// Cells see the assemblies of this process and no others: scripts load an assembly that is referenced by its path a second time, beside
/// the one that ML.NET finds by name when it loads a model, and the stage's types would then not be themselves.
/// </remarks>
sealed class CSharpKernel
{
    static readonly ScriptOptions Options = ScriptOptions.Default
        .WithReferences(Assemblies())
        .WithImports("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks")
        .WithLanguageVersion(LanguageVersion.CSharp14)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8);

    readonly string _notebook;
    readonly OutputRecorder _recorder = new();
    readonly CellGlobals _globals;
    ScriptState<object>? _state;

    public CSharpKernel(string notebook) => (_notebook, _globals) = (notebook, new(value => _recorder.Add(CellOutput.Displayed(value))));

    /// <summary>Runs one cell, and returns what it gave.</summary>
    /// <exception cref="CellException">The cell does not compile, even if only for a warning, or threw.</exception>
    public async Task<IReadOnlyList<CellOutput>> RunAsync(NotebookCell cell)
    {
        var options = Options.WithFilePath($"{_notebook}#{cell.Id}");
        var code = PackageLine.Without(cell.Source);
        var script = _state is null ? CSharpScript.Create(code, options, typeof(CellGlobals)) : _state.Script.ContinueWith(code, options);
        if (script.Compile().FirstOrDefault(d => d.Severity >= DiagnosticSeverity.Warning) is { } diagnostic)
            throw new CellException(_notebook, cell, diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1,
                $"{diagnostic.Id}: {diagnostic.GetMessage()}");
        var console = Console.Out;
        try
        {
            Console.SetOut(_recorder);
            _state = _state is null ? await script.RunAsync(_globals) : await script.RunFromAsync(_state);
        }
        catch (Exception e)
        {
            throw new CellException(_notebook, cell, LineOf(e, options.FilePath), $"{e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            Console.SetOut(console);
        }
        if (_state.ReturnValue is { } value)
            _recorder.Add(CellOutput.Returned(value));
        return _recorder.Take();
    }

    static int? LineOf(Exception e, string file) =>
        new StackTrace(e, fNeedFileInfo: true).GetFrames().LastOrDefault(frame => frame.GetFileName() == file)?.GetFileLineNumber();

    static IEnumerable<Assembly> Assemblies() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))));
}
