using System.Collections;
using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>A safetensors file in memory; the k-th tensor (from 1) holds 1000 k, 1000 k + 1, ...
/// so that every value tells where it comes from.</summary>
sealed class TinyCheckpoint : IEnumerable
{
    readonly Dictionary<string, AttentionTensor> _tensors = [];

    public AttentionTensor this[string name] => _tensors[name];

    public void Add(string name, params long[] shape)
    {
        var values = Enumerable.Range(0, (int)AttentionTensor.Count(shape)).Select(i => 1000f * (_tensors.Count + 1) + i).ToArray();
        _tensors.Add(name, new AttentionTensor(shape, values));
    }

    public AttentionParameters Load(string prefix = "")
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, _tensors);
        stream.Position = 0;
        return SafetensorsCheckpoint.Load(stream, "tiny.safetensors", prefix);
    }

    public IEnumerator GetEnumerator() => _tensors.GetEnumerator();
}
