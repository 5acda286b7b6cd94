using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>This program in a process of its own, for peaks of memory and processor time that are nobody else's.</summary>
static class ChildProcess
{
    /// <summary>Says what was measured.</summary>
    public static int Answer(IEnumerable<double> numbers)
    {
        Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        return 0;
    }

    /// <summary>What the process measured.</summary>
    public static double[] Ask(params string[] arguments)
    {
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(ChildProcess).Assembly.Location]
            : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. program, "text", "measure", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"The process ended with {process.ExitCode}.");
    }

    /// <summary>The most memory that this process had at once, in bytes.</summary>
    public static double Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
