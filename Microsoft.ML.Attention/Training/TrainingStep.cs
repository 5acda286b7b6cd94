using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Runs the step graph. Its state stays in the provider's memory between steps: what one step writes the next one reads.</summary>
sealed class TrainingStep : IDisposable
{
    readonly TrainingGraph _graph;
    readonly Session _session;
    readonly ProviderMemory _memory;
    readonly string[] _state;
    readonly int _learned;
    readonly float[] _results = new float[2];
    readonly float[] _rate = new float[1];
    readonly CoinFlips _coins;
    readonly PaddedTensor<bool>[] _masks;
    readonly OrtValue[] _resultValues;
    readonly OrtValue _rateValue;
    OrtValue[] _current;
    OrtValue[] _next;

    /// <param name="graph">A step graph.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="parameters">The first parameters.</param>
    /// <param name="optimizer">The optimizer whose step the graph takes.</param>
    /// <param name="seed">Of the dropout masks.</param>
    public TrainingStep(TrainingGraph graph, ProviderSession provider, float[] parameters, Optimizer optimizer, int seed)
    {
        _graph = graph;
        _session = provider.Open(graph.Graph);
        _memory = new ProviderMemory(provider);
        _coins = new CoinFlips(seed);
        _masks = [.. graph.Masks.Select(_ => new PaddedTensor<bool>())];
        (string Name, float[] Initial)[] state = [(TrainingGraph.Parameters, parameters), .. optimizer.State(parameters.Length)];
        _state = [.. state.Select(s => s.Name)];
        _learned = Array.IndexOf(_state, optimizer.Learned);
        _current = [.. state.Select(s => _memory.Upload(s.Initial))];
        _next = [.. state.Select(s => _memory.Upload(s.Initial))];
        _resultValues =
        [
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _results.AsMemory(0, 1), []),
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _results.AsMemory(1, 1), [1]),
        ];
        _rateValue = Tensor(_rate);
    }

    /// <summary>
    /// What is learned after the last step, the parameters or their average, for other sessions of the provider; the tensor stays the
    /// step's.
    /// </summary>
    public OrtValue Parameters => _current[_learned];

    /// <summary>Their numbers.</summary>
    public float[] ReadParameters() => _memory.Download(Parameters);

    /// <summary>Takes a step.</summary>
    /// <returns>The loss before it, and the norm of the gradients before clipping.</returns>
    public (float Loss, float Norm) Run(BatchInputs batch, double rate)
    {
        _rate[0] = (float)rate;
        string[] inputs = [.. batch.Tensors.Names, .. _graph.Masks.Select(m => m.Mask.Name), .. _state, TrainingGraph.Rate];
        OrtValue[] values = [.. batch.Tensors.Values, .. Masks(batch), .. _current, _rateValue];
        string[] outputs = [TrainingGraph.Loss, TrainingGraph.Norm, .. _state.Select(s => s + TrainingGraph.Next)];
        _session.Run(inputs, values, outputs, [.. _resultValues, .. _next]);
        (_current, _next) = (_next, _current);
        return (_results[0], _results[1]);
    }

    OrtValue[] Masks(BatchInputs batch)
    {
        var values = new OrtValue[_masks.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (mask, keep) = _graph.Masks[i];
            _coins.Fill(_masks[i].Reserve([.. mask.Shape.Select(batch.SizeOf)]), keep);
            values[i] = _masks[i].Value;
        }
        return values;
    }

    static OrtValue Tensor(float[] values) => OrtValue.CreateTensorValueFromMemory(values, [values.Length]);

    public void Dispose()
    {
        foreach (var value in (OrtValue[])[.. _resultValues, _rateValue])
            value.Dispose();
        foreach (var mask in _masks)
            mask.Dispose();
        _memory.Dispose();
        _session.Dispose();
    }
}
