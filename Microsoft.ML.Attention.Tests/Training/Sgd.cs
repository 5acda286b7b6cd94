using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Plain gradient descent.</summary>
sealed record Sgd : Optimizer
{
    public override IReadOnlyList<(string Name, float[] Initial)> State(int length) => [];

    public override (Value Parameters, Value[] State) Step(Value parameters, Value gradient, Value rate, float[] decayed, Value[] state) =>
        (parameters - gradient * rate, []);

    public override Action<int, int> Begin(float[] parameters, float[] gradient, StepSize size, float[][] state) => (from, to) =>
    {
        for (var i = from; i < to; i++)
            parameters[i] -= gradient[i] * size.Scale * size.Rate;
    };
}
