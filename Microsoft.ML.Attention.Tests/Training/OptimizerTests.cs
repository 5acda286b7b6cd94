using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class OptimizerTests
{
    static readonly Tolerance Rounding = new(1e-6, 1e-6);

    [TestMethod]
    public void AdamW_FirstStep_MovesByTheRateAgainstTheSign()
    {
        // the corrected moments are the gradient and its square: a step of rate · g / |g|
        var (parameters, state) = Step(new AdamW(), [1, 1, 1], [4, -0.01f, 0], rate: 0.1f);

        Rounding.Check("parameters", [0.9, 1.1, 1], parameters);
        Rounding.Check("first moments", [0.4, -0.001, 0], state["moment1"]);
        Rounding.Check("second moments", [0.016, 1e-7, 0], state["moment2"]);
        Rounding.Check("powers", [0.9, 0.999], [.. state["beta1_power"], .. state["beta2_power"]]);
    }

    [TestMethod]
    public void AdamW_SecondStep_CorrectsTheMomentsByTheirPowers()
    {
        var (_, state) = Step(new AdamW(Beta1: 0.5, Beta2: 0.5), [1], [2], rate: 0.1f);

        var (parameters, next) = Step(new AdamW(Beta1: 0.5, Beta2: 0.5), [1], [4], rate: 0.1f, state: state);

        // moments: 1, then 0.5 + 2 = 2.5; squares: 2, then 1 + 8 = 9; both divided by 1 - 1/4
        Rounding.Check("moments", [2.5, 9], [.. next["moment1"], .. next["moment2"]]);
        Rounding.Check("parameters", [1 - 0.1 * (2.5 / 0.75) / Math.Sqrt(9 / 0.75)], parameters);
    }

    [TestMethod]
    public void AdamW_WeightDecay_TakesThatShareOfTheMarkedNumbersOnly()
    {
        var (parameters, _) = Step(new AdamW(WeightDecay: 0.5), [10, 10], [0, 0], rate: 0.1f, decayed: [1, 0]);

        Rounding.Check("parameters", [10 - 0.1 * 0.5 * 10, 10], parameters);
    }

    [TestMethod]
    public void Sgd_AStep_GoesDownTheGradient()
    {
        var (parameters, state) = Step(new Sgd(), [1, 2], [10, -10], rate: 0.1f);

        Rounding.Check("parameters", [0, 3], parameters);
        Assert.IsEmpty(state);
    }

    // one step down to 0.9, one to 0.8: the first average is where the first step went;
    // the second keeps a share of it, 1/10 so early or less
    [TestMethod]
    [DataRow(0.5, 0.81), DataRow(0.05, 0.805)]
    public void Averaged_SecondStep_KeepsAShareOfTheAverage(double decay, double expected)
    {
        var optimizer = new Averaged(new Sgd(), decay);

        var (parameters, state) = Step(optimizer, [1], [1], rate: 0.1f);
        var (next, nextState) = Step(optimizer, parameters, [1], rate: 0.1f, state: state);

        Rounding.Check("the first average", [0.9], state[optimizer.Learned]);
        Rounding.Check("parameters", [0.8], next);
        Rounding.Check("the second average", [expected], nextState[optimizer.Learned]);
    }

    static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["descent"] = new Sgd(),
        ["AdamW"] = new AdamW(WeightDecay: 0.5),
        ["AdamW, averaged"] = new Averaged(new AdamW(), 0.9)
    };

    static IEnumerable<string> Names => Optimizers.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Step_InMemory_IsThatOfTheGraph(string name)
    {
        var optimizer = Optimizers[name];
        const int Count = 37;           // no multiple of what a processor takes at once
        var random = new Random(3);
        float[] Draw() => [.. Enumerable.Range(0, Count).Select(_ => random.NextSingle() - 0.5f)];
        var start = Draw();
        var (expected, state) = (start, (Dictionary<string, float[]>?)null);
        var (parameters, inMemory) = (start.ToArray(), optimizer.State(Count).Select(s => s.Initial).ToArray());
        for (var step = 0; step < 3; step++)
        {
            var gradient = Draw();
            (expected, state) = Step(optimizer, expected, [.. gradient.Select(g => g * 0.25f)], rate: 0.1f,
                [.. Enumerable.Repeat(1f, Count)], state);

            var part = optimizer.Begin(parameters, gradient, new(Rate: 0.1f, Scale: 0.25f, Decays: true), inMemory);
            part(20, Count);
            part(0, 20);
        }

        Rounding.Check("parameters", expected.Select(x => (double)x), parameters);
        foreach (var ((tensor, _), values) in optimizer.State(Count).Zip(inMemory))
            Rounding.Check(tensor, state![tensor].Select(x => (double)x), values);
    }

    static (float[] Parameters, Dictionary<string, float[]> State) Step(
        Optimizer optimizer, float[] parameters, float[] gradient, float rate, float[]? decayed = null,
        Dictionary<string, float[]>? state = null)
    {
        var graph = new Graph();
        var names = optimizer.State(parameters.Length);
        var (next, nextState) = optimizer.Step(graph.Input("parameters", parameters.Length), graph.Input("gradient", parameters.Length),
            graph.Input("rate", 1),
            decayed ?? new float[parameters.Length], [.. names.Select(s => graph.Input(s.Name, s.Initial.Length))]);
        graph.Output("next", next);
        foreach (var (i, value) in nextState.Index())
            graph.Output($"next{i}", value);
        var results = GraphRunner.Run(graph,
            [("parameters", parameters), ("gradient", gradient), ("rate", new[] { rate }),
                .. names.Select(s => (s.Name, (Array)(state?[s.Name] ?? s.Initial)))]);
        return (results[0].As<float>(), names.Index().ToDictionary(s => s.Item.Name, s => results[1 + s.Index].As<float>()));
    }
}
