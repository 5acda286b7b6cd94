using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Training;

/// <summary>Forward pass, loss, gradients and optimizer step as one graph; or, to measure, the forward pass and loss alone.</summary>
sealed class TrainingGraph
{
    public const string Parameters = "parameters", Rate = "rate", Loss = "loss", Norm = "norm", Next = ".next", Gradients = "gradient";

    const double ClipEpsilon = 1e-6;

    TrainingGraph(Graph graph, IReadOnlyList<DropoutMask> masks) => (Graph, Masks) = (graph, masks);

    public Graph Graph { get; }

    /// <summary>The masks that each step draws.</summary>
    public IReadOnlyList<DropoutMask> Masks { get; }

    /// <summary>
    /// A step: reads <see cref="Parameters"/>, the optimizer's state and <see cref="Rate"/>; gives <see cref="Loss"/>, the gradients'
    /// <see cref="Norm"/> before clipping, and the state under the same names
    /// with <see cref="Next"/>. Of a tensor by itself it reads the parameters and gives the <see cref="Gradients"/> before clipping.
    /// </summary>
    public static TrainingGraph Step(TrainingTask task, LearnedTensors learned, Optimizer optimizer, double gradientClip, Dropout dropout)
    {
        var graph = new Graph();
        var vectors = learned.Vectors;
        Value[] parameters = [.. vectors.Select(vector => graph.Input(vector.Named(Parameters), vector.Shape))];
        var loss = Append(task, graph, vectors, parameters, dropout);
        var gradients = Gradient.Of(loss, parameters);
        // [1]
        var norm = vectors.Zip(gradients, (vector, gradient) => SumOfSquares(gradient, vector.IsApart))
            .Aggregate((sum, squares) => sum + squares).Sqrt();
        graph.Output(Loss, loss);
        graph.Output(Norm, norm);
        foreach (var (i, vector) in vectors.Index())
            if (vector.IsApart)
                graph.Output(vector.Named(Gradients), gradients[i]);
            else
                AppendStep(vector, parameters[i], gradients[i]);
        return new TrainingGraph(graph, dropout.Masks);

        void AppendStep(ParameterVector vector, Value parameters, Value gradient)
        {
            if (gradientClip > 0)                                               // as PyTorch's clip_grad_norm_, its epsilon included
                gradient *= (gradientClip / (norm + ClipEpsilon)).Minimum(graph.Scalar(1));
            var state = optimizer.State(vector.Length);
            var (next, nextState) = optimizer.Step(parameters, gradient, graph.Input(Rate, 1), vector.Decayed,
                [.. state.Select(s => graph.Input(s.Name, s.Initial.Length))]);
            graph.Output(Parameters + Next, next);
            foreach (var (s, value) in state.Zip(nextState))
                graph.Output(s.Name + Next, value);
        }
    }

    /// <summary>What gradients of this norm are multiplied by.</summary>
    public static float ClipScale(double gradientClip, float norm) =>
        gradientClip > 0 ? Math.Min((float)gradientClip / (norm + (float)ClipEpsilon), 1) : 1;

    /// <summary>In one pass of a large one.</summary>
    static Value SumOfSquares(Value x, bool isLarge) => !isLarge ? x.Square().Sum(true, 0)
        : x.Graph.Append("ReduceSumSquare", x.Type, [], [x], ("keepdims", 0L)).Reshape(1);

    /// <summary>The loss of <see cref="Parameters"/> without dropout.</summary>
    public static TrainingGraph Evaluation(TrainingTask task, LearnedTensors learned)
    {
        var graph = new Graph();
        graph.Output(Loss, Append(task, graph, learned.Vectors,
            [.. learned.Vectors.Select(vector => graph.Input(vector.Named(Parameters), vector.Shape))], noise: null));
        return new TrainingGraph(graph, []);
    }

    static Value Append(TrainingTask task, Graph graph, IReadOnlyList<ParameterVector> vectors, Value[] parameters, INoise? noise)
    {
        var a = task.Architecture;
        var tensors = vectors.Zip(parameters, (vector, value) => vector.Split(value)).SelectMany(split => split).ToDictionary();
        foreach (var name in task.Fixed.Names)
            tensors[name] = graph.Initializer(name, task.Fixed[name].Values, [.. task.Fixed[name].Shape.Select(size => (Dim)size)]);
        var targets = task.Objective.Inputs(graph, a);
        var inputs = ScoringGraph.Inputs(a, graph, task.Variant, ScoringNames.Internal(a)) with { Hidden = targets.Hidden };
        var pass = new ForwardPass(graph, a, tensors, AttentionForm.Decomposed, noise);
        return task.Objective.Loss(pass, pass.Build(inputs, withAttentionWeights: false), tensors, targets);
    }
}
