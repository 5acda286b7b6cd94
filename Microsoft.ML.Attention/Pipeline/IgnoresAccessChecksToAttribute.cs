namespace System.Runtime.CompilerServices;

/// <summary>Known to the runtime by this name: the assembly that carries it may use the internal members of another.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    /// <summary>The other assembly's simple name.</summary>
    public string AssemblyName => assemblyName;
}
