using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Runs the step graph. Its state stays in the provider's memory between steps: what one step writes the next one reads.</summary>
sealed class TrainingStep : IDisposable
{
    readonly TrainingGraph _graph;
    readonly SharedTensors _fixed = new();
    readonly Session _session;
    readonly ProviderMemory _memory;
    readonly LearnedTensors _tensors;
    readonly TensorApart[] _apart;
    readonly double _gradientClip;
    readonly int _threads;
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

    /// <param name="task">What is trained.</param>
    /// <param name="tensors">What is learned.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="initial">The first parameters.</param>
    /// <param name="optimizer">What steps.</param>
    /// <param name="gradientClip">The largest norm of all gradients; 0 for any.</param>
    /// <param name="dropout">What a step silences.</param>
    /// <param name="seed">Of the dropout masks.</param>
    public TrainingStep(TrainingTask task, LearnedTensors tensors, ProviderSession provider, AttentionParameters initial,
        Optimizer optimizer, double gradientClip, Dropout dropout, int seed)
    {
        _graph = TrainingGraph.Step(task, tensors, optimizer, gradientClip, dropout);
        _session = provider.Open(_graph.Graph, shared: _fixed);
        (_tensors, _gradientClip, _threads) = (tensors, gradientClip, provider.Cores);
        _memory = new ProviderMemory(provider);
        _coins = new CoinFlips(seed);
        _masks = [.. _graph.Masks.Select(_ => new PaddedTensor<bool>())];
        _apart = [.. tensors.Vectors.Where(vector => vector.IsApart).Select(vector => new TensorApart(vector, initial, optimizer))];
        var together = tensors.Vectors.FirstOrDefault(vector => !vector.IsApart);
        (string Name, float[] Initial)[] state = together is null
            ? []
            : [(TrainingGraph.Parameters, together.Pack(initial)), .. optimizer.State(together.Length)];
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
    /// What is learned after the last step, the parameters or their average, of each vector, for other sessions of the provider; the
    /// tensors stay the step's.
    /// </summary>
    public IReadOnlyList<OrtValue> Parameters =>
        [.. _learned < 0 ? [] : new[] { _current[_learned] }, .. _apart.Select(tensor => tensor.Learned)];

    /// <summary>Their numbers, under the tensors' names.</summary>
    public AttentionParameters Read()
    {
        float[][] numbers = [.. _learned < 0
            ? []
            : new[] { _memory.Download(_current[_learned]) }, .. _apart.Select(tensor => tensor.Read())];
        return AttentionParameters.Create(_tensors.Vectors.Zip(numbers, (vector, values) => vector.Unpack(values))
            .SelectMany(tensors => tensors));
    }

    /// <summary>Takes a step.</summary>
    /// <returns>The loss before it, and the norm of the gradients before clipping.</returns>
    public (float Loss, float Norm) Run(BatchInputs batch, double rate)
    {
        _rate[0] = (float)rate;
        string[] inputs = [.. batch.Tensors.Names, .. _graph.Masks.Select(m => m.Mask.Name), .. Apart(TrainingGraph.Parameters), .. _state];
        OrtValue[] values = [.. batch.Tensors.Values, .. Masks(batch), .. _apart.Select(tensor => tensor.Parameters), .. _current];
        string[] outputs = [TrainingGraph.Loss, TrainingGraph.Norm, .. Apart(TrainingGraph.Gradients),
            .. _state.Select(s => s + TrainingGraph.Next)];
        OrtValue[] results = [.. _resultValues, .. _apart.Select(tensor => tensor.Gradient), .. _next];
        if (_state.Length > 0)
            (inputs, values) = ([.. inputs, TrainingGraph.Rate], [.. values, _rateValue]);
        _session.Run(inputs, values, outputs, results);
        (_current, _next) = (_next, _current);
        var (loss, norm) = (_results[0], _results[1]);
        if (_apart.Length > 0 && float.IsFinite(norm))
        {
            using var loan = Cores.Borrow(_threads);
            foreach (var tensor in _apart)
                tensor.Step(_rate[0], TrainingGraph.ClipScale(_gradientClip, norm), _threads);
        }
        return (loss, norm);

        IEnumerable<string> Apart(string what) => _tensors.Vectors.Where(vector => vector.IsApart).Select(vector => vector.Named(what));
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
        foreach (var tensor in _apart)
            tensor.Dispose();
        _memory.Dispose();
        _session.Dispose();
        _fixed.Dispose();
    }
}
