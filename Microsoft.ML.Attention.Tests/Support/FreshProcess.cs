using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Runs the program in the folder FreshProcess, which knows ML.NET and not the library.</summary>
static class FreshProcess
{
    const string Program = "FreshProcess.dll";
    static readonly string Configuration =
        typeof(FreshProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>What it prints of a column, given a saved model and saved rows.</summary>
    /// <param name="model">The path of the model file.</param>
    /// <param name="rows">The path of the rows.</param>
    /// <param name="column">The column to print.</param>
    /// <param name="withNativeRuntime">Whether the application brings the native ONNX Runtime: beside the tests there is one, in the
    /// program's own folder there is not.</param>
    /// <param name="environment">Variables of its environment; null takes one out.</param>
    /// <param name="tracer">A program that starts it, with its own arguments before.</param>
    /// <param name="thenNull">Whether it dereferences null afterwards, and catches that.</param>
    public static (int ExitCode, string Output, string Error) Run(
        string model, string rows, string column, bool withNativeRuntime = true, IReadOnlyDictionary<string, string?>? environment = null,
        string[]? tracer = null, bool thenNull = false)
    {
        // the latter by --artifacts-path
        var folder = withNativeRuntime ? AppContext.BaseDirectory : Own(Configuration) ?? Own(Configuration.ToLowerInvariant())!;
        string[] dependencies = withNativeRuntime ? ["--depsfile", Path.Combine(folder, "Microsoft.ML.Attention.Tests.deps.json")] : [];
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] command = [.. tracer ?? [], dotnet, "exec", .. dependencies, Path.Combine(folder, Program), model, rows, column,
            .. thenNull ? ["null"] : Array.Empty<string>()];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);

        static string? Own(string configuration) =>
            Path.Combine(AppContext.BaseDirectory, "..", "..", "FreshProcess", configuration) is var folder && Directory.Exists(folder)
                ? folder
                : null;
    }
}
