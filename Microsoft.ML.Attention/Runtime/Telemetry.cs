using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Keeps the native ONNX Runtime to itself: with its first session, version 1.31 resolves a host and writes a device's id into
/// files, unless this is set before it starts.</summary>
static class Telemetry
{
    const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Sets the switch where the user did not.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whatever of this assembly is used first: by the first session it is too late.")]
    internal static void Disable()
    {
        if (Environment.GetEnvironmentVariable(Switch) is not null)
            return;
        Environment.SetEnvironmentVariable(Switch, "1");            // for processes that this one starts, and on Windows for this one
        if (!OperatingSystem.IsWindows())
            SetNative(Switch, "1", overwrite: 0);                   // .NET keeps a copy of the environment that native code does not see
    }

    [DllImport("libc", EntryPoint = "setenv"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetNative([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}
