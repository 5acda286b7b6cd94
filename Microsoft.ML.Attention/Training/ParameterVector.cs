using System.Runtime.InteropServices;
using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Learned tensors end to end in one vector; or one tensor by itself, in its own shape.</summary>
/// <param name="specs">The tensors.</param>
/// <param name="isApart">Whether it is one by itself, which the optimizer steps outside of the graph.</param>
sealed class ParameterVector(IReadOnlyList<ParameterSpec> specs, bool isApart = false)
{
    readonly long[] _sizes = [.. specs.Select(s => s.Shape.Aggregate(1L, (product, size) => product * size))];

    public bool IsApart => isApart;

    public int Length => _sizes.Sum() is var length && length <= Array.MaxLength ? (int)length : throw new NotSupportedException(
        $"Learning keeps all parameters in one array, which holds {Array.MaxLength} numbers; these are {length}. Make the stage smaller, "
            + "or give Parameters without a label.");

    public Dim[] Shape => isApart ? [.. specs[0].Shape.Select(size => (Dim)size)] : [Length];

    /// <summary>1 where AdamW decays, 0 where it does not: matrices of projections only.</summary>
    public float[] Decayed => [.. specs.Zip(_sizes).SelectMany(s => Enumerable.Repeat(Decay(s.First), (int)s.Second))];

    /// <summary>The same of a tensor by itself.</summary>
    public bool Decays => Decay(specs[0]) > 0;

    static float Decay(ParameterSpec spec) => spec.IsProjection ? 1f : 0f;

    /// <summary>What the graph calls something of this vector.</summary>
    public string Named(string what) => isApart ? $"{what}.{specs[0].Name}" : what;

    public float[] Pack(AttentionParameters tensors)
    {
        var vector = new float[Length];
        var start = 0;
        foreach (var spec in specs)
        {
            var values = tensors[spec.Name].Values;
            values.CopyTo(vector.AsMemory(start));
            start += values.Length;
        }
        return vector;
    }

    /// <summary>The same for a session to read; a tensor by itself is not copied.</summary>
    public OrtValue View(AttentionParameters tensors) => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
        isApart ? MemoryMarshal.AsMemory(tensors[specs[0].Name].Values) : Pack(tensors), [.. Shape.Select(size => size.Size)]);

    public IEnumerable<KeyValuePair<string, AttentionTensor>> Unpack(float[] vector)
    {
        var start = 0;
        foreach (var (spec, size) in specs.Zip(_sizes))
        {
            yield return KeyValuePair.Create(spec.Name, new AttentionTensor(spec.Shape, vector.AsMemory(start, (int)size)));
            start += (int)size;
        }
    }

    /// <summary>The tensors as parts of the vector; the gradient of the split is then the gradients end to end.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Split(Value vector) => isApart ? [KeyValuePair.Create(specs[0].Name, vector)]
        : specs.Zip(vector.Split(0, _sizes), (spec, part) =>
            KeyValuePair.Create(spec.Name, part.Reshape([.. spec.Shape.Select(size => (Dim)size)])));
}
