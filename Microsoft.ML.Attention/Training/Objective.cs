using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>What is minimized: the read-out that training adds, and the loss of what it reads.</summary>
abstract class Objective
{
    /// <summary>Tokens that a row needs to be learned from.</summary>
    public virtual int LeastTokens => 1;

    /// <summary>Rows that are learned from together: they stand next to each other.</summary>
    public virtual int RowsOfExample => 1;

    /// <summary>The tensors of the read-out, thrown away after training.</summary>
    public abstract IEnumerable<ParameterSpec> ReadOut(Architecture a);

    /// <summary>Declares the inputs that the loss needs beside the rows.</summary>
    public abstract TargetInputs Inputs(Graph graph, Architecture a);

    /// <summary>Appends the loss, one number.</summary>
    public abstract Value Loss(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters,
        TargetInputs targets);

    /// <summary>Adds the values of those inputs for the rows of a batch.</summary>
    /// <param name="batch">The batch, filled with the rows.</param>
    /// <param name="rows">The rows and their labels.</param>
    /// <param name="random">Draws what is hidden.</param>
    /// <returns>How much the batch counts beside others.</returns>
    public abstract double Feed(BatchInputs batch, LabelledRows rows, Random random);

    /// <summary>What a <see cref="Temperature"/> is fitted by; null where nothing has a probability.</summary>
    /// <param name="weight">How much all labels that it is fitted to count.</param>
    public virtual Objective? Calibration(double weight) => null;

    /// <summary><c>[B, T, ...]</c> as <c>[B*T, ...]</c>.</summary>
    protected static Value Flat(Value x) => x.Reshape([x.Shape[0] * x.Shape[1], .. x.Shape[2..]]);

    protected static Value Read(TensorScope scope, Value x, IReadOnlyDictionary<string, Value> parameters) =>
        x.MatMul(parameters[scope.Weight].T()) + parameters[scope.Bias];
}
