using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention.Tests.Pipeline;

/// <summary>Each way into ML.NET leads where it did; a test of a way that is closed fails with a sentence that starts
/// "ML.NET changed".</summary>
[TestClass]
public sealed class MLNetInternalsTests
{
    static readonly Assembly Core = typeof(ModelSaveContext).Assembly;

    readonly MLContext _ml = new(seed: 7);

    [TestMethod]
    public void NewColumn_HasWhatItWasGiven() => Reach("SchemaShape.Column's constructor", () =>
    {
        var annotations = new SchemaShape(
            [MLNetInternals.NewColumn("SlotNames", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false, null)]);

        var column = MLNetInternals.NewColumn("Name", SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.UInt32, true,
            annotations);

        Assert.AreEqual(("Name", SchemaShape.Column.VectorKind.VariableVector, true), (column.Name, column.Kind, column.IsKey));
        Assert.AreEqual(NumberDataViewType.UInt32, column.ItemType);
        Assert.AreEqual("SlotNames", column.Annotations.Single().Name);
    });

    [TestMethod]
    public void ShapeOf_ASchema_HasItsColumns() => Reach("SchemaShape.Create", () =>
    {
        var shape = MLNetInternals.ShapeOf(ToyData.View(1).Schema);

        var columns = shape.Select(c => $"{c.Name}: {c.Kind} of {c.ItemType}{(c.IsKey ? ", a key" : "")}");
        CollectionAssert.AreEqual(new[]
        {
            "Values: VariableVector of Single", "Text: Scalar of String", "Key: Scalar of UInt32, a key",
            "Pair: Vector of Double", "Words: VariableVector of String", "Time: Scalar of DateTime",
        }, columns.ToArray());
    });

    [TestMethod]
    public void EnvironmentOf_ACatalog_IsTheContextsAndReachesItsLog() => Reach("TransformsCatalog._env", () =>
    {
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add($"{message.Kind} of {message.Source}: {message.RawMessage}");

        var host = MLNetInternals.EnvironmentOf(_ml.Transforms).Register("Stage");
        using (var channel = host.Start("Fit"))
        {
            channel.Info(MessageSensitivity.None, "epoch {0} of {1}", 1, 2);
            channel.Warning(MessageSensitivity.None, "a {brace} is no format");
        }

        CollectionAssert.IsSubsetOf(new[] { "Info of Stage; Fit: epoch 1 of 2", "Warning of Stage; Fit: a {brace} is no format" }, log);
    });

    [TestMethod]
    public void SeedOf_AnEnvironment_IsTheContexts() => Reach("IHostEnvironmentInternal.Seed", () =>
    {
        var environment = MLNetInternals.EnvironmentOf(_ml.Transforms);

        Assert.AreEqual(7, MLNetInternals.SeedOf(environment));
        Assert.AreEqual(7, MLNetInternals.SeedOf(_ml));
        Assert.AreEqual(7, MLNetInternals.SeedOf(environment.Register("Stage")));
        Assert.IsNull(MLNetInternals.SeedOf(MLNetInternals.EnvironmentOf(new MLContext().Transforms)));
    });

    [TestMethod]
    public void GpuDeviceIdOf_AHost_IsTheContextsWhenItWasRegistered() => Reach("IHostEnvironmentInternal.GpuDeviceId", () =>
    {
        var environment = MLNetInternals.EnvironmentOf(_ml.Transforms);
        Assert.IsNull(MLNetInternals.GpuDeviceIdOf(environment));
        _ml.GpuDeviceId = 1;
        var host = environment.Register("Stage");
        _ml.GpuDeviceId = 2;

        Assert.AreEqual(2, MLNetInternals.GpuDeviceIdOf(environment));
        Assert.AreEqual(1, MLNetInternals.GpuDeviceIdOf(host));
    });

    [TestMethod]
    public void FallbackToCpuOf_AHost_IsTheContextsWhenItWasRegistered() => Reach("IHostEnvironmentInternal.FallbackToCpu", () =>
    {
        var environment = MLNetInternals.EnvironmentOf(_ml.Transforms);
        Assert.IsFalse(MLNetInternals.FallbackToCpuOf(environment));
        _ml.FallbackToCpu = true;
        var host = environment.Register("Stage");
        _ml.FallbackToCpu = false;

        Assert.IsFalse(MLNetInternals.FallbackToCpuOf(environment));
        Assert.IsTrue(MLNetInternals.FallbackToCpuOf(host));
    });

    [TestMethod]
    public void IsCanceled_OnceTheContextIs_IsTrueOfItsEnvironmentAndHosts() => Reach("ICancelable.IsCanceled", () =>
    {
        var environment = MLNetInternals.EnvironmentOf(_ml.Transforms);
        var host = environment.Register("Stage");
        Assert.IsFalse(MLNetInternals.IsCanceled(environment));

        CancelExecution(_ml);

        Assert.IsTrue(MLNetInternals.IsCanceled(environment));
        Assert.IsTrue(MLNetInternals.IsCanceled(host));
        Assert.IsFalse(MLNetInternals.IsCanceled(_ml), "MLContext is not cancelable itself");
    });

    [TestMethod]
    public void SavedEntries_AreReadBack() => Reach("the model save and load contexts", () =>
    {
        var large = new byte[100_000];
        new Random(1).NextBytes(large);
        var saved = Save(("Options.json", "{}"u8.ToArray()), ("Parameters.safetensors", large), ("Nothing", []));

        foreach (var (name, expected) in new[] { ("Parameters.safetensors", large), ("Nothing", []), ("Options.json", "{}"u8.ToArray()) })
            CollectionAssert.AreEqual(expected, saved.Load(context => MLNetInternals.Load(context, name, ReadAll)), name);
    });

    [TestMethod]
    public void SavedStage_NamesItsLoaderAndTheSimpleNameOfItsAssembly() => Reach("ModelSaveContext.SetVersionInfo", () =>
    {
        var (loader, assembly) = Save().Load(context =>
        {
            var header = context.GetType().GetField("Header", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(context)!;
            return (header.GetType().GetMethod("GetLoaderSig")!.Invoke(null, [header]),
                context.GetType().GetField("LoaderAssemblyName")!.GetValue(context));
        });

        Assert.AreEqual(MLNetInternals.LoaderSignature, loader);
        Assert.AreEqual("Microsoft.ML.Attention", assembly);
    });

    [TestMethod]
    public void Load_OfANewerFormat_SaysBothAndWhatToDo() => Reach("ModelHeader.ModelVerReadable", () =>
    {
        var saved = Save(("Options.json", [])).Patch(8, 3).Patch(12, 2);    // written as format 3, which readers of format 2 understand

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            saved.Load(context => MLNetInternals.Load(context, "Options.json", ReadAll)));

        Assert.AreEqual("The model file's MultiHeadAttention stage has format 3, and this version of Microsoft.ML.Attention reads "
            + "formats up to 1: update the package AttentionMLNet.", error.Message);
    });

    [TestMethod]
    public void Load_OfANewerFormatThatThisLibraryUnderstands_Reads()
    {
        var saved = Save(("Options.json", [5])).Patch(8, 3);

        CollectionAssert.AreEqual(new byte[] { 5 }, saved.Load(context => MLNetInternals.Load(context, "Options.json", ReadAll)));
    }

    [TestMethod]
    public void Load_OfAnotherStagesFile_IsRefused() => Reach("ModelHeader.ModelSignature", () =>
    {
        var saved = Save(("Options.json", [])).Patch(4, 0);

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            saved.Load(context => MLNetInternals.Load(context, "Options.json", ReadAll)));

        Assert.AreEqual("The model file's stage is not one that MultiHeadAttention saved.", error.Message);
    });

    [TestMethod]
    public void Load_OfAMissingEntry_NamesIt()
    {
        var saved = Save(("Options.json", []));

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            saved.Load(context => MLNetInternals.Load(context, "Parameters.safetensors", ReadAll)));

        Assert.AreEqual("The model file is damaged: its MultiHeadAttention stage has no entry 'Parameters.safetensors'.", error.Message);
    }

    [TestMethod]
    public void LoadableClassAttribute_IsAsTheStubDeclaresIt() => Reach("LoadableClassAttribute", () =>
    {
        var attribute = Core.GetType("Microsoft.ML.LoadableClassAttribute", throwOnError: true)!;

        Assert.IsNotNull(
            attribute.GetConstructor([typeof(Type), typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[])]));
        Assert.IsNotNull(Core.GetType("Microsoft.ML.SignatureLoadModel", throwOnError: true));
    });

    [TestMethod]
    public void Library_IsShownTheInternalsOfCore()
    {
        var attribute = typeof(MLNetInternals).Assembly.GetCustomAttributes<IgnoresAccessChecksToAttribute>().Single();

        Assert.AreEqual(Core.GetName().Name, attribute.AssemblyName);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(CancelExecution))]
    static extern void CancelExecution(MLContext context);

    static SavedModel Save(params (string Name, byte[] Content)[] entries)
    {
        var stage = new ToyTransformer("Values");
        foreach (var (name, content) in entries)
            stage.Entries.Add(name, stream => stream.Write(content));
        return new SavedModel(stage);
    }

    static byte[] ReadAll(Stream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static void Reach(string member, Action use)
    {
        try
        {
            use();
        }
        catch (Exception e)
            when (e is MissingMemberException or TypeLoadException or InvalidCastException or NullReferenceException
                or AssertFailedException)
        {
            Assert.Fail($"ML.NET changed: MLNetInternals.cs, checked on 5.0.1, must follow what became of {member}. {e.Message}");
        }
    }
}
