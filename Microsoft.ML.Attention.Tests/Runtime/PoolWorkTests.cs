using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Work that a thread of the pool does while its owner does something else.</summary>
[TestClass]
public sealed class PoolWorkTests
{
    [TestMethod]
    public void Work_IsDoneOnceForEachStart_BeforeItIsFinished()
    {
        var done = 0;
        var work = new PoolWork(() => Interlocked.Increment(ref done));

        for (var time = 1; time <= 1000; time++)
        {
            work.Start();
            work.Finish();
            Assert.AreEqual(time, done);
        }
        work.Finish();
        Assert.AreEqual(1000, done);
    }

    [TestMethod]
    public void Failure_IsThrownByFinish_NotByWait_AndNotAfterTheNextStart()
    {
        var fails = true;
        var work = new PoolWork(() =>
        {
            if (fails)
                throw new InvalidDataException("Column 'Tokens' is not there.");
        });
        work.Start();
        work.Wait();

        Assert.ThrowsExactly<InvalidDataException>(work.Finish);

        fails = false;
        work.Start();
        work.Finish();
    }
}
