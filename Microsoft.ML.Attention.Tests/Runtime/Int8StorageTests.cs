using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Which 8-bit integers this machine multiplies without error.</summary>
[TestClass]
public sealed class Int8WeightsTests
{
    [TestMethod]
    public void Type_IsExactOnThisMachine() => Assert.IsTrue(Int8Storage.IsExact(Int8Storage.Type));

    [TestMethod]
    public void Bytes_AreExactOnEveryMachine() => Assert.IsTrue(Int8Storage.IsExact(ElementType.UInt8));
}
