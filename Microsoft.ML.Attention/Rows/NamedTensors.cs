using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Rows;

/// <summary>The inputs, or the outputs, of one run, by name.</summary>
sealed class NamedTensors
{
    readonly List<string> _names = [];
    readonly List<OrtValue> _values = [];

    public IReadOnlyList<string> Names => _names;

    public IReadOnlyList<OrtValue> Values => _values;

    public void Add(string name, OrtValue value)
    {
        _names.Add(name);
        _values.Add(value);
    }

    public void Clear()
    {
        _names.Clear();
        _values.Clear();
    }
}
