using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>The cores that session runs take turns on.</summary>
[TestClass]
public sealed class CoresTests
{
    [TestMethod]
    public void Loans_OfManyThreads_AreNeverMoreThanThereAre_AndAllEnd_HoweverManyAreAskedFor()
    {
        var (lent, most) = (0, 0);
        var all = new Lock();

        Thread[] threads = [.. Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (var turn = 0; turn < 30; turn++)
            {
                var wanted = (thread + turn) % (2 * Environment.ProcessorCount);
                using var loan = Cores.Borrow(wanted);
                var given = Math.Clamp(wanted, 1, Environment.ProcessorCount);
                lock (all)
                    most = Math.Max(most, lent += given);
                Thread.Sleep(1);    // the others get on as far as they can
                lock (all)
                    lent -= given;
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        Assert.IsInRange(1, Environment.ProcessorCount, most);
    }
}
