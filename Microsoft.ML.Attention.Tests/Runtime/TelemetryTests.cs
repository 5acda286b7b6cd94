using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>What a process that scores, and knows nothing of the library, does besides.</summary>
[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed class TelemetryTests
{
    [TestMethod]
    public void Process_ThatScores_LeavesNoFiles()
    {
        using var folder = new TemporaryFolder();
        Score(folder, telemetrySwitch: null);
        Assert.IsEmpty(Traces(folder));
    }

    [TestMethod, DoNotParallelize]   // the environment is the process's
    public void Switch_ThatTheUserSet_Stays()
    {
        const string Switch = "ORT_DISABLE_TELEMETRY";
        var before = Environment.GetEnvironmentVariable(Switch);
        try
        {
            Environment.SetEnvironmentVariable(Switch, "0");
            Telemetry.Disable();
            Assert.AreEqual("0", Environment.GetEnvironmentVariable(Switch));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Switch, before);
        }
    }

    /// <summary>Without a network, so that nothing is sent even here. The native library writes in its own time, and a process may end
    /// before: no file proves nothing.</summary>
    [TestMethod]
    public void Process_WhoseUserSetTheSwitch_IsLeftAlone()
    {
        if (!CanLeaveTheNetwork())
            Assert.Inconclusive("A process may not be started without a network here (unshare).");
        using var folder = new TemporaryFolder();
        Score(folder, telemetrySwitch: "0", ["unshare", "-rn"]);
        if (!Traces(folder).Any())
            Assert.Inconclusive("ONNX Runtime wrote nothing, though it might. Where it never does, Telemetry.cs can go.");
    }

    [TestMethod]
    public void Process_ThatScores_OpensNoConnection()
    {
        if (!File.Exists("/usr/bin/strace"))
            Assert.Inconclusive("strace is not installed.");
        using var folder = new TemporaryFolder();
        var error = Score(folder, telemetrySwitch: null,
            ["/usr/bin/strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmmsg", "-o", folder["calls"]]);
        if (!File.Exists(folder["calls"]))
            Assert.Inconclusive($"strace may not trace here: {error}");
        Assert.IsEmpty(File.ReadLines(folder["calls"]).Where(call => call.Contains("AF_INET", StringComparison.Ordinal)));
    }

    /// <summary>Saves a stage and scores a row with it in a process whose home and temporary folder are the test's.</summary>
    static string Score(TemporaryFolder folder, string? telemetrySwitch, string[]? tracer = null)
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(Frames.Rows(1));
        using (var stage = ml.Transforms.MultiHeadAttention(Frames.Options with { Training = new() { Objective = TrainingObjective.None } })
            .Fit(rows))
            ml.Model.Save(stage, rows.Schema, folder["model.zip"]);
        using (var file = File.Create(folder["rows.idv"]))
            ml.Data.SaveAsBinary(rows, file);
        var home = Directory.CreateDirectory(folder["home"]).FullName;
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = home,
            ["TMPDIR"] = home,
            ["XDG_CACHE_HOME"] = home,
            ["ORT_DISABLE_TELEMETRY"] = telemetrySwitch
        };
        var (exitCode, output, error) =
            FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Out", environment: environment, tracer: tracer);
        Assert.AreNotEqual("", output, $"It ended with {exitCode} and said: {error}");
        return error;
    }

    static bool CanLeaveTheNetwork()
    {
        try
        {
            using var process = System.Diagnostics.Process.Start("unshare", "-rn true");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    static IEnumerable<string> Traces(TemporaryFolder folder) =>
        Directory.GetFiles(folder["home"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => Path.GetFileName(path) is ".ses" or "deviceid" or "onnxruntime.db");
}
