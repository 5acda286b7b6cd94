using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class TokenTextTests
{
    [TestMethod]
    [DataRow("dog", "dog")]
    [DataRow("", "∅")]
    [DataRow(" a\n", "␠a␊")]
    [DataRow("\u0000\u007F\uFFFF", "␀␡\uFFFD")]
    public void Visible_ShowsWhatHasNoSign(string token, string visible) => Assert.AreEqual(visible, TokenText.Visible(token));

    [TestMethod]
    public void Visible_OfHalfACharacter_IsTheSignForThat() => Assert.AreEqual("\uFFFD", TokenText.Visible("\uD83D"));

    [TestMethod]
    [DataRow("unbelievable", "unbelievable")]
    [DataRow("unbelievably-long", "unbelievably-…")]
    [DataRow("👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧👩‍👩‍👧")]
    public void Label_OfALongToken_IsItsBeginning(string token, string label) => Assert.AreEqual(label, TokenText.Label(token));
}
