using System.Text;

namespace Notebooks;

/// <summary>Hears what a cell prints and displays, in the order in which it does.</summary>
sealed class OutputRecorder : TextWriter
{
    readonly Lock _lock = new();
    readonly StringBuilder _printed = new();
    readonly List<CellOutput> _outputs = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override string NewLine => "\n";

    public override void Write(char value)
    {
        lock (_lock)
            _printed.Append(value);
    }

    public override void Write(ReadOnlySpan<char> text)
    {
        lock (_lock)
            _printed.Append(text);
    }

    public void Add(CellOutput output)
    {
        lock (_lock)
        {
            EndPrinted();
            _outputs.Add(output);
        }
    }

    /// <summary>All since the last call.</summary>
    public IReadOnlyList<CellOutput> Take()
    {
        lock (_lock)
        {
            EndPrinted();
            CellOutput[] outputs = [.. _outputs];
            _outputs.Clear();
            return outputs;
        }
    }

    void EndPrinted()
    {
        if (_printed.Length > 0)
            _outputs.Add(CellOutput.Printed(_printed.ToString()));
        _printed.Clear();
    }
}
