using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>Adam with decoupled weight decay. Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2. The defaults are theirs.</summary>
sealed record AdamW(double WeightDecay = 0, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8) : Optimizer
{
    public override IReadOnlyList<(string Name, float[] Initial)> State(int length) =>
        [("moment1", new float[length]), ("moment2", new float[length]), ("beta1_power", [1]), ("beta2_power", [1])];

    public override (Value Parameters, Value[] State) Step(Value parameters, Value gradient, Value rate, float[] decayed, Value[] state)
    {
        var m = state[0] * Beta1 + gradient * (1 - Beta1);
        var v = state[1] * Beta2 + gradient.Square() * (1 - Beta2);
        var (power1, power2) = (state[2] * Beta1, state[3] * Beta2);
        var step = m / (1 - power1) / ((v / (1 - power2)).Sqrt() + Epsilon);
        if (WeightDecay > 0)
            step += parameters * (parameters.Graph.Constant(decayed, decayed.Length) * WeightDecay);
        return (parameters - step * rate, [m, v, power1, power2]);
    }
}
