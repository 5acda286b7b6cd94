using System.Text.Json;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A case that libtorch computed in float64: options, parameters, rows, and what must come out.
/// <c>Golden/README.md</c> says how it was made.</summary>
/// <remarks>
/// Columns are named as in <see cref="RowColumns"/>. In training cases (letter F) the options are those of the stage, without the read-out:
/// its <c>head</c> is in <see cref="Tensors"/> only, and <c>output</c> in <see cref="Expected"/> is what the read-out
/// made of the stage's output.
/// </remarks>
sealed partial class Golden
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Golden");

    Golden(string name)
    {
        var folder = Path.Combine(Root, name);
        Name = name;
        Settings = JsonElement.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        Inputs = SafetensorsReader.Read(Path.Combine(folder, "inputs.safetensors"));
        Expected = Read("expected");
        Tensors = Read("parameters");
        ParametersPath = Path.Combine(folder, "parameters.safetensors");
        Options = ReadOptions();
        Parameters = ReadParameters();
        Rows = [.. Enumerable.Range(0, (int)Number("B")!.Value).Select(ReadRow)];

        Dictionary<string, StoredTensor> Read(string file) =>
            SafetensorsReader.Read(Path.Combine(folder, $"{file}.safetensors"))
                .ToDictionary(tensor => Renamed(tensor.Key), tensor => tensor.Value);
    }

    /// <summary>What the library calls the read-out of the task.</summary>
    public string ReadOut => Text("task") switch { null => "head", "reconstruction" => "reconstruction", _ => "classifier" };

    /// <summary>The library's name for a stored tensor.</summary>
    public string Renamed(string name) => name.Replace("head.", $"{ReadOut}.", StringComparison.Ordinal);

    /// <summary>Every case's name, as in <c>A01_self_plain_e8</c>; the letter says what kind it is.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Directory.GetDirectories(Root).Where(path => File.Exists(Path.Combine(path, "case.json")))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The cases of a forward pass, A to E.</summary>
    public static IEnumerable<string> ForwardNames => Names.Where(name => name[0] != 'F');

    /// <summary>The cases of twenty steps of training, F.</summary>
    public static IEnumerable<string> TrainingNames => Names.Where(name => name[0] == 'F');

    public static Golden Load(string name) => new(name);

    public string Name { get; }

    /// <summary>All of <c>case.json</c>.</summary>
    public JsonElement Settings { get; }

    /// <summary>The tensors of <c>inputs.safetensors</c>; <c>key_padding_mask</c> is true where there is no token.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Inputs { get; }

    /// <summary>The tensors of <c>expected.safetensors</c>, gradients and trajectories included.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Expected { get; }

    /// <summary>The tensors of <c>parameters.safetensors</c>.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Where those are, for a test of the library's own reader.</summary>
    public string ParametersPath { get; }

    /// <summary>The case's settings as a user would write them, its columns included; without <see cref="Parameters"/>.</summary>
    public MultiHeadAttentionOptions Options { get; }

    /// <summary>The stage's parameters; for pooling alone (E10 to E14), projections that change nothing.</summary>
    public AttentionParameters Parameters { get; }

    public IReadOnlyList<ReferenceRow> Rows { get; }

    /// <summary>Whether libtorch computed attention weights.</summary>
    public bool HasWeights => Expected.Keys.Any(name => name.EndsWith("attention_weights", StringComparison.Ordinal));

    /// <summary>The float32 tolerance that the case suggests for a group: <c>output</c>, <c>attention_weights</c>,
    /// <c>gradients</c>, <c>losses</c>, ...</summary>
    public Tolerance Tolerance(string group)
    {
        var tolerances = Settings.GetProperty("tolerance_float32");
        return new Tolerance(tolerances.GetProperty(group).GetDouble(), tolerances.GetProperty("rtol").GetDouble());
    }

    /// <summary>Whether each query of a row is a token, <c>[T]</c>, or the one vector of a pooled row is a result. The rest is zeros in
    /// <see cref="Output"/> and <see cref="Weights"/>, as the library's outputs are.</summary>
    public bool[] IsValid(int row) => Expected.TryGetValue("output_valid", out var valid) ? valid[row].Booleans : [true];

    /// <summary>What must come out of a row: a vector a token, or a single one when pooled.</summary>
    public double[][] Output(int row)
    {
        var (output, isValid) = (Expected["output"][row], IsValid(row));
        double[][] tokens = Options.Pooling == AttentionPooling.None ? output.Matrix : [output.Doubles];
        return [.. tokens.Select((token, t) => isValid[t] ? token : new double[token.Length])];
    }

    /// <summary>The attention weights of a row, <c>[L, H, T, S]</c>.</summary>
    public double[,,,] Weights(int row)
    {
        StoredTensor[] layers = [.. Enumerable.Range(0, Options.NumberOfLayers)
            .Select(layer => Expected[Options.NumberOfLayers > 1 ? $"layers.{layer}.attention_weights" : "attention_weights"][row])];
        var (shape, isValid) = (layers[0].Shape, IsValid(row));
        var weights = new double[layers.Length, shape[0], shape[1], shape[2]];
        for (var layer = 0; layer < layers.Length; layer++)
            for (var h = 0; h < shape[0]; h++)
                for (var i = 0; i < shape[1]; i++)
                    for (var j = 0; j < shape[2] && isValid[i]; j++)
                        weights[layer, h, i, j] = layers[layer].Floats[(h * shape[1] + i) * shape[2] + j];
        return weights;
    }

    /// <summary>Parameters made of stored tensors, for instance of those whose name starts with <c>final.</c>,
    /// the prefix taken off.</summary>
    public static AttentionParameters ToParameters(IEnumerable<KeyValuePair<string, StoredTensor>> tensors, string prefix = "") =>
        AttentionParameters.Create(tensors.Where(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor =>
                KeyValuePair.Create(tensor.Key[prefix.Length..],
                    new AttentionTensor([.. tensor.Value.Shape.Select(size => (long)size)], tensor.Value.Floats))));
}
