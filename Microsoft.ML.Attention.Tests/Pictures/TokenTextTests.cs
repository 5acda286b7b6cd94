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
    public void Visible_OfAVeryLongToken_IsItsBeginning()
    {
        Assert.AreEqual(new string('a', 200) + "…", TokenText.Visible(new string('a', 10_000_000)));
        Assert.AreEqual(new string('a', 199) + "…", TokenText.Visible(new string('a', 199) + "👩👩"), "No character is cut in half.");
        Assert.AreEqual(new string('a', 200), TokenText.Visible(new string('a', 200)));
    }

    [TestMethod]
    [DataRow("a title, of two\nlines\tand a tab", "a title, of two\nlines\tand a tab")]
    [DataRow("bell \a, null \0, delete \u007F, \u0085", "bell ␇, null ␀, delete ␡, \uFFFD")]
    [DataRow("no character \uFFFE", "no character \uFFFD")]
    public void Writable_ShowsWhatXmlCannotHold(string text, string writable) => Assert.AreEqual(writable, TokenText.Writable(text));

    [TestMethod]
    public void Writable_OfHalfACharacter_IsTheSignForThat() => Assert.AreEqual("half \uFFFD", TokenText.Writable("half \uD83D"));

    [TestMethod]
    [DataRow("unbelievable", "unbelievable")]
    [DataRow("unbelievably-long", "unbelievably-…")]
    [DataRow("👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧👩‍👩‍👧")]
    public void Label_OfALongToken_IsItsBeginning(string token, string label) => Assert.AreEqual(label, TokenText.Label(token));
}
