using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Initializers that a session is given from memory and not within its model,
/// which holds no more than 2 GB and would be a copy.</summary>
/// <param name="mostInside">Bytes of the graph's own numbers that the model may hold.</param>
sealed class OutsideTensors(long mostInside = OnnxModel.MostInside / 2) : IDisposable
{
    /// <summary>Of fewer bytes nothing is worth an entry; ONNX Runtime reads shapes and axes within the model too.</summary>
    const int Least = 1024;

    readonly List<(string Name, PinnedBytes Pinned, long Length)> _files = [];
    long _inside;

    /// <summary>Whether ONNX Runtime may read where they are for as long as the session is open, and needs no copy.</summary>
    public bool AreHeld { get; private set; } = true;

    /// <summary>Where the model says that an initializer's bytes are; null where it holds them.</summary>
    /// <param name="initializer">The initializer.</param>
    /// <param name="hold">Makes the session read its numbers where they are, where they stay until it is closed;
    /// false where they do not.</param>
    public ExternalPlace? Place(Initializer initializer, Func<Initializer, bool> hold)
    {
        if (initializer.Length < Least || initializer.Numbers is null && (_inside += initializer.Length) <= mostInside)
            return null;
        AreHeld &= initializer.Numbers is not null && hold(initializer);
        var name = $"tensor{_files.Count}";
        _files.Add((name, initializer.Pin(), initializer.Length));
        return new ExternalPlace(name, 0);
    }

    /// <summary>Gives them to the sessions that are opened with the options, before this is disposed.</summary>
    public void AddTo(SessionOptions options)
    {
        if (_files.Count == 0)
            return;
        if (AreHeld)
            options.AddSessionConfigEntry("session.use_external_initializer_file_buffers_directly", "1");
        var names = _files.ConvertAll(file =>
            OperatingSystem.IsWindows() ? Marshal.StringToHGlobalUni(file.Name) : Marshal.StringToCoTaskMemUTF8(file.Name));
        try
        {
            OnnxRuntimeInternals.AddExternalInitializersFromFilesInMemory(options,
                [.. names], [.. _files.Select(file => file.Pinned.Address)], [.. _files.Select(file => (nuint)file.Length)]);
        }
        finally
        {
            foreach (var name in names)
            {
                if (OperatingSystem.IsWindows())
                    Marshal.FreeHGlobal(name);
                else
                    Marshal.FreeCoTaskMem(name);
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Pinned.Dispose();
    }
}

/// <summary>What this library uses of ONNX Runtime's managed package without being invited.</summary>
static class OnnxRuntimeInternals
{
    const BindingFlags Hidden = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    delegate nint AddFiles(nint options, nint[] names, nint[] addresses, nuint[] lengths, nuint count);

    static readonly Lazy<AddFiles> AddFilesOf = new(() =>
    {
        var api = NativeMethods.GetField("api_", Hidden)?.GetValue(null) ?? throw Changed("NativeMethods.api_");
        return api.GetType().GetField("AddExternalInitializersFromFilesInMemory", Hidden)?.GetValue(api) is nint pointer and not 0
            ? Marshal.GetDelegateForFunctionPointer<AddFiles>(pointer)
            : throw Changed("OrtApi.AddExternalInitializersFromFilesInMemory");
    });

    static readonly Lazy<Action<nint>> VerifySuccess = new(() => Library.GetType("Microsoft.ML.OnnxRuntime.NativeApiStatus")
        ?.GetMethod("VerifySuccess", Hidden, [typeof(nint)])?.CreateDelegate<Action<nint>>()
            ?? throw Changed("NativeApiStatus.VerifySuccess"));

    static Assembly Library => typeof(InferenceSession).Assembly;

    static Type NativeMethods => Library.GetType("Microsoft.ML.OnnxRuntime.NativeMethods") ?? throw Changed("NativeMethods");

    /// <summary>Tells sessions of files that are in memory: where, and how long. Until such a session is open, they stay there.</summary>
    // The function is part of the C API, but the managed package only lists it (checked on 1.31.1); of the functions that it has, none
    // gives a session its initializers.
    public static void AddExternalInitializersFromFilesInMemory(SessionOptions options, nint[] names, nint[] addresses, nuint[] lengths) =>
        VerifySuccess.Value(AddFilesOf.Value(options.DangerousGetHandle(), names, addresses, lengths, (nuint)names.Length));

    static MissingMemberException Changed(string member) =>
        new($"ONNX Runtime changed: its managed package {Library.GetName().Version} has no {member} as 1.31.1 had.");
}
