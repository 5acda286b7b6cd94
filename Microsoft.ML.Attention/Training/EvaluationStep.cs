using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Runs the evaluation graph: the loss of a batch, without dropout and without learning.</summary>
sealed class EvaluationStep(TrainingTask task, ProviderSession provider) : IDisposable
{
    readonly Session _session = provider.Open(TrainingGraph.Evaluation(task).Graph);

    public float Run(BatchInputs batch, OrtValue parameters)
    {
        using var results = _session.Run(
            [.. batch.Tensors.Names, TrainingGraph.Parameters], [.. batch.Tensors.Values, parameters], [TrainingGraph.Loss]);
        return results[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose() => _session.Dispose();
}
