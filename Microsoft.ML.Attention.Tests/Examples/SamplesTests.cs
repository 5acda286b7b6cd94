using System.Reflection;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Examples;

/// <summary>The one-file programs of examples/samples print what they say at their end.</summary>
[TestClass, DoNotParallelize]   // they write to the console, which a process has one of
public sealed class SamplesTests
{
    public static IEnumerable<object[]> Samples => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.cs")
        .Order(StringComparer.Ordinal).Select(path => new object[] { Path.GetFileName(path) });

    [TestMethod, DynamicData(nameof(Samples))]
    public void Sample_PrintsWhatItSays(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Samples", file));
        var said = lines.Reverse().TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal)).Reverse().Select(line => line[3..]);
        // what the SDK reads of a file, the compiler does not
        var program = ConsoleProgram.Compile(string.Join('\n', lines.Where(line => !line.StartsWith("#:", StringComparison.Ordinal))));
        var (before, output) = (Console.Out, new StringWriter());
        try
        {
            Console.SetOut(output);
            var arguments = program.EntryPoint!.GetParameters().Length == 0 ? null : new object[] { Array.Empty<string>() };
            program.EntryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.AreSequenceEqual(said, output.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd('\r')));
    }
}
