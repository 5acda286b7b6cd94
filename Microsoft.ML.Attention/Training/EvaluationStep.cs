using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Runs the evaluation graph: the loss of a batch, without dropout and without learning.</summary>
sealed class EvaluationStep : IDisposable
{
    readonly SharedTensors _fixed = new();
    readonly Session _session;
    readonly string[] _parameters;

    public EvaluationStep(TrainingTask task, LearnedTensors learned, ProviderSession provider)
    {
        _parameters = [.. learned.Vectors.Select(vector => vector.Named(TrainingGraph.Parameters))];
        _session = provider.Open(TrainingGraph.Evaluation(task, learned).Graph, shared: _fixed);
    }

    /// <param name="batch">The rows.</param>
    /// <param name="parameters">Those of each vector.</param>
    public float Run(BatchInputs batch, IReadOnlyList<OrtValue> parameters)
    {
        using var results = _session.Run([.. batch.Tensors.Names, .. _parameters], [.. batch.Tensors.Values, .. parameters],
            [TrainingGraph.Loss]);
        return results[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixed.Dispose();
    }
}
