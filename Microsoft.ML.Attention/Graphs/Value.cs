namespace Microsoft.ML.Attention.Graphs;

/// <summary>A tensor in a graph under construction: an input, an initializer, or an output of a node. Equal to itself alone.</summary>
sealed class Value(Graph graph, string name, ElementType type, Dim[] shape, Node? producer = null)
{
    public Graph Graph => graph;

    /// <summary>Unique in the graph. A generated name gives way when an input, output or initializer claims it.</summary>
    public string Name { get; set; } = name;

    public ElementType Type => type;

    public Dim[] Shape => shape;

    public int Rank => shape.Length;

    /// <summary>The node that computes it; null for inputs and initializers.</summary>
    public Node? Producer => producer;

    public override string ToString() => $"{Name}[{string.Join(", ", shape)}]";

    public static Value operator +(Value a, Value b) => a.Add(b);
    public static Value operator -(Value a, Value b) => a.Sub(b);
    public static Value operator *(Value a, Value b) => a.Mul(b);
    public static Value operator /(Value a, Value b) => a.Div(b);
    public static Value operator -(Value a) => a.Neg();

    public static Value operator +(Value a, double b) => a.Add(a.Like(b));
    public static Value operator -(Value a, double b) => a.Sub(a.Like(b));
    public static Value operator *(Value a, double b) => a.Mul(a.Like(b));
    public static Value operator /(Value a, double b) => a.Div(a.Like(b));

    public static Value operator +(double a, Value b) => b.Like(a).Add(b);
    public static Value operator -(double a, Value b) => b.Like(a).Sub(b);
    public static Value operator *(double a, Value b) => b.Like(a).Mul(b);
    public static Value operator /(double a, Value b) => b.Like(a).Div(b);

    Value Like(double number) => graph.Scalar(number, type);
}
