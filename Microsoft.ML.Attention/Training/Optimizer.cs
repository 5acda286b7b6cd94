using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>How far a step in memory goes.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Scale">What gradients are multiplied by: clipping.</param>
/// <param name="Decays">Whether weights decay.</param>
readonly record struct StepSize(float Rate, float Scale, bool Decays);

/// <summary>One step of an optimizer: as graph, state in, state out; and the same in the processor's memory, in one pass.</summary>
abstract record Optimizer
{
    /// <summary>The name of what is learned: the parameters, or a tensor of the state.</summary>
    public virtual string Learned => TrainingGraph.Parameters;

    /// <summary>The state beside the parameters, with what it is before the first step.</summary>
    /// <param name="length">Numbers in the parameter vector.</param>
    public abstract IReadOnlyList<(string Name, float[] Initial)> State(int length);

    /// <summary>Appends the step.</summary>
    /// <param name="parameters">The parameter vector.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="rate">The learning rate, a scalar.</param>
    /// <param name="decayed">1 where weights decay, 0 elsewhere.</param>
    /// <param name="state">The state's tensors, in order.</param>
    /// <returns>The new parameters, and the new state in the same order.</returns>
    public abstract (Value Parameters, Value[] State) Step(Value parameters, Value gradient, Value rate, float[] decayed, Value[] state);

    /// <summary>Begins a step in memory: changes what the state has once.</summary>
    /// <param name="parameters">The parameters, which are changed.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="size">How far it goes.</param>
    /// <param name="state">The state, in order, which is changed.</param>
    /// <returns>Steps the numbers from one place to another; each is to be stepped once, in any order and on any thread.</returns>
    public abstract Action<int, int> Begin(float[] parameters, float[] gradient, StepSize size, float[][] state);
}
