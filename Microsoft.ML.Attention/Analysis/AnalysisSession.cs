using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>Runs rows with all heads, and again with one of them silenced.</summary>
sealed class AnalysisSession : IDisposable
{
    readonly ScoringVariant _variant;
    readonly ScoringNames _names;
    readonly string[] _weights;
    readonly Session _session;
    readonly NamedTensors _inputs = new();
    readonly Dictionary<int, float[]> _switches;
    readonly string[] _switchNames;
    readonly OrtValue[] _switchValues;
    readonly CancellationToken _cancellation;
    readonly CancellationTokenRegistration _stop;

    /// <param name="stage">The transformer's engine, whose provider runs this too.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="hasBias">Whether rows bring a bias.</param>
    /// <param name="cancellation">Ends a run that is under way too: one of a large stage takes seconds.</param>
    public AnalysisSession(AttentionSession stage, AttentionParameters parameters, bool hasBias, CancellationToken cancellation = default)
    {
        var a = stage.Architecture;
        _names = stage.Names;
        _weights = [.. Enumerable.Range(0, a.NumberOfLayers).Select(AnalysisGraph.WeightsOf)];
        // One graph for all rows: it has every mask that padding may need.
        _variant = new ScoringVariant(HasMask: true, HasQueryMask: a.IsCrossAttention, hasBias);
        _session = stage.Open(AnalysisGraph.Build(a, parameters, _variant, _names));
        _switches = AnalysisGraph.LayersWithHeads(a)
            .ToDictionary(layer => layer, layer => Enumerable.Repeat(1f, a.HeadsOf(layer).Count).ToArray());
        _switchNames = [.. _switches.Keys.Select(HeadSwitches.NameOf)];
        _switchValues = [.. _switches.Values.Select(s => OrtValue.CreateTensorValueFromMemory(s, [s.Length]))];
        _cancellation = cancellation;
        _stop = cancellation.Register(_session.Stop);
    }

    /// <summary>Takes the rows that the next runs are of.</summary>
    public void Fill(PaddedBatch batch, LengthGroup group)
    {
        _inputs.Clear();
        batch.Fill(group, _variant, _names, _inputs);
    }

    /// <summary>The output, then the attention weights of each layer, <c>[B, H, T, S]</c>.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run() => Run([_names.Of(StageOutputs.Output), .. _weights]);

    /// <summary>The output without the head at this index among those of the layer.</summary>
    public IDisposableReadOnlyCollection<OrtValue> RunWithout(int layer, int index)
    {
        _switches[layer][index] = 0;
        try
        {
            return Run([_names.Of(StageOutputs.Output)]);
        }
        finally
        {
            _switches[layer][index] = 1;
        }
    }

    IDisposableReadOnlyCollection<OrtValue> Run(string[] outputs)
    {
        try
        {
            return _session.Run([.. _inputs.Names, .. _switchNames], [.. _inputs.Values, .. _switchValues], outputs);
        }
        catch (OnnxRuntimeException) when (_cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellation);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();   // waits for a Stop that is under way
        foreach (var value in _switchValues)
            value.Dispose();
        _session.Dispose();
    }
}
