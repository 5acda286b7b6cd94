using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>Files that are written beside their place and moved there.</summary>
[TestClass]
public sealed class AtomicFileTests
{
    static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    [TestMethod]
    public void Write_OverAFile_KeepsWhoMayReadIt()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no such modes.");
            return; // so that the analyzer sees it too
        }
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "old");
        File.SetUnixFileMode(folder["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Write(folder["a"], "new");

        Assert.AreEqual("new", File.ReadAllText(folder["a"]));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["a"]));
    }

    [TestMethod]
    public void Write_OfANameAsLongAsNamesCanBe_Succeeds()
    {
        using var folder = new TemporaryFolder();
        var path = folder[new string('n', 250)];
        Write(path, "new");
        Assert.AreEqual("new", File.ReadAllText(path));
    }

    [TestMethod]
    public void Write_ThroughALink_ReplacesWhatItLeadsTo()
    {
        using var folder = new TemporaryFolder();
        folder.Write("real/a", "old"u8.ToArray());
        Links.Create(folder["link"], Path.Combine("real", "a"));

        Write(folder["link"], "new");

        Assert.AreEqual(Path.Combine("real", "a"), new FileInfo(folder["link"]).LinkTarget);
        Assert.AreEqual("new", File.ReadAllText(folder["real/a"]));
    }

    [TestMethod]
    public void Write_AfterAnotherWasKilled_RemovesWhatThatLeft_ButNotWhatIsUnderWay()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[".attention-0123456789ab.tmp"], "half of a f");

        AtomicFile.Write(folder["a"], outer =>
        {
            Write(folder["b"], "inner");
            outer.Write("outer"u8);
        });

        Assert.AreSequenceEqual([folder["a"], folder["b"]], Directory.GetFiles(folder[""]).Order(StringComparer.Ordinal));
        Assert.AreEqual("outer", File.ReadAllText(folder["a"]));
    }

    [TestMethod]
    public void Write_ThatFails_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "old");
        Assert.ThrowsExactly<IOException>(() =>
            AtomicFile.Write(folder["a"], stream => { stream.WriteByte(1); throw new IOException("no room"); }));
        Assert.AreSequenceEqual([folder["a"]], Directory.GetFiles(folder[""]));
        Assert.AreEqual("old", File.ReadAllText(folder["a"]));
    }

    [TestMethod]
    public void Write_FromManyThreads_LeavesOneWholeFile()
    {
        using var folder = new TemporaryFolder();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Write(folder["a"], new string((char)('a' + i % 26), 1000)));
        Assert.HasCount(1, File.ReadAllText(folder["a"]).Distinct());
        Assert.AreSequenceEqual([folder["a"]], Directory.GetFiles(folder[""]));
    }

    [TestMethod]
    public void Write_ToAFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual($"'{folder[""]}' is a folder; give the name of a file.",
            Assert.ThrowsExactly<IOException>(() => Write(folder[""], "new")).Message);
    }
}
