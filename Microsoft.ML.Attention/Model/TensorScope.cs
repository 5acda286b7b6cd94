using System.Globalization;

namespace Microsoft.ML.Attention.Model;

/// <summary>
/// A path among the names of tensors, where modules stand within each other as they do in PyTorch: that of a module,
/// <c>layers.0.norm1</c>, or of a tensor in it.
/// </summary>
/// <param name="Path">The names from the outermost on, with dots between them; empty for all tensors together.</param>
/// <param name="Separator">What stands between it and what it holds: a dot, unless it is no module in PyTorch either:
/// <c>in_proj_weight</c>.</param>
readonly record struct TensorScope(string Path, char Separator = '.')
{
    public const string WeightName = "weight", BiasName = "bias";

    /// <summary>What holds all: a stage, or an attention alone.</summary>
    public static TensorScope Root { get; } = new("");

    /// <summary>What is within it under this name, which may be a path itself; of an empty one, it itself.</summary>
    public TensorScope this[string name] => name == "" ? this : new(Stem + name);

    /// <summary>An entry of the list that it is.</summary>
    public TensorScope this[int index] => this[index.ToString(CultureInfo.InvariantCulture)];

    public TensorScope Weight => this[WeightName];

    public TensorScope Bias => this[BiasName];

    /// <summary>What precedes the names of all that it holds.</summary>
    public string Stem => Path == "" ? "" : Path + Separator;

    /// <summary>One of several such modules: an entry of a list of that name, or it itself where there is but one.</summary>
    public TensorScope Of(int count, int index) => count == 1 ? this : this[index];

    /// <summary>Whether a tensor is within it.</summary>
    public bool Holds(string name) => name.StartsWith(Stem, StringComparison.Ordinal);

    /// <summary>What this is within, in a name that ends with it; null where the name does not.</summary>
    public TensorScope? OwnerOf(string name) => name == Path ? Root
        : name.EndsWith(Path, StringComparison.Ordinal) && name[^(Path.Length + 1)] == '.' ? new(name[..^(Path.Length + 1)])
        : null;

    /// <summary>What a tensor within it is called there.</summary>
    public string Within(string name) => name[Stem.Length..];

    public static implicit operator string(TensorScope scope) => scope.Path;

    public override string ToString() => Path;
}
