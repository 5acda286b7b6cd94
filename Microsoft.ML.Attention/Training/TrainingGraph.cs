using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Training;

/// <summary>Forward pass, loss, gradients and optimizer step as one graph; or, to measure, the forward pass and loss alone.</summary>
sealed class TrainingGraph
{
    public const string Parameters = "parameters", Rate = "rate", Loss = "loss", Norm = "norm", Next = ".next";

    TrainingGraph(Graph graph, IReadOnlyList<DropoutMask> masks) => (Graph, Masks) = (graph, masks);

    public Graph Graph { get; }

    /// <summary>The masks that each step draws.</summary>
    public IReadOnlyList<DropoutMask> Masks { get; }

    /// <summary>A step: reads <see cref="Parameters"/>, the optimizer's state and <see cref="Rate"/>; gives <see cref="Loss"/>, the gradients' <see cref="Norm"/> before clipping, and the state under the same names with <see cref="Next"/>.</summary>
    public static TrainingGraph Step(TrainingTask task, Optimizer optimizer, double gradientClip, Dropout dropout)
    {
        var graph = new Graph();
        var vector = new ParameterVector(task.Learned);
        var parameters = graph.Input(Parameters, vector.Length);
        var loss = Append(task, graph, vector, parameters, dropout);
        var gradient = Gradient.Of(loss, parameters)[0];
        var norm = gradient.Square().Sum(true, 0).Sqrt();                       // [1]
        graph.Output(Loss, loss);
        graph.Output(Norm, norm);
        if (gradientClip > 0)                                                   // as PyTorch's clip_grad_norm_, its epsilon included
            gradient *= (gradientClip / (norm + 1e-6)).Minimum(graph.Scalar(1));
        var state = optimizer.State(vector.Length);
        var (next, nextState) = optimizer.Step(parameters, gradient, graph.Input(Rate, 1), vector.Decayed,
            [.. state.Select(s => graph.Input(s.Name, s.Initial.Length))]);
        graph.Output(Parameters + Next, next);
        foreach (var (s, value) in state.Zip(nextState))
            graph.Output(s.Name + Next, value);
        return new TrainingGraph(graph, dropout.Masks);
    }

    /// <summary>The loss of <see cref="Parameters"/> without dropout.</summary>
    public static TrainingGraph Evaluation(TrainingTask task)
    {
        var graph = new Graph();
        var vector = new ParameterVector(task.Learned);
        graph.Output(Loss, Append(task, graph, vector, graph.Input(Parameters, vector.Length), noise: null));
        return new TrainingGraph(graph, []);
    }

    static Value Append(TrainingTask task, Graph graph, ParameterVector vector, Value parameters, INoise? noise)
    {
        var a = task.Architecture;
        var tensors = vector.Split(parameters);
        foreach (var name in task.Fixed.Names)
            tensors[name] = graph.Initializer(name, task.Fixed[name].Values, [.. task.Fixed[name].Shape.Select(size => (Dim)size)]);
        var targets = task.Objective.Inputs(graph, a);
        var inputs = ScoringGraph.Inputs(a, graph, task.Variant, ScoringNames.Internal(a)) with { Hidden = targets.Hidden };
        var pass = new ForwardPass(graph, a, tensors, AttentionForm.Decomposed, noise);
        return task.Objective.Loss(pass, pass.Build(inputs, withAttentionWeights: false), tensors, targets);
    }
}
