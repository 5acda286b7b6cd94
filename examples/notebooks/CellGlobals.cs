namespace Notebooks;

/// <summary>What cells can call besides what they import: the two functions that C# kernels have to show things,
/// by the names that they have there.</summary>
public sealed class CellGlobals
{
    readonly Action<object> _show;

    internal CellGlobals(Action<object> show) => _show = show;

#pragma warning disable IDE1006 // the kernels' names
    public void display(object value) => _show(value);

    public Html HTML(string content) => new(content);
#pragma warning restore IDE1006
}
