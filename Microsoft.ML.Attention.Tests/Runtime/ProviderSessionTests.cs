using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Which execution provider runs, on a native package that has the CPU alone.</summary>
[TestClass]
public sealed class ProviderSessionTests
{
    [TestMethod]
    public void Choose_WithoutAWish_IsTheCpuWithoutAWord()
    {
        var warnings = new List<string>();

        Assert.AreEqual(ExecutionProvider.Cpu, ProviderSession.Choose(new(), null, false, warnings.Add).Provider);
        Assert.AreEqual(ExecutionProvider.Cpu,
            ProviderSession.Choose(new() { ExecutionProvider = ExecutionProvider.Cpu }, contextDevice: 0, false, warnings.Add).Provider);
        Assert.IsEmpty(warnings);
    }

    static IEnumerable<(ExecutionProvider, string)> Packages =>
    [
        (ExecutionProvider.Cuda, "the package Microsoft.ML.OnnxRuntime.Gpu"),
        (ExecutionProvider.TensorRt, "the package Microsoft.ML.OnnxRuntime.Gpu"),
        (ExecutionProvider.DirectML, "the package Microsoft.ML.OnnxRuntime.DirectML"),
        (ExecutionProvider.OpenVino, "the package Intel.ML.OnnxRuntime.OpenVino"),
        (ExecutionProvider.WebGpu, "a native ONNX Runtime that carries WebGpu"),
        (ExecutionProvider.CoreML, "a native ONNX Runtime that carries CoreML"),
    ];

    [TestMethod, DynamicData(nameof(Packages))]
    public void Choose_OfAProviderThatIsNotThere_NamesWhatToAdd_OrFallsBack(ExecutionProvider provider, string package)
    {
        if (provider == ExecutionProvider.CoreML && OperatingSystem.IsMacOS() || provider == ExecutionProvider.DirectML
            && OperatingSystem.IsWindows())
            Assert.Inconclusive("The CPU package has it here.");
        var options = new AttentionRuntimeOptions { ExecutionProvider = provider };
        var warnings = new List<string>();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            ProviderSession.Choose(options, null, contextFallback: false, warnings.Add));
        var chosen = ProviderSession.Choose(options, null, contextFallback: true, warnings.Add);

        StringAssert.StartsWith(error.Message, $"Execution provider {provider} cannot be used: {provider}: ");
        StringAssert.EndsWith(error.Message, $". Add {package} to the application, or set FallbackToCpu.");
        Assert.AreEqual(ExecutionProvider.Cpu, chosen.Provider);
        StringAssert.EndsWith(warnings.Single(), ". Running on the CPU instead, as FallbackToCpu allows.");
    }

    [TestMethod]
    public void Choose_OfADevice_TakesTheOptionsBeforeTheContexts()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            ProviderSession.Choose(new() { GpuDeviceId = 2, FallbackToCpu = false }, contextDevice: 1, contextFallback: true, _ => { }));

        StringAssert.StartsWith(error.Message, "GPU 2 cannot be used: ");
        StringAssert.EndsWith(error.Message, " to the application, or set FallbackToCpu.");
        if (OperatingSystem.IsLinux())
            StringAssert.Matches(error.Message, new(": Cuda: .+; WebGpu: .+\\. Add the package Microsoft.ML.OnnxRuntime.Gpu to"),
                "Each that was tried, with its reason.");
    }

    [TestMethod]
    public void Open_LetsTheUserHaveTheLastWord()
    {
        var threads = 0;
        var provider = ProviderSession.Choose(new()
        {
            IntraOpThreads = 1,
            ConfigureSession = session => threads = session.IntraOpNumThreads,
        }, null, false, _ => { });

        using var session = provider.Open(ProbeGraph.Build());

        Assert.AreEqual(1, threads);
        using var matrix = OrtValue.CreateTensorValueFromMemory(new float[] { 1, 2, 3, 4 }, [2, 2]);
        using var product = session.Run(["a", "b"], [matrix, matrix], ["y"]);
        CollectionAssert.AreEqual(new float[] { 7, 10, 15, 22 }, product[0].GetTensorDataAsSpan<float>().ToArray());
    }

    /// <summary>As the managed package throws with no native library, and with one of 1.30 (seen on 1.31.1).</summary>
    [TestMethod]
    public void Advice_OfAMissingOrAnOldNativeRuntime_ComesFirst()
    {
        const string Package = "the package Microsoft.ML.OnnxRuntime";
        var missing = new TypeInitializationException("NativeMethods",
            new DllNotFoundException("Unable to load shared library 'onnxruntime': many paths"));
        var old = new TypeInitializationException("NativeMethods",
            new InvalidOperationException("The native ONNX Runtime library does not support API version 31."));
        var version = typeof(InferenceSession).Assembly.GetName().Version!;

        Assert.AreEqual($"There is no native ONNX Runtime: add {Package} to the application. The reason: Unable to load shared library "
            + "'onnxruntime': many paths",
            NativeRuntime.Advice(missing, Package));
        Assert.AreEqual($"The native ONNX Runtime is too old: update {Package} to {version.Major}.{version.Minor}. "
            + "The reason: The native ONNX Runtime library does not support API version 31.", NativeRuntime.Advice(old, Package));
        Assert.IsNull(NativeRuntime.Advice(new EntryPointNotFoundException("OrtSessionOptionsAppendExecutionProvider_DML"), Package),
            "It lacks a provider alone.");
    }
}
