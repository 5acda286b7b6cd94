using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

[TestClass, DoNotParallelize]   // cells print to the console, which a process has one of
public sealed class CSharpKernelTests
{
    [TestMethod]
    public async Task Cells_GoOnWithWhatEarlierOnesDeclared()
    {
        var outputs = await RunAsync("int Twice(int x) => 2 * x;\nrecord Pair(int A, int B);", "var pair = new Pair(1, Twice(2));",
            "await Task.Yield();\npair.A + pair.B");
        Assert.AreSequenceEqual([CellOutput.Returned(5)], outputs.SelectMany(o => o));
    }

    [TestMethod]
    public async Task Outputs_ComeInTheirOrder()
    {
        var outputs =
            await RunAsync("Console.Write(\"a\"); Console.WriteLine('b');\ndisplay(HTML(\"<i>c</i>\"));\nConsole.WriteLine(1.5);\n\"d\"");
        Assert.AreSequenceEqual([CellOutput.Printed("ab\n"), CellOutput.Displayed(new Html("<i>c</i>")), CellOutput.Printed("1.5\n"),
            CellOutput.Returned("d")], outputs[0]);
    }

    [TestMethod]
    public async Task Picture_IsStoredAsAnImage()
    {
        const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>ä</text></svg>";
        var output = (await RunAsync($"HTML(\"\"\"{Svg}\"\"\")"))[0].Single();
        Assert.AreEqual("text/html", output.MimeType);
        Assert.StartsWith("<img src=\"data:image/svg+xml;base64,", output.Text);
        Assert.AreEqual(Svg, Html.Picture(output.Text));
    }

    [TestMethod]
    [DataRow("var a = 1;\nvar b = c;", "made, cell 2 ('cell-2'), line 2: CS0103: The name 'c' does not exist in the current context")]
    [DataRow("int F()\n{\n    return 1;\n#warning Old\n}", "made, cell 2 ('cell-2'), line 4: CS1030: #warning: 'Old'")]
    [DataRow("void Throw() =>\n    throw new InvalidOperationException(\"no\");\nThrow();",
        "made, cell 2 ('cell-2'), line 3: InvalidOperationException: no")]
    public async Task Cell_ThatFails_IsNamedWithItsLine(string source, string message) =>
        Assert.AreEqual(message, (await Assert.ThrowsExactlyAsync<CellException>(() => RunAsync("1", source))).Message);

    [TestMethod]
    public async Task Console_AfterACellThatThrew_IsTheOneBefore()
    {
        var console = Console.Out;
        await Assert.ThrowsExactlyAsync<CellException>(() => RunAsync("throw new Exception();"));
        Assert.AreSame(console, Console.Out);
    }

    [TestMethod]
    public async Task Library_IsTheOneOfThisProcess() =>
        Assert.AreSequenceEqual([CellOutput.Returned(typeof(MultiHeadAttentionOptions).Assembly.Location)],
            (await RunAsync("typeof(Microsoft.ML.Attention.MultiHeadAttentionOptions).Assembly.Location"))[0]);

    static async Task<IReadOnlyList<IReadOnlyList<CellOutput>>> RunAsync(params string[] sources)
    {
        var kernel = new CSharpKernel("made");
        var outputs = new List<IReadOnlyList<CellOutput>>();
        foreach (var cell in StoredNotebooks.OfCells(sources).CodeCells)
            outputs.Add(await kernel.RunAsync(cell));
        return outputs;
    }
}
