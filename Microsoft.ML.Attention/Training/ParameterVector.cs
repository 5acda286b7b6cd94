using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Training;

/// <summary>The learned tensors end to end in one vector: the optimizer then takes a dozen operators, however many tensors there are.</summary>
sealed class ParameterVector(IReadOnlyList<ParameterSpec> specs)
{
    readonly long[] _sizes = [.. specs.Select(s => s.Shape.Aggregate(1L, (product, size) => product * size))];

    public int Length => _sizes.Sum() is var length && length <= Array.MaxLength ? (int)length : throw new NotSupportedException(
        $"Learning keeps all parameters in one array, which holds {Array.MaxLength} numbers; these are {length}. Make the stage smaller, or give Parameters without a label.");

    /// <summary>1 where AdamW decays, 0 where it does not: matrices of projections only.</summary>
    public float[] Decayed => [.. specs.Zip(_sizes).SelectMany(s => Enumerable.Repeat(s.First.IsProjection ? 1f : 0f, (int)s.Second))];

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
    public Dictionary<string, Value> Split(Value vector) => specs.Zip(vector.Split(0, _sizes))
        .ToDictionary(part => part.First.Name, part => part.Second.Reshape([.. part.First.Shape.Select(size => (Dim)size)]));
}
