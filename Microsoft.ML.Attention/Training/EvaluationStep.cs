using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Runs the evaluation graph: the loss of a batch, without dropout and without learning.</summary>
sealed class EvaluationStep(TrainingTask task, ProviderSession provider) : IDisposable
{
    readonly InferenceSession _session = provider.Open(TrainingGraph.Evaluation(task).Graph);
    readonly RunOptions _run = new();

    public float Run(BatchInputs batch, OrtValue parameters)
    {
        using var device = provider.TakeDevice();
        using var loan = Cores.Borrow(provider.Cores);
        using var results = _session.Run(_run, [.. batch.Tensors.Names, TrainingGraph.Parameters], [.. batch.Tensors.Values, parameters], [TrainingGraph.Loss]);
        return results[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose()
    {
        _run.Dispose();
        using var device = provider.TakeDevice();
        _session.Dispose();
    }
}
