using System.Diagnostics;
using Microsoft.ML.Attention.Tests.Model;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A browser without a window, for those who have Chromium; a test is inconclusive where it is absent.</summary>
static class Chromium
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly string? Executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>What a page looks like, on a light or a dark system.</summary>
    public static Screenshot Show(string path, bool dark, int width, int height)
    {
        using var folder = new TemporaryFolder();
        Run(path, folder, [$"--screenshot={folder["page.png"]}", $"--window-size={width},{height}", "--hide-scrollbars",
            "--force-device-scale-factor=1", $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}"]);
        return Screenshot.Read(folder["page.png"]);
    }

    /// <summary>The document that a page has become once its scripts have run.</summary>
    public static string Document(string path, int width = 800)
    {
        using var folder = new TemporaryFolder();
        return Run(path, folder, ["--dump-dom", $"--window-size={width},900"]);
    }

    static string Run(string path, TemporaryFolder folder, string[] arguments)
    {
        if (Executable is null)
            Assert.Inconclusive("There is no Chromium.");
        string[] alone = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        using var process = Process.Start(
            new ProcessStartInfo(Executable, [.. alone, $"--user-data-dir={folder["profile"]}", .. arguments, new Uri(path).AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Inconclusive($"Chromium did not end within {Patience}.");
        }
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Result;
    }
}
