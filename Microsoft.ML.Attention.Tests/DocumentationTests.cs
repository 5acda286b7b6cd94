using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Tests.Text;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What README.md and the chapters of docs/ say, tried.</summary>
[TestClass, DoNotParallelize]   // their code writes files into the current folder, which a process has one of
public sealed class DocumentationTests
{
    public static IEnumerable<object[]> Pages => Page.All.Select(path => new object[] { path });

    [TestMethod]
    public void Readme_IsAProgramWithTheAccuracyThatItPromises() =>
        Assert.IsGreaterThan(0.9,
            double.Parse(Run(Page.Readme.Blocks("csharp")).Split(Environment.NewLine)[0], CultureInfo.InvariantCulture));

    /// <summary>A chapter's code goes on from the README's.</summary>
    [TestMethod, DynamicData(nameof(Pages))]
    public void Code_FromTopToBottom_IsAProgramThatRuns(string path)
    {
        var code = new Page(path).Blocks("csharp");
        if (path != "README.md" && code.Count > 0)
            Run([.. Page.Readme.Blocks("csharp"), .. code]);
    }

    [TestMethod, DynamicData(nameof(Pages))]
    public void Links_LeadToFilesAndHeadingsThatAreThere(string path)
    {
        if (Repository.Root is not { } root)
        {
            Assert.Inconclusive("The tests do not run within the repository that the links lead into.");
            return;
        }
        foreach (var link in new Page(path).LocalLinks)
        {
            var (file, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            var target = file == ""
                ? path
                : Path.GetRelativePath(root, Path.Combine(root, Path.GetDirectoryName(path)!, file)).Replace('\\', '/');
            Assert.IsTrue(Path.Exists(Path.Combine(root, target)), $"{path} leads to {link}, which is not there.");
            if (anchor is not null && Page.All.Contains(target))
                Assert.Contains(anchor, new Page(target).Anchors, $"{path} leads to {link}.");
        }
    }

    [TestMethod]
    [DataRow(typeof(MultiHeadAttentionOptions))]
    [DataRow(typeof(TrainingOptions))]
    [DataRow(typeof(TrainingAugmentation))]
    [DataRow(typeof(AttentionRuntimeOptions))]
    public void TableOfOptions_NamesEachWithItsDefault(Type options)
    {
        Type[] tables = [typeof(TrainingOptions), typeof(TrainingAugmentation), typeof(AttentionRuntimeOptions)];
        var defaults = Activator.CreateInstance(options);
        var expected = options.GetProperties().Where(p => !tables.Contains(p.PropertyType))
            .Select(p => $"`{p.Name}`: {Written(p.GetValue(defaults))}");
        Assert.AreSequenceEqual(expected, new Page("docs/options.md").Table($"`{options.Name}`").Select(row => $"{row[0]}: {row[1]}"));
    }

    [TestMethod]
    public void CommandsForAFreshMachine_AreTheTwo() => Assert.AreSequenceEqual(
        ["dotnet run --project examples/SpeakerRecognition", "dotnet test"],
        Page.Readme.Blocks("sh")[0].Trim().Split('\n').Select(line => line.Split('#')[0].Trim()));

    /// <summary>What the code, run as one program in a folder of its own, prints.</summary>
    static string Run(IEnumerable<string> blocks)
    {
        // a chapter's own directives go before what it goes on from
        var lines = blocks.SelectMany(block => block.Split('\n')).ToLookup(IsDirective);
        var program = ConsoleProgram.Compile(string.Join('\n', lines[true].Distinct().Concat(lines[false])));
        using var folder = new TemporaryFolder();
        var (previousFolder, previousOutput, output) = (Environment.CurrentDirectory, Console.Out, new StringWriter());
        try
        {
            Environment.CurrentDirectory = folder[""];
            Console.SetOut(TextWriter.Synchronized(output));
            WriteCheckpoints();
            program.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Array.Empty<string>()], null);
        }
        finally
        {
            Environment.CurrentDirectory = previousFolder;
            Console.SetOut(previousOutput);
        }
        return output.ToString();
    }

    static bool IsDirective(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=');

    static string Written(object? value) => value switch
    {
        null => "unset",
        CancellationToken token when token == CancellationToken.None => "unset",
        string text => $"`\"{text}\"`",
        bool yes => yes ? "`true`" : "`false`",
        IEnumerable => "`[OutputColumnName]`",   // of the input columns; other lists are unset
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    /// <summary>What the pages say comes from elsewhere: an attention of PyTorch's, a BERT of two layers, and a folder of a sentence model;
    /// with numbers of our own.</summary>
    static void WriteCheckpoints()
    {
        Write("attention.safetensors", ("in_proj_weight", [192, 64]), ("in_proj_bias", [192]), ("out_proj.weight", [64, 64]),
            ("out_proj.bias", [64]));
        TinyTextModel.Write(Directory.CreateDirectory("all-MiniLM-L6-v2").FullName, "bert");
        Write("model.safetensors", [.. Enumerable.Range(0, 2).SelectMany(layer => BertLayer($"bert.encoder.layer.{layer}.", 128, 512))]);
    }

    static (string, long[])[] BertLayer(string at, long width, long inner) =>
    [
        .. from projection in new[] { "attention.self.query", "attention.self.key", "attention.self.value",
            "attention.output.dense" } from tensor in Linear(at + projection, width, width) select tensor,
        .. Linear(at + "intermediate.dense", inner, width), .. Linear(at + "output.dense", width, inner),
        .. from norm in new[] { "attention.output.LayerNorm", "output.LayerNorm" } from part in new[] { "weight",
            "bias" } select ($"{at}{norm}.{part}", new[] { width }),
    ];

    static (string, long[])[] Linear(string name, long outputs, long inputs) =>
        [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

    static void Write(string path, params (string Name, long[] Shape)[] tensors) =>
        AttentionParameters.Create(tensors.Select(t =>
            KeyValuePair.Create(t.Name, new AttentionTensor(t.Shape, new float[t.Shape.Aggregate(1L, (a, b) => a * b)]))))
            .SaveSafetensors(path);
}
