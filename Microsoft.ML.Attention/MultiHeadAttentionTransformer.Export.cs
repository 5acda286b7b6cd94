using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Checkpoints;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention;

/// <summary>The stage as an ONNX model that any runtime loads.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    /// <summary>Writes the stage as an ONNX model of standard operators (opset 23 at most),
    /// with any number of rows and tokens of at least 1.</summary>
    /// <remarks>
    /// Inputs and outputs bear the names of the columns: embeddings <c>[batch, sequence, E]</c> or token ids <c>[batch, sequence]</c>
    /// (int64, counted from 0, -1 where missing), the mask <c>[batch, source]</c>, the bias <c>[batch, heads, sequence, source]</c>; one or
    /// more inputs for one or more input columns. Scores and predicted labels are further
    /// outputs; a label that is a key is int64, counted from 0, -1 where there is none. An output that
    /// would be named as an input is has <c>.output</c> appended. Without a mask column, all rows of a batch have one length. The file is
    /// written beside and moved. Where one file cannot hold the parameters (2 GB), they lie beside it in a second one of its name and
    /// <c>.data</c>, as ONNX's external data. It computes in 32-bit floating point, whatever the precision of the runtime options.
    /// </remarks>
    /// <param name="path">The file to write, replaced when it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOnnx(string path) => SaveOnnxWithin(path, OnnxModel.MostInside);

    /// <param name="path">The file.</param>
    /// <param name="mostInside">Bytes of parameters that it may hold.</param>
    internal void SaveOnnxWithin(string path, long mostInside)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var graph = Export(AttentionForm.Fused);
        if (graph.Initializers.Sum(initializer => initializer.Length) <= mostInside)
        {
            var whole = OnnxModel.Serialize(graph);
            AtomicFile.Write(path, stream => stream.Write(whole));
            return;
        }
        var data = $"{path}.data";
        var outside = new List<Initializer>();
        var end = 0L;
        var model = OnnxModel.Serialize(graph, Place);
        AtomicFile.Write(data, stream =>
        {
            foreach (var initializer in outside)
            {
                if (initializer.Numbers is { } numbers)
                    StoredNumbers.Write(stream, numbers.Span);
                else
                    stream.Write(initializer.Bytes);
                stream.Write(new byte[Padding(initializer.Length)]);
            }
        });
        AtomicFile.Write(path, stream => stream.Write(model));

        ExternalPlace? Place(Initializer initializer)
        {
            if (initializer.Numbers is null)
                return null;                                    // shapes, axes and tables, which are small
            var place = new ExternalPlace(Path.GetFileName(data), end);
            outside.Add(initializer);
            end += initializer.Length + Padding(initializer.Length);
            return place;
        }

        // Tensors begin where memory pages do, so that whoever maps the file need not copy them.
        static int Padding(long length) => (int)(-length & 4095);
    }

    /// <summary>The names of the columns of a field, of elements: those of numbers, or those of ids.</summary>
    IReadOnlyList<string> NamesOfElements(TokenField field) => [.. _columns.Inputs.Where((_, i) => field.Columns.Contains(i))];

    internal Graph Export(AttentionForm form, ElementType? storage = null)
    {
        var variant = new ScoringVariant(_columns.Mask is not null, HasQueryMask: false, _columns.Bias is not null,
            new([.. _columns.Outputs.Select(column => column.Output)]));
        return ScoringGraph.Build(_architecture, Parameters, form, variant, ExportNames(), storage);
    }

    ScoringNames ExportNames()
    {
        var inputs = _columns.Read.ToHashSet();
        return new([.. _architecture.Fields.Select(Names)], _columns.Mask ?? "", "", _columns.Bias ?? "")
        {
            AreColumns = true,
            Outputs = _columns.Outputs.ToDictionary(column => column.Output, column =>
                inputs.Contains(column.Name) ? $"{column.Name}.output" : column.Name),
        };

        IReadOnlyList<string> Names(TokenField field, int i) => field.Role switch
        {
            TokenRole.Input => field.IsPerElement ? NamesOfElements(field) : _architecture.Inputs.Count == 1
                ? _columns.Inputs
                : [_columns.Inputs[i]],
            TokenRole.Key => [_columns.Keys!],
            _ => [_columns.Values!],
        };
    }
}
