using Examples;
using Microsoft.ML.Attention.Tests.Model;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class TimeSeriesFileTests
{
    [TestMethod]
    public void Series_OfTwoChannels_BecomesFrames()
    {
        var file = Read("# made by hand", "@problemName Digits", "@timeStamps false", "@classLabel true one two", "", "@data",
            "1,2,3:10,20,30:one", "4:-4.5e1:two");
        Assert.AreEqual("Digits", file.ProblemName);
        Assert.AreEqual(2, file.Channels);
        Assert.AreSequenceEqual(["one", "two"], file.Utterances.Select(u => u.Speaker));
        Assert.AreSequenceEqual([1f, 10, 2, 20, 3, 30], file.Utterances[0].Frames);
        Assert.AreSequenceEqual([4f, -45], file.Utterances[1].Frames);
    }

    [TestMethod]
    public void Value_ThatIsMissing_IsNaN() => Assert.AreSequenceEqual([1f, float.NaN], Read("@data", "1,?:one").Utterances[0].Frames);

    [TestMethod]
    [DataRow("line 2: expected a number in channel 2, found 'x'", "@data", "1:x:one")]
    [DataRow("line 3: found 1 channels, but the series before had 2", "@data", "1:2:one", "1:one")]
    [DataRow("line 2: the channels of a series must be of one length, found 2 and 1 values", "@data", "1,2:3:one")]
    [DataRow("line 2: expected channels and a label with colons between them, found '1,2,3'", "@data", "1,2,3")]
    [DataRow("line 1: expected '# comment', '@name value' or '@data' before the data, found '1:2:one'", "1:2:one")]
    [DataRow("line 1: its series have time stamps; only series without them are read", "@timeStamps true", "@data")]
    [DataRow("line 1: its series have no class labels; they are what is to be recognized", "@classLabel false", "@data")]
    [DataRow("line 1: it ended without a line '@data'", "@problemName Digits")]
    [DataRow("line 1: it ended without a series after '@data'", "@data")]
    public void File_OfAnotherForm_IsRefusedByLine(string message, params string[] lines)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(lines));
        Assert.EndsWith($"digits.ts', {message}.", error.Message);
    }

    [TestMethod]
    public void Recordings_WithOtherChannels_AreRefused()
    {
        using var folder = new TemporaryFolder();
        var (train, test) = (Write(folder, "train.ts", "@data", "1:2:one"), Write(folder, "test.ts", "@data", "1:one"));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Recordings.Read(train, test));
        Assert.AreEqual($"'{train}' has 2 channels, '{test}' has 1; they must be the same.", error.Message);
    }

    static TimeSeriesFile Read(params string[] lines)
    {
        using var folder = new TemporaryFolder();
        return TimeSeriesFile.Read(Write(folder, "digits.ts", lines));
    }

    static string Write(TemporaryFolder folder, string name, params string[] lines)
    {
        var path = folder[name];
        File.WriteAllLines(path, lines);
        return path;
    }
}
