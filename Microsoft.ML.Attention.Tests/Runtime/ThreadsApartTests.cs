using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Runtime;

[TestClass]
public sealed class ThreadsApartTests
{
    [TestMethod]
    public void Work_IsDoneElsewhere_BeforeTheCallerGoesOn()
    {
        var thread = Environment.CurrentManagedThreadId;
        ThreadsApart.Run(() => thread = Environment.CurrentManagedThreadId);
        Assert.AreNotEqual(Environment.CurrentManagedThreadId, thread);
    }

    [TestMethod]
    public void WorkThatFails_FailsTheCaller_AndNoneAfterIt()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => ThreadsApart.Run(() => throw new InvalidDataException("bad")));
        var done = 0;
        Parallel.For(0, 100, _ => ThreadsApart.Run(() => Interlocked.Increment(ref done)));
        Assert.AreEqual(100, done);
    }

    /// <summary>Without threads apart the process ends here with a segmentation fault (139), where a processor has AMX.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(null)]
    public void ProcessThatScoredInInt8_StillCatchesANull(int? threads)
    {
        if (!ThreadsApart.AreNeededForInt8)
            Assert.Inconclusive("This processor has no AMX, or this is not Linux: 8-bit products leave nothing behind.");
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(Frames.Rows(64));
        var options = Frames.Options with { Runtime = new() { Precision = AttentionPrecision.Int8, IntraOpThreads = threads } };
        using (var stage = ml.Transforms.MultiHeadAttention(options).Fit(rows))
            ml.Model.Save(stage, rows.Schema, folder["model.zip"]);
        using (var file = File.Create(folder["rows.idv"]))
            ml.Data.SaveAsBinary(rows, file);

        var (exitCode, output, error) = FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Out", thenNull: true);

        Assert.AreEqual((0, ""), (exitCode, error));
        StringAssert.EndsWith(output.TrimEnd(), "caught");
    }
}
