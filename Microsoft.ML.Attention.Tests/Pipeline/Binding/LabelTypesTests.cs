using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

[TestClass]
public sealed class LabelTypesTests
{
    [TestMethod]
    public void EachKind_HasARow_ThatItsOwnTypeFinds()
    {
        foreach (var kind in Enum.GetValues<LabelKind>())
        {
            var type = LabelTypes.Of(kind);
            Assert.AreEqual(kind, type.Kind);
            Assert.AreEqual(kind, LabelTypes.Of(type.TypeOf(new(kind, Size: 3)))?.Kind);
        }
    }

    [TestMethod]
    public void KeysOfAnyInteger_AreClasses_AndPlainIntegersAreNoLabels()
    {
        Assert.AreEqual(LabelKind.Class, LabelTypes.Of(new KeyDataViewType(typeof(byte), 3))?.Kind);
        Assert.IsNull(LabelTypes.Of(NumberDataViewType.UInt32));
        Assert.IsNull(LabelTypes.Of(TextDataViewType.Instance));
    }

    [TestMethod]
    public void Names_AreThoseOfAMessage() => Assert.AreEqual("a key, a Boolean or a Single", LabelTypes.Names);
}
