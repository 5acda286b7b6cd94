using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Options;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention;

/// <summary>A fitted multi-head attention stage: lazy over views, one row at a time in a prediction engine, saved with the model.</summary>
/// <remarks>Safe to use from many threads. Disposing it frees its ONNX Runtime sessions; cursors still open on it then fail with
/// <see cref="ObjectDisposedException"/>.</remarks>
public sealed partial class MultiHeadAttentionTransformer : ITransformer, ISingleFeaturePredictionTransformer<object>, IDisposable
{
    readonly StageEnvironment _environment;
    readonly Architecture _architecture;
    readonly StageColumns _columns;
    readonly LabelValues? _labels;          // what predicted keys stand for, where that is known
    readonly AttentionSession _session;

    internal MultiHeadAttentionTransformer(StageEnvironment environment, MultiHeadAttentionOptions options, Architecture architecture,
        AttentionParameters parameters, TrainingReport? training, LabelValues? labels)
    {
        (_environment, _architecture, _labels) = (environment, architecture, labels);
        Options = options with { Parameters = null };
        Parameters = parameters;
        Training = training;
        _columns = StageNames.Of(options);
        using var log = environment.Log(nameof(MultiHeadAttentionTransformer), "Open");
        _session = new AttentionSession(architecture, parameters, environment.Provider(options.Runtime, log.Warn), GetType());
    }

    /// <summary>The options it was made with; their <see cref="MultiHeadAttentionOptions.Parameters"/> are null, see
    /// <see cref="Parameters"/>.</summary>
    public MultiHeadAttentionOptions Options { get; }

    /// <summary>Every tensor of the stage, learned, given or drawn, under PyTorch's names.</summary>
    public AttentionParameters Parameters { get; }

    /// <summary>What Fit did; null when it learned nothing.</summary>
    public TrainingReport? Training { get; }

    /// <summary>The execution provider that really runs the stage.</summary>
    public ExecutionProvider Provider => _session.Provider;

    /// <summary>True: each row's outputs depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The same parameters, run otherwise. This transformer stays as it is; each is disposed on its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The execution provider cannot be used.</exception>
    /// <exception cref="NotSupportedException">The execution provider does not have the precision.</exception>
    public MultiHeadAttentionTransformer WithRuntime(AttentionRuntimeOptions runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        var options = Options with { Runtime = runtime };
        OptionsValidation.CheckRuntime(runtime);
        return new MultiHeadAttentionTransformer(_environment, options, _architecture, Parameters, Training, _labels);
    }

    /// <summary>The schema's columns, and those that the stage adds.</summary>
    /// <exception cref="ArgumentException">A column is missing, or its type does not fit the stage.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The view with the stage's columns added, computed in batches as they are read.</summary>
    /// <exception cref="ArgumentException">A column is missing, or its type does not fit the stage.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchedView(input, Bind(input.Schema));
    }

    /// <summary>The stage applied to one row at a time, as a prediction engine does.</summary>
    /// <exception cref="ArgumentException">A column is missing, or its type does not fit the stage.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(Bind(inputSchema));

    /// <summary>Frees the ONNX Runtime sessions, after the runs under way. More than once does no harm.</summary>
    public void Dispose() => _session.Dispose();

    /// <summary>The input column, or the first of several: what permutation feature importance permutes.</summary>
    string ISingleFeaturePredictionTransformer<object>.FeatureColumnName => _columns.Inputs[0];

    /// <summary>Numbers, of as many as the column that is scored has.</summary>
    DataViewType ISingleFeaturePredictionTransformer<object>.FeatureColumnType => new VectorDataViewType(NumberDataViewType.Single);

    /// <summary>The parameters: what ML.NET calls a model has no type here that its tools know.</summary>
    object IPredictionTransformer<object>.Model => Parameters;

    AttentionStage Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new AttentionStage(_columns, _session, Options.Runtime.BatchSize, schema, _labels);
    }
}
