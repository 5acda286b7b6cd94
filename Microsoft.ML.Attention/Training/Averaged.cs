using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>
/// An optimizer beside whose parameters their moving average is kept, which is what learning gives. Polyak and Juditsky 1992.
/// </summary>
/// <param name="Inner">The optimizer, which goes on from its own parameters.</param>
/// <param name="Decay">The share of the average that a step keeps. The first steps keep less, n / (n + 9) after n of them,
/// so that what was drawn is forgotten.</param>
sealed record Averaged(Optimizer Inner, double Decay) : Optimizer
{
    const string Average = "average", Steps = "averaged_steps";

    public override string Learned => Average;

    public override IReadOnlyList<(string Name, float[] Initial)> State(int length) =>
        [.. Inner.State(length), (Average, new float[length]), (Steps, [0])];

    public override (Value Parameters, Value[] State) Step(Value parameters, Value gradient, Value rate, float[] decayed, Value[] state)
    {
        var (average, steps) = (state[^2], state[^1]);
        var (next, inner) = Inner.Step(parameters, gradient, rate, decayed, state[..^2]);
        var kept = (steps / (steps + 9)).Minimum(parameters.Graph.Scalar(Decay));
        return (next, [.. inner, next + (average - next) * kept, steps + 1]);
    }

    public override Action<int, int> Begin(float[] parameters, float[] gradient, StepSize size, float[][] state)
    {
        var (average, steps) = (state[^2], state[^1][0]++);
        var kept = Math.Min(steps / (steps + 9), (float)Decay);
        var step = Inner.Begin(parameters, gradient, size, state[..^2]);
        return (from, to) =>
        {
            step(from, to);
            for (var i = from; i < to; i++)
                average[i] = parameters[i] + (average[i] - parameters[i]) * kept;
        };
    }
}
