namespace Microsoft.ML.Attention.Graphs;

/// <summary>One application of an operator.</summary>
/// <param name="op">The operator's ONNX name.</param>
/// <param name="domain">Empty for the ONNX standard's operators, else whose they are, as "com.microsoft".</param>
/// <param name="inputs">In order; null where an optional one is left out.</param>
/// <param name="outputs">Every output the operator may give; those that nobody reads are left out of the written model.</param>
/// <param name="attributes">By name: long, float, long[] or string.</param>
/// <param name="path">The module that it is part of, as <c>/layers.0/self_attn/</c>;
/// it precedes the node's name in the written model.</param>
sealed class Node(
    string op, string domain, Value?[] inputs, Value[] outputs, IReadOnlyDictionary<string, object> attributes, string path = "")
{
    public string Path => path;

    public string Op => op;

    public string Domain => domain;

    public Value?[] Inputs => inputs;

    public Value[] Outputs => outputs;

    public IReadOnlyDictionary<string, object> Attributes => attributes;

    public T Get<T>(string attribute) => (T)attributes[attribute];
}
