using System.Numerics;
using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>Adam with decoupled weight decay. Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2.
/// The defaults are theirs.</summary>
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

    public override Action<int, int> Begin(float[] parameters, float[] gradient, StepSize size, float[][] state)
    {
        var (moment1, moment2) = (state[0], state[1]);
        var (left1, left2) = (1 - (state[2][0] *= (float)Beta1), 1 - (state[3][0] *= (float)Beta2));
        var (beta1, beta2, added1, added2) = ((float)Beta1, (float)Beta2, (float)(1 - Beta1), (float)(1 - Beta2));
        var (epsilon, decay) = ((float)Epsilon, size.Decays ? (float)WeightDecay : 0);
        return (from, to) =>
        {
            var i = from;
            for (; i <= to - Vector<float>.Count; i += Vector<float>.Count)
            {
                var g = new Vector<float>(gradient, i) * size.Scale;
                var m = new Vector<float>(moment1, i) * beta1 + g * added1;
                var v = new Vector<float>(moment2, i) * beta2 + g * g * added2;
                m.CopyTo(moment1, i);
                v.CopyTo(moment2, i);
                var p = new Vector<float>(parameters, i);
                var step = m / left1 / (Vector.SquareRoot(v / left2) + new Vector<float>(epsilon)) + p * decay;
                (p - step * size.Rate).CopyTo(parameters, i);
            }
            for (; i < to; i++)
            {
                var g = gradient[i] * size.Scale;
                var m = moment1[i] = moment1[i] * beta1 + g * added1;
                var v = moment2[i] = moment2[i] * beta2 + g * g * added2;
                var step = m / left1 / (MathF.Sqrt(v / left2) + epsilon) + parameters[i] * decay;
                parameters[i] -= step * size.Rate;
            }
        };
    }
}
