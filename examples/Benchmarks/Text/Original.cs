using Microsoft.ML.Attention.Text;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>The package's ONNX file in ONNX Runtime as it is: ids in, the last layer's tokens out,
/// pooled and brought to length 1 here.</summary>
sealed class Original(string path, bool isPooledByMean, PretrainedTextModel tokenizer) : IDisposable
{
    readonly InferenceSession _session = new(path);

    /// <summary>The vectors of texts in one padded batch.</summary>
    public float[][] Encode(IReadOnlyList<string> texts) => Run([.. texts.Select(text => tokenizer.EncodeToIds(text))]);

    /// <summary>In batches of that many, in the texts' order.</summary>
    public float[][] EncodeInBatches(IReadOnlyList<string> texts, int batch) => [.. texts.Chunk(batch).SelectMany(Encode)];

    /// <summary>In batches of texts of one length, so that nothing is padded.</summary>
    public float[][] EncodeByLength(IReadOnlyList<string> texts, int batch)
    {
        var ids = texts.Select(text => tokenizer.EncodeToIds(text)).ToArray();
        var vectors = new float[texts.Count][];
        foreach (var group in ids.Index().GroupBy(row => row.Item.Count))
            foreach (var chunk in group.Chunk(batch))
                foreach (var ((index, _), vector) in chunk.Zip(Run([.. chunk.Select(row => row.Item)])))
                    vectors[index] = vector;
        return vectors;
    }

    float[][] Run(IReadOnlyList<int>[] rows)
    {
        var (count, length) = (rows.Length, rows.Max(row => row.Count));
        var (ids, mask) = (new long[count * length], new long[count * length]);
        foreach (var (i, row) in rows.Index())
            foreach (var (t, id) in row.Index())
                (ids[i * length + t], mask[i * length + t]) = (id, 1);
        long[] shape = [count, length];
        using var inputIds = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var attentionMask = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[count * length], shape);
        using var options = new RunOptions();
        var inputs = new Dictionary<string, OrtValue>
        {
            ["input_ids"] = inputIds,
            ["attention_mask"] = attentionMask,
            ["token_type_ids"] = types
        };
        using var outputs = _session.Run(options, inputs, _session.OutputNames.Take(1).ToArray());
        var width = (int)outputs[0].GetTensorTypeAndShape().Shape[^1];
        var states = outputs[0].GetTensorDataAsSpan<float>();
        var vectors = new float[count][];
        for (var i = 0; i < count; i++)
            vectors[i] = Pooled(states.Slice(i * length * width, (isPooledByMean ? rows[i].Count : 1) * width), width);
        return vectors;
    }

    /// <summary>The mean of the tokens, at length 1.</summary>
    static float[] Pooled(ReadOnlySpan<float> tokens, int width)
    {
        var sums = new double[width];
        for (var i = 0; i < tokens.Length; i++)
            sums[i % width] += tokens[i];
        var length = Math.Sqrt(sums.Sum(x => x * x));
        return [.. sums.Select(x => (float)(x / length))];
    }

    public void Dispose() => _session.Dispose();
}
