using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A graph in a session of its own.</summary>
sealed class GraphRunner : IDisposable
{
    readonly Graph _graph;
    readonly InferenceSession _session;

    public GraphRunner(Graph graph)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        (_graph, _session) = (graph, new InferenceSession(OnnxModel.Serialize(graph), options));
    }

    public static Result[] Run(Graph graph, params (string Name, Array Values)[] inputs)
    {
        using var runner = new GraphRunner(graph);
        return runner.Run(inputs);
    }

    /// <summary>The outputs, in order. An input is an array with as many axes, or, all of its axes known, its numbers in a row.</summary>
    public Result[] Run(params (string Name, Array Values)[] inputs)
    {
        OrtValue[] values = [.. inputs.Select(i => Tensor(_graph.Inputs.Single(v => v.Name == i.Name), i.Values))];
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [.. inputs.Select(i => i.Name)], values, [.. _graph.Outputs.Select(o => o.Name)]);
        foreach (var value in values)
            value.Dispose();
        return [.. outputs.Select(ToResult)];
    }

    public void Dispose() => _session.Dispose();

    static OrtValue Tensor(Value input, Array values)
    {
        long[] shape = values.Rank == input.Rank
            ? [.. Enumerable.Range(0, values.Rank).Select(values.GetLongLength)]
            : [.. input.Shape.Select(d => d.Size)];
        return input.Type switch
        {
            ElementType.Float => OrtValue.CreateTensorValueFromMemory([.. values.Cast<float>()], shape),
            ElementType.Double => OrtValue.CreateTensorValueFromMemory([.. values.Cast<double>()], shape),
            ElementType.Int64 => OrtValue.CreateTensorValueFromMemory([.. values.Cast<long>()], shape),
            ElementType.Bool => OrtValue.CreateTensorValueFromMemory([.. values.Cast<bool>()], shape),
            _ => throw new NotSupportedException($"{input} is {input.Type}."),
        };
    }

    static Result ToResult(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new(info.Shape, info.ElementDataType switch
        {
            TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            TensorElementType.Double => value.GetTensorDataAsSpan<double>().ToArray(),
            TensorElementType.Int64 => value.GetTensorDataAsSpan<long>().ToArray(),
            TensorElementType.Bool => value.GetTensorDataAsSpan<bool>().ToArray(),
            var other => throw new NotSupportedException($"An output is {other}."),
        });
    }

    /// <summary>An output: its shape, and its numbers in a row.</summary>
    public sealed record Result(long[] Shape, Array Values)
    {
        public T[] As<T>() => (T[])Values;
    }
}
