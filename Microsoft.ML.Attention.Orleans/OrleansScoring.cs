using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.ML.Attention.Orleans.Calls;
using Microsoft.ML.Attention.Orleans.Silo;

namespace Microsoft.ML.Attention.Orleans;

/// <summary>Scores rows with any fitted ML.NET model on an Orleans cluster.</summary>
/// <remarks>Membership, placement and failure detection are Orleans'. Rows travel as Arrow record batches, models as their files, by
/// SHA-256, through the cluster itself. A silo loads what a client sends it: who may connect to the cluster decides what it runs.</remarks>
public static class OrleansScoring
{
    /// <summary>Lets a silo score rows and files and try options for clients, whichever models they bring.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Changes the defaults of <see cref="ModelScoringOptions"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">When the silo starts: a number is below 1.</exception>
    public static ISiloBuilder AddModelScoring(this ISiloBuilder silo, Action<ModelScoringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<ModelScoringOptions>()
            .Validate(options => options.MaxConcurrency >= 1, "MaxConcurrency must be at least 1.")
            .Validate(options => options.MaxModels >= 1, "MaxModels must be at least 1.")
            .ValidateOnStart();
        if (configure is not null)
            silo.Services.Configure(configure);
        silo.Services.TryAddSingleton<SiloWork>();
        return silo;
    }

    /// <summary>What <see cref="ITransformer.Transform"/> gives, computed by the cluster: lazily, as cursors ask for rows, each row once
    /// and in the input's order.</summary>
    /// <remarks>
    /// <para>A cursor sends batches ahead, bounded in number and bytes, so that memory stays flat however many rows there are. Only the
    /// columns that the asked-for outputs need are sent, and only those asked for come back. Sparse vectors come back dense.</para>
    /// <para>The bits are those of <see cref="ITransformer.Transform"/> on the silo's kind of processor. A call that is late or lost is
    /// made again elsewhere; one that fails for the model's or the rows' sake fails the cursor at once, naming the rows.</para>
    /// </remarks>
    /// <param name="model">The fitted model: every ML.NET transformer that makes one row of each row, and that silos can load.</param>
    /// <param name="cluster">A client of the cluster, or that of a silo.</param>
    /// <param name="input">The rows.</param>
    /// <param name="options">Batches, lateness, attempts. Default: every default of <see cref="ClusterScoringOptions"/>.</param>
    /// <returns>A view with the model's output schema.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number among the options is out of its range.</exception>
    /// <exception cref="NotSupportedException">The model does not make each row of its input row alone; or, when a cursor is opened, a
    /// column has a type that Arrow does not have.</exception>
    public static IDataView TransformOnCluster(this ITransformer model, IClusterClient cluster, IDataView input,
        ClusterScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(input);
        return new ClusterView(model, cluster, input, options ?? new());
    }

    /// <summary>Scores Parquet files that the silos read themselves: each row group becomes a file of scores, <c>NAME-000012.parquet</c>,
    /// its rows in their order.</summary>
    /// <remarks>
    /// <para>This process and all silos must see the files and the folder under the same paths. A file of scores is written beside and
    /// renamed, so that it is whole or not there; a run that was ended is begun again with the same arguments, and skips what is there,
    /// which says the model that made it.</para>
    /// <para>A row group is read whole: it should fit into a silo's memory as many times as it works on at once. Scalars are read from
    /// columns of their own type, vectors from lists, DateTime to the microsecond.</para>
    /// </remarks>
    /// <param name="model">The fitted model.</param>
    /// <param name="cluster">A client of the cluster, or that of a silo.</param>
    /// <param name="inputs">Parquet files, no two of one name.</param>
    /// <param name="outputFolder">Where the scores go; made where it is not there.</param>
    /// <param name="options">The input's schema or the model's file, columns to write, calls in flight. Default: every default of
    /// <see cref="ClusterScoringOptions"/>.</param>
    /// <param name="cancellationToken">Ends the job, on the silos too; what is written stays.</param>
    /// <returns>Rows, seconds, retries, and who did what.</returns>
    /// <exception cref="ArgumentException">There is neither InputSchema nor ModelPath, an output column is not there,
    /// or two inputs have one name.</exception>
    /// <exception cref="InvalidOperationException">The model cannot be loaded, or fails on rows;
    /// or the folder has scores of another model.</exception>
    /// <exception cref="InvalidDataException">A file is not Parquet.</exception>
    /// <exception cref="TimeoutException">The cluster did not answer, however often it was asked.</exception>
    public static Task<ClusterScoringReport> ScoreFilesAsync(this ITransformer model, IClusterClient cluster, IReadOnlyList<string> inputs,
        string outputFolder,
        ClusterScoringOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        return new FileScoring(model, cluster, inputs, outputFolder, options ?? new()).Run(cancellationToken);
    }

    /// <summary>Lets the trials of a search run on the cluster: for <see cref="AttentionSearchOptions.EvaluateTrial"/>.</summary>
    /// <remarks>
    /// <para>The rows go to the cluster once, by their SHA-256, and stay in the memory of the silos that try options on them. A trial's
    /// scores are those of a search here, on one kind of processor bit for bit. A lost silo costs its trials' repetition elsewhere, and
    /// cancellation reaches the silos.</para>
    /// <para>Trials of a round are under way together, <see cref="ClusterScoringOptions.CallsInFlight"/> at most; the trainer after the
    /// stage is the search's default.</para>
    /// </remarks>
    /// <param name="cluster">A client of the cluster, or that of a silo.</param>
    /// <param name="data">The rows of the search.</param>
    /// <param name="options">Calls in flight, lateness, attempts, shared folder. Default: every default of
    /// <see cref="ClusterScoringOptions"/>.</param>
    /// <returns>What scores a trial; it throws <see cref="InvalidOperationException"/> for what the trial is at fault for,
    /// <see cref="TimeoutException"/> when the cluster did not answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number among the options is out of its range.</exception>
    public static Func<AttentionTrialRequest, CancellationToken, Task<IReadOnlyList<double>>> EvaluateTrials(this IClusterClient cluster,
        IDataView data, ClusterScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(data);
        var trials = new ClusterTrials(cluster, data, options ?? new());
        return trials.Evaluate;
    }
}
