using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Examples;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>How long a browser takes to show a large page of attention maps: from the beginning of its loading to the second frame after
/// its scripts have drawn.</summary>
static partial class PageAppearance
{
    const int Rounds = 5, Layers = 12, Heads = 12, Tokens = 64;
    const double MostSeconds = 2, MostMegabytes = 5;

    /// <summary>Says the time in the page's title. Until then a frame that is not written to its end keeps the page from being loaded, and
    /// so the browser from ending.</summary>
    const string Watch = """
        <script type="module">
        const unfinished = document.createElement('iframe');
        document.body.append(unfinished);
        unfinished.contentDocument.open();
        requestAnimationFrame(() => requestAnimationFrame(() => {
          document.title = performance.now();
          document.body.replaceChildren();
        }));
        </script>
        """;

    public static int Run()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists) is not { } browser)
        {
            Console.Error.WriteLine($"None of {string.Join(", ", names)} is on the PATH: there is no browser to show the page in.");
            return 1;
        }
        var folder = Directory.CreateTempSubdirectory("page-");
        try
        {
            var page = Path.Combine(folder.FullName, "maps.html");
            Maps().SaveHtml(page);
            var megabytes = new FileInfo(page).Length / 1e6;
            File.WriteAllText(page, File.ReadAllText(page).Replace("</body>", $"{Watch}</body>", StringComparison.Ordinal));

            var seconds = Enumerable.Range(0, Rounds).Select(_ => Shown(browser, page, folder.FullName)).ToArray();
            Console.WriteLine(Machine.Description);
            Console.WriteLine($"A page of {Layers} layers of {Heads} heads over {Tokens} tokens, shown {Rounds} times:");
            var thresholds = new Thresholds();
            thresholds.AtMost("megabytes", megabytes, MostMegabytes);
            thresholds.AtMost("seconds until its maps are shown, median", seconds.Median(), MostSeconds);
            Console.WriteLine($"  longest: {seconds.Max():F2}");
            return thresholds.Missed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>No two weights alike, so that nothing can be left out.</summary>
    static AttentionMaps Maps()
    {
        var random = new Random(1);
        var weights = Enumerable.Range(0, Layers * Heads * Tokens * Tokens).Select(_ => random.NextSingle() / Tokens).ToArray();
        return new(new AttentionTensor([Layers, Heads, Tokens, Tokens], weights),
            [.. Enumerable.Range(0, Tokens).Select(token => $"token{token}")]);
    }

    static double Shown(string browser, string page, string folder)
    {
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={Path.Combine(folder, "profile")}",
            "--window-size=1400,900", "--dump-dom", new Uri(page).AbsoluteUri];
        using var process =
            Process.Start(new ProcessStartInfo(browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(Title().Match(document).Groups["milliseconds"].Value, CultureInfo.InvariantCulture) / 1000;
    }

    [GeneratedRegex("<title>(?<milliseconds>[0-9.]+)</title>")]
    private static partial Regex Title();
}
