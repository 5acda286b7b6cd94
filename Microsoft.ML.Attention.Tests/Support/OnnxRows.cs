using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Rows through an ONNX model whose inputs and outputs bear the names of the columns,
/// as what the library exports has them.</summary>
sealed class OnnxRows : IDisposable
{
    readonly InferenceSession _session;

    public OnnxRows(byte[] model)
    {
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1
        };
        _session = new InferenceSession(model, options);
    }

    /// <summary>The outputs by name. The rows have as many tokens each, and as many keys.</summary>
    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyList<ReferenceRow> rows)
    {
        var inputs = _session.InputNames.ToDictionary(name => name, name => Input(name, rows));
        using var run = new RunOptions();
        using var outputs = _session.Run(run, inputs, _session.OutputNames);
        foreach (var input in inputs.Values)
            input.Dispose();
        return _session.OutputNames.Zip(outputs).ToDictionary(output => output.First, output => Numbers(output.Second));
    }

    static float[] Numbers(OrtValue output) => output.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Bool => [.. output.GetTensorDataAsSpan<bool>().ToArray().Select(flag => flag ? 1f : 0f)],
        TensorElementType.Int64 => [.. output.GetTensorDataAsSpan<long>().ToArray().Select(number => (float)number)],
        _ => output.GetTensorDataAsSpan<float>().ToArray(),
    };

    OrtValue Input(string name, IReadOnlyList<ReferenceRow> rows)
    {
        var more = rows[0].Columns?.Count(column => column == 1)
            ?? (_session.InputNames.Contains(RowColumns.MoreTokens) ? RowColumns.MoreOf(rows[0].QueryLength) : 0);
        return name switch
        {
            RowColumns.Tokens => Embeddings(row => row.Tokens[..^more]),
            RowColumns.MoreTokens => Embeddings(row => row.Tokens[^more..]),
            RowColumns.Keys => Embeddings(row => row.Keys!),
            RowColumns.Values => Embeddings(row => row.Values!),
            RowColumns.Ids => Ids(row => row.Ids![..^more]),
            RowColumns.MoreIds => Ids(row => row.Ids![^more..]),
            RowColumns.KeyIds => Ids(row => row.KeyIds!),
            RowColumns.Mask => Tensor(row => row.Mask!, rows[0].KeyLength),
            RowColumns.Bias => Bias(_session.InputMetadata[name].Dimensions[1]),
            _ => throw new NotSupportedException($"No column of the tests is called '{name}'."),
        };

        OrtValue Embeddings(Func<ReferenceRow, double[][]> column) =>
            Tensor<float>(row => [.. column(row).SelectMany(token => token).Select(value => (float)value)], column(rows[0]).Length,
                column(rows[0])[0].Length);

        OrtValue Ids(Func<ReferenceRow, int?[]> column) =>
            Tensor<long>(row => [.. column(row).Select(id => (long)(id ?? -1))], column(rows[0]).Length);

        // one for all heads is one for each
        OrtValue Bias(int heads) =>
            Tensor(row => Enumerable.Repeat(row.Bias!, heads / row.Bias!.GetLength(0))
                .SelectMany(bias => bias.Cast<double>().Select(value => (float)value)).ToArray(),
            heads, rows[0].Bias!.GetLength(1), rows[0].Bias!.GetLength(2));

        OrtValue Tensor<T>(Func<ReferenceRow, T[]> column, params long[] shape) where T : unmanaged =>
            OrtValue.CreateTensorValueFromMemory([.. rows.SelectMany(column)], [rows.Count, .. shape]);
    }

    public void Dispose() => _session.Dispose();
}
