using Microsoft.ML.Attention.Graphs.Onnx;

namespace Microsoft.ML.Attention.Model.Checkpoints;

enum OnnxModuleKind { Linear, Attention, Norm }

/// <summary>A layer with parameters, as nodes of a graph show it.</summary>
sealed class OnnxModule
{
    public required OnnxModuleKind Kind { get; init; }

    /// <summary>The node that reads the weight.</summary>
    public required NodeProto Node { get; init; }

    /// <summary>What it computes from; of a norm over a sum, both parts of the sum.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    public required OnnxConstant Weight { get; init; }

    /// <summary>The node reads the weight as <c>[in, out]</c>.</summary>
    public bool IsInOut { get; init; }

    public OnnxConstant? Bias { get; set; }

    /// <summary>Where in that constant the bias begins, when several modules share it.</summary>
    public long? BiasOffset { get; set; }

    /// <summary>What it computes, its bias included.</summary>
    public required string Output { get; set; }

    /// <summary>Its parameters' names without their last word, once known.</summary>
    public string? Stem { get; set; }

    /// <summary>Numbers in an output of a linear module.</summary>
    public long Width => Weight.Matrix is var (rows, columns) ? IsInOut ? columns : rows : 0;
}
