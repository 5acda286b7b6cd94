using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>A golden case as the training floor sees it: sizes settled, tensors under the stage's names, rows in memory.</summary>
sealed class GoldenStage
{
    public GoldenStage(Golden golden)
    {
        var options = golden.Options;
        var view = golden.Rows.ToDataView(new MLContext(1), options);
        var columns = BoundColumns.Bind(StageNames.Of(options), StageNames.Widths(options), view.Schema);
        Parameters = ParameterResolution.Canonical(golden.Parameters, options.Block, options.NumberOfLayers);
        Architecture = ArchitectureResolution.Resolve(options, columns, Parameters, TrainingObjective.None, () =>
            golden.Rows.Max(row => row.QueryLength));
        Rows = new DataViewRows(view, columns, Architecture, label: null, () => { }).Read(shuffle: null, long.MaxValue).Single();
    }

    public Architecture Architecture { get; }

    public AttentionParameters Parameters { get; }

    /// <summary>Without labels, which a test adds.</summary>
    public LabelledRows Rows { get; }
}
