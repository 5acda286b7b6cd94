using System.Diagnostics;
using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Attention.Orleans.Silo;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>Row groups of Parquet files, each the work of one silo, whose scores become a file of the row group's number.</summary>
sealed class FileScoring(ITransformer model, IClusterClient cluster, IReadOnlyList<string> inputs, string outputFolder,
    ClusterScoringOptions options)
{
    public async Task<ClusterScoringReport> Run(CancellationToken cancellationToken)
    {
        options.Check();
        var began = Stopwatch.GetTimestamp();
        var schema = InputSchema();
        var mapper = ClusterView.RowByRow(model, schema);
        var outputs = Outputs(mapper, schema);
        string[] needed = [.. mapper.GetDependencies(outputs).Select(column => column.Name)];
        _ = outputs.Select(column => ColumnType.Of(column).ParquetField).ToArray();   // what cannot be written is said before the work
        Directory.CreateDirectory(outputFolder);
        var file = ClusterFile.OfModel(model, schema, options.ModelPath);
        await file.Share(options.SharedFolder);
        var calls = new ClusterCalls(cluster, file, options);

        var (rows, parts, skipped, longest, last) = (0L, 0, 0, TimeSpan.Zero, Stopwatch.GetTimestamp());
        using var places = new SemaphoreSlim(options.CallsInFlight);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new List<Task>();
        var ended = new Lock();
        try
        {
            foreach (var (input, rowGroup, output) in await Parts(cancellationToken))
            {
                if (await IsThere(output, file, cancellationToken))
                {
                    skipped++;
                    continue;
                }
                await places.WaitAsync(stopping.Token);
                underWay.RemoveAll(task => task.IsCompletedSuccessfully);
                underWay.Add(ScorePart(new(file.Hash, Path.GetFullPath(input), rowGroup, needed, [.. outputs.Select(column => column.Name)],
                    Path.GetFullPath(output))));
            }
            await Task.WhenAll(underWay);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(underWay);   // one part's failure stopped the others: it is the one to tell
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(underWay).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        return new()
        {
            Rows = rows,
            Parts = parts,
            SkippedParts = skipped,
            Retries = calls.Retries,
            LongestWait = longest.TotalSeconds,
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
            Silos = new Dictionary<string, long>(calls.Silos),
        };

        async Task ScorePart(PartRequest part)
        {
            try
            {
                var answer = await calls.Do($"Row group {part.RowGroup} of '{part.Input}'", part, stopping.Token);
                lock (ended)
                {
                    (rows, parts) = (rows + answer.Rows, parts + 1);
                    var now = Stopwatch.GetTimestamp();
                    longest = Stopwatch.GetElapsedTime(last, now) is var wait && wait > longest ? wait : longest;
                    last = now;
                }
            }
            catch
            {
                await stopping.CancelAsync();
                throw;
            }
            finally
            {
                places.Release();
            }
        }
    }

    DataViewSchema InputSchema()
    {
        if (options.InputSchema is { } given)
            return given;
        if (options.ModelPath is null)
            throw new ArgumentException("Files do not say how long a model's vectors are: set InputSchema, or ModelPath to the file that "
                + "the model was loaded from.");
        using var loaded = new MLContext().Model.Load(options.ModelPath, out var saved) as IDisposable;
        return saved
            ?? throw new InvalidDataException($"Model '{options.ModelPath}' was saved without the schema of its input: set InputSchema.");
    }

    DataViewSchema.Column[] Outputs(IRowToRowMapper mapper, DataViewSchema schema)
    {
        var all = mapper.OutputSchema.Where(column => !column.IsHidden).ToArray();
        if (options.OutputColumnNames is { } names)
            return [.. names.Select(name => Array.Find(all, column => column.Name == name) is { Name: not null } found ? found
                : throw new ArgumentException($"OutputColumnNames has '{name}', which the model neither writes nor passes on: "
                    + $"{string.Join(", ", all.Select(column => column.Name))}."))];
        DataViewSchema.Column[] made = [.. all.Where(column => schema.GetColumnOrNull(column.Name) is null)];
        return made.Length > 0
            ? made
            : throw new ArgumentException(
                "Every column that the model writes replaces one of its inputs: name those to write in OutputColumnNames.");
    }

    async Task<List<(string Input, int RowGroup, string Output)>> Parts(CancellationToken cancellationToken)
    {
        if (inputs.GroupBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two inputs are named '{twice.Key}', so that their scores would be: {string.Join(", ", twice)}.");
        var parts = new List<(string, int, string)>();
        foreach (var input in inputs)
        {
            await using var reader = await ParquetFile.Open(input, cancellationToken);
            for (var group = 0; group < reader.RowGroupCount; group++)
                parts.Add((input, group, Path.Combine(outputFolder, $"{Path.GetFileNameWithoutExtension(input)}-{group:D6}.parquet")));
        }
        return parts;
    }

    static async Task<bool> IsThere(string output, ClusterFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(output))
            return false;
        await using var reader = await ParquetFile.Open(output, cancellationToken);
        return reader.CustomMetadata.GetValueOrDefault(ParquetFile.ModelKey) == file.Hash
            ? true
            : throw new InvalidOperationException(
                $"'{output}' is there, and not the work of {file}: choose an empty folder, or delete what is in this one.");
    }
}
