using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What a transformer makes of rows, and that nothing but a row's own content decides it.</summary>
[TestClass]
public sealed class TransformerTests
{
    // float32 against double, through one layer: some ten roundings of 6e-8 on numbers of the size of 1
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    // rows padded to other lengths, or blocked otherwise by the matrix product: two orders of the same float32 sums
    static readonly Tolerance Reordering = new(2e-6, 2e-6);

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Inputs => InputCase.Names;

    /// <summary>Tokens that no row has more of.</summary>
    const int Longest = 20;

    static IEnumerable<(AttentionBlock, AttentionPooling, string)> Contexts =>
        from block in Enum.GetValues<AttentionBlock>()
        from pooling in Enum.GetValues<AttentionPooling>()
        from rows in new[] { "fixed", "ragged", "ragged mask", "cross", "cross, ragged, values of another width, masked" }
        where block != AttentionBlock.Encoder || !rows.StartsWith("cross", StringComparison.Ordinal)
        select (block, pooling, rows);

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Transform_OfEachTypeOfInput_AgreesWithTheOracle(string input)
    {
        var inputs = InputCase.Of(input);
        var options = inputs.Options with { AttentionWeightsColumnName = "Weights" };
        using var transformer = inputs.Fit(_ml, options);
        var rows = inputs.Rows(30);

        var (outputs, weights) = Read(transformer, inputs.View(_ml, rows));

        foreach (var (n, row) in rows.Index())
        {
            var expected = Reference.Row(options, transformer.Parameters, row);
            Rounding.Check($"Output of row {n}", expected.Output.SelectMany(token => token), outputs[n]);
            Rounding.Check($"Attention weights of row {n}", expected.Weights.Cast<double>(), weights[n]);
        }
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Transform_InBatchesOfAnySize_GivesTheSameRows(string input)
    {
        var inputs = InputCase.Of(input);
        var view = inputs.View(_ml, inputs.Rows(70));
        using var transformer = inputs.Fit(_ml);
        var expected = Outputs(transformer, view);

        foreach (var size in new[] { 1, 7, 64 })
        {
            using var batched = transformer.WithRuntime(new() { BatchSize = size });
            AreClose($"in batches of {size}", expected, Outputs(batched, view));
        }
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Transform_OfRowsInAnotherOrder_GivesTheSameRows(string input)
    {
        var inputs = InputCase.Of(input);
        var rows = inputs.Rows(40);
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        new Random(2).Shuffle(order);
        using var transformer = inputs.Fit(_ml, inputs.Options with { Runtime = new() { BatchSize = 7 } });

        var expected = Outputs(transformer, inputs.View(_ml, rows));

        AreClose("shuffled", [.. order.Select(n => expected[n])], Outputs(transformer, inputs.View(_ml, [.. order.Select(n => rows[n])])));
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void Transform_WithTheAttentionWeights_GivesTheSameOutput(string input)
    {
        var inputs = InputCase.Of(input);
        var view = inputs.View(_ml, inputs.Rows(20));
        using var without = inputs.Fit(_ml);
        using var with = inputs.Fit(_ml, inputs.Options with { AttentionWeightsColumnName = "Weights" });

        AreClose("read alone", Outputs(without, view), Outputs(with, view));
        AreClose("read with the weights", Outputs(without, view), Read(with, view).Outputs);
    }

    [TestMethod, DynamicData(nameof(Inputs))]
    public void AttentionWeights_OfEachQuery_SumToOneOrToZero(string input)
    {
        var inputs = InputCase.Of(input);
        using var transformer = inputs.Fit(_ml, inputs.Options with { AttentionWeightsColumnName = "Weights" });
        var rows = inputs.Rows(20);

        var (_, weights) = Read(transformer, inputs.View(_ml, rows));

        foreach (var (row, maps) in rows.Zip(weights))
            foreach (var query in maps.Chunk(Math.Max(row.KeyLength, 1)))
                Assert.IsTrue(Math.Abs(query.Sum() - 1) < 1e-5 || query.All(w => w == 0), $"{query.Sum()}");
    }

    [TestMethod, DynamicData(nameof(Contexts))]
    public void NaN_InARow_StaysInIt(AttentionBlock block, AttentionPooling pooling, string input)
    {
        var inputs = InputCase.Of(input);
        var options = inputs.Options with
        {
            Block = block,
            Pooling = pooling,
            MaximumLength = pooling == AttentionPooling.Flatten
            ? Longest
            : null
        };
        using var transformer = inputs.Fit(_ml, options);
        ReferenceRow[] rows = [.. inputs.Rows(12)];
        var ill = Array.FindIndex(rows, row => row.QueryLength > 1 && row.KeyLength > 0 && row.Mask is null or [true, ..]);
        ReferenceRow[] withNaN = [.. rows];
        withNaN[ill] = options.KeyColumnName is null
            ? rows[ill] with { Tokens = Spoiled(rows[ill].Tokens) }
            : rows[ill] with { Keys = Spoiled(rows[ill].Keys!) };

        var clean = Outputs(transformer, inputs.View(_ml, rows));
        var spoiled = Outputs(transformer, inputs.View(_ml, withNaN));

        foreach (var n in Enumerable.Range(0, rows.Length).Where(n => n != ill))
            CollectionAssert.AreEqual(clean[n], spoiled[n], $"row {n}");
        Assert.IsTrue(spoiled[ill].All(float.IsNaN) || pooling is AttentionPooling.None or AttentionPooling.Flatten
            && spoiled[ill].Any(float.IsNaN), $"[{string.Join(", ", spoiled[ill])}]");

        static double[][] Spoiled(double[][] tokens) => [[double.NaN, .. tokens[0][1..]], .. tokens[1..]];
    }

    [TestMethod]
    [DataRow(AttentionBlock.Attention)]
    [DataRow(AttentionBlock.Residual)]
    [DataRow(AttentionBlock.Encoder)]
    public void NaN_InAQuery_StaysNaN(AttentionBlock block)
    {
        foreach (var name in block == AttentionBlock.Encoder ? ["ragged"] : new[] { "ragged", "cross, ragged queries" })
        {
            var inputs = InputCase.Of(name);
            using var transformer = inputs.Fit(_ml, inputs.Options with { Block = block, WindowSize = 0 });
            ReferenceRow[] rows = [.. inputs.Rows(12).Where(row => row.QueryLength > 1)];
            rows[0] =
                rows[0] with { Tokens = [.. rows[0].Tokens.Select((token, t) => t == 1 ? [.. token.Select(_ => double.NaN)] : token)] };

            var output = Outputs(transformer, inputs.View(_ml, rows))[0].Chunk(6).ToArray();

            Assert.IsTrue(output[1].All(float.IsNaN), $"{name}: [{string.Join(", ", output[1])}]");
        }
    }

    [TestMethod]
    public void NaN_WhereTheMaskIsFalse_IsNeverRead()
    {
        foreach (var name in new[] { "ragged mask", "mask", "columns of several widths", "cross, ragged, values of another width, masked",
            "bias of each head, ragged, masked" })
        {
            var inputs = InputCase.Of(name);
            var rows = inputs.Rows(20);
            using var transformer = inputs.Fit(_ml);

            var expected = Outputs(transformer, inputs.View(_ml, rows));
            var spoiled = rows.Select(row => row with
            {
                Tokens = row.Keys is null ? Spoiled(row.Tokens, row.Mask!) : row.Tokens,
                Keys = row.Keys is null ? null : Spoiled(row.Keys, row.Mask!),
                Values = row.Values is null ? null : Spoiled(row.Values, row.Mask!),
            });

            AreClose(name, expected, Outputs(transformer, inputs.View(_ml, [.. spoiled])));
        }

        static double[][] Spoiled(double[][] tokens, bool[] mask) =>
            [.. tokens.Select((token, t) => mask[t] ? token : [.. token.Select(_ => double.NaN)])];
    }

    [TestMethod]
    [DataRow(AttentionBlock.Attention)]
    [DataRow(AttentionBlock.Residual)]
    [DataRow(AttentionBlock.Encoder)]
    public void Tokens_Permuted_PermuteTheOutputs(AttentionBlock block)
    {
        var inputs = InputCase.Of("ragged mask");
        using var transformer = inputs.Fit(_ml, inputs.Options with { Block = block });
        var rows = inputs.Rows(20);
        var random = new Random(3);
        int[][] orders = [.. rows.Select(row => Enumerable.Range(0, row.QueryLength).OrderBy(_ => random.Next()).ToArray())];
        var permuted = rows.Zip(orders, (row, order) =>
            row with { Tokens = [.. order.Select(t => row.Tokens[t])], Mask = [.. order.Select(t => row.Mask![t])] });

        var expected = Outputs(transformer, inputs.View(_ml, rows))
            .Zip(orders, (output, order) => order.SelectMany(t => output.Chunk(6).ElementAt(t)).ToArray());

        AreClose("permuted", [.. expected], Outputs(transformer, inputs.View(_ml, [.. permuted])));
    }

    [TestMethod]
    public void Tokens_PooledInAnyOrder_AreTheSameRow()
    {
        var inputs = InputCase.Of("ragged");
        var rows = inputs.Rows(20);
        foreach (var pooling in new[] { AttentionPooling.Mean, AttentionPooling.Max, AttentionPooling.Attention })
        {
            using var transformer = inputs.Fit(_ml, inputs.Options with { Pooling = pooling });

            var reversed = rows.Select(row => row with { Tokens = [.. row.Tokens.Reverse()] });

            AreClose($"{pooling}", Outputs(transformer, inputs.View(_ml, rows)), Outputs(transformer, inputs.View(_ml, [.. reversed])));
        }
    }

    [TestMethod]
    public void RowWithoutTokens_IsEmpty_OrZerosWhenPooled()
    {
        var inputs = InputCase.Of("ragged");
        ReferenceRow[] rows = [new() { Columns = [] }, inputs.Rows(9).First(row => row.QueryLength > 0), new() { Columns = [] }];
        foreach (var pooling in Enum.GetValues<AttentionPooling>())
        {
            using var transformer = inputs.Fit(_ml,
                inputs.Options with
                {
                    Pooling = pooling,
                    MaximumLength = pooling == AttentionPooling.Flatten
                    ? Longest
                    : null,
                    AttentionWeightsColumnName = "Weights"
                });

            var (outputs, weights) = Read(transformer, inputs.View(_ml, rows));

            CollectionAssert.AreEqual(new float[6 * pooling switch
            {
                AttentionPooling.None => 0,
                AttentionPooling.MeanAndMax => 2,
                AttentionPooling.Flatten => Longest,
                _ => 1,
            }], outputs[2], $"{pooling}");
            Assert.IsEmpty(weights[0]);
        }
    }

    [TestMethod]
    public void QueryWithoutKeys_IsTheOutputProjectionsBias()
    {
        var ragged = InputCase.Of("cross, ragged, values of another width, masked");
        var bias = new AttentionTensor([6], new float[] { 1, 2, 3, 4, 5, 6 });
        using var drawn = ragged.Fit(_ml);
        var parameters = AttentionParameters.Create(drawn.Parameters.Names.Select(name =>
            KeyValuePair.Create(name, name == "out_proj.bias" ? bias : drawn.Parameters[name])));
        using var transformer = ragged.Fit(_ml, ragged.Options with { Parameters = parameters });
        ReferenceRow row = ragged.Rows(9).First(r => r.QueryLength > 0 && r.KeyLength > 0);
        ReferenceRow[] blind = [row with { Keys = [], Values = [], Mask = [] }, row with { Mask = new bool[row.KeyLength] }];

        foreach (var output in Outputs(transformer, ragged.View(_ml, blind)))
            foreach (var token in output.Chunk(6))
                CollectionAssert.AreEqual(bias.Values.ToArray(), token);
    }

    [TestMethod]
    public void PredictionEngine_OfARow_AgreesWithTheView()
    {
        var rows = Frames.Rows(12);
        var view = _ml.Data.LoadFromEnumerable(rows);
        var estimator = _ml.Transforms.MultiHeadAttention(Frames.Options);
        var transformer = estimator.Fit(view);
        var (outputs, weights) = Read(transformer, view);

        using var engine = _ml.Model.CreatePredictionEngine<Frames, Frames.Scored>(transformer);

        foreach (var (n, row) in rows.Index())
        {
            var scored = engine.Predict(row);
            Reordering.Check($"Output of row {n}", outputs[n].Select(v => (double)v), scored.Out);
            Reordering.Check($"Attention weights of row {n}", weights[n].Select(v => (double)v), scored.Weights);
        }
    }

    [TestMethod]
    public void PredictionEngine_Disposed_DisposesTheTransformerOnce()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(3));
        var transformer = _ml.Transforms.MultiHeadAttention(Frames.Options).Fit(view);
        var engine = _ml.Model.CreatePredictionEngine<Frames, Frames.Scored>(transformer);
        Assert.HasCount(6, engine.Predict(Frames.Rows(1)[0]).Out);

        engine.Dispose();
        engine.Dispose();
        transformer.Dispose();

        var error = Assert.ThrowsExactly<ObjectDisposedException>(() => Outputs(transformer, view));
        Assert.AreEqual(typeof(MultiHeadAttentionTransformer).FullName, error.ObjectName);
        Assert.Contains("OwnsTransformer", error.Message);
    }

    [TestMethod]
    public void TransformerChain_Disposed_DisposesEachStage()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(3));
        var chain = _ml.Transforms.MultiHeadAttention(Frames.Options)
            .Append(_ml.Transforms.MultiHeadAttention(Frames.Options with { OutputColumnName = "Other" })).Fit(view);
        using var cursor = chain.Transform(view).GetRowCursor(chain.GetOutputSchema(view.Schema));

        chain.Dispose();
        chain.Dispose();

        foreach (var stage in chain.Cast<MultiHeadAttentionTransformer>())
            Assert.ThrowsExactly<ObjectDisposedException>(() => Outputs(stage, view));
        Assert.ThrowsExactly<ObjectDisposedException>(() => cursor.MoveNext());
    }

    [TestMethod]
    public void Transformer_OnManyThreads_GivesEachTheSameRows()
    {
        var inputs = InputCase.Of("ragged mask");
        var view = inputs.View(_ml, inputs.Rows(60));
        using var transformer = inputs.Fit(_ml, inputs.Options with { Runtime = new() { BatchSize = 7 } });
        var expected = Outputs(transformer, view);
        var transformed = transformer.Transform(view);

        var read = new float[8][][];
        Parallel.For(0, read.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            read[i] = i % 2 == 0 ? [.. transformed.GetColumn<float[]>("Out")] : Outputs(transformer, view));

        foreach (var outputs in read)
            AreClose("of a thread", expected, outputs);
    }

    [TestMethod]
    public void WithRuntime_SharesTheParametersAndNothingElse()
    {
        var inputs = InputCase.Of("fixed");
        var view = inputs.View(_ml, inputs.Rows(9));
        var transformer = inputs.Fit(_ml);
        var expected = Outputs(transformer, view);

        using var other = transformer.WithRuntime(new() { BatchSize = 2, IntraOpThreads = 1 });
        transformer.Dispose();

        Assert.AreSame(transformer.Parameters, other.Parameters);
        Assert.AreEqual(transformer.Options with { Runtime = new() { BatchSize = 2, IntraOpThreads = 1 } }, other.Options);
        AreClose("run otherwise", expected, Outputs(other, view));
    }

    [TestMethod]
    public void WithRuntime_OutOfRange_IsRefused()
    {
        using var transformer = InputCase.Of("fixed").Fit(_ml);

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.WithRuntime(new() { BatchSize = 0 }));

        StringAssert.StartsWith(error.Message, "BatchSize must be at least 1.");
    }

    [TestMethod]
    public void WithRuntime_OfAPrecisionThatTheCpuLacks_IsNotSupported()
    {
        using var transformer = InputCase.Of("fixed").Fit(_ml);

        var error = Assert.ThrowsExactly<NotSupportedException>(() =>
            transformer.WithRuntime(new() { Precision = AttentionPrecision.BFloat16 }));

        StringAssert.StartsWith(error.Message, "Precision BFloat16 is not supported on execution provider Cpu.");
    }

    static IEnumerable<(string, DataViewType, string)> OtherTypes =>
    [
        ("fixed", new VectorDataViewType(NumberDataViewType.Single, 4, 5),
            "Column 'A' is Vector<Single, 4, 5>: its tokens have 5 numbers, but EmbeddingDimension is 6."),
        ("fixed", new VectorDataViewType(NumberDataViewType.Single, 25),
            "Column 'A' is Vector<Single, 25>: its 25 values are not a multiple of EmbeddingDimension 6."),
        ("fixed", NumberDataViewType.Single, "Column 'A' is Single: its tokens have 1 numbers, but EmbeddingDimension is 6."),
        ("fixed", NumberDataViewType.Double,
            "Column 'A' is Double, but attention needs a vector of Single (embeddings) or of a key (token ids): convert it with "
                + "Conversion.ConvertType to DataKind.Single."),
        ("fixed", new VectorDataViewType(new KeyDataViewType(typeof(uint), 3), 4),
            "Column 'A' is Vector<Key<UInt32, 0-2>, 4>, but the stage was fitted on embeddings."),
        ("uint ids", new VectorDataViewType(NumberDataViewType.Single, 4, 6),
            "Column 'UInts' is Vector<Single, 4, 6>, but the stage was fitted on token ids."),
        ("columns of several widths", new VectorDataViewType(NumberDataViewType.Single, 3, 6),
            "Column 'A' is Vector<Single, 3, 6>: 3 tokens in a row, but the stage was fitted on 2."),
    ];

    [TestMethod, DynamicData(nameof(OtherTypes))]
    public void Transform_OfAnotherTypeThanFitSaw_IsRefused(string input, DataViewType type, string expected)
    {
        var inputs = InputCase.Of(input);
        using var transformer = inputs.Fit(_ml, inputs.Options with { MaskColumnName = null });
        var schema = new DataViewSchema.Builder();
        foreach (var column in inputs.View(_ml, []).Schema)
            schema.AddColumn(column.Name, column.Name == inputs.Options.InputColumnNames[0] ? type : column.Type);

        var error = Assert.ThrowsExactly<ArgumentException>(() => transformer.GetOutputSchema(schema.ToSchema()));

        Assert.AreEqual(expected, error.Message);
    }

    [TestMethod]
    public void Transform_OfASchemaWithoutTheColumn_NamesIt()
    {
        using var transformer = InputCase.Of("fixed").Fit(_ml);

        var error = Assert.ThrowsExactly<ArgumentException>(() => transformer.Transform(InputCase.Of("byte ids").View(_ml, [])));

        Assert.AreEqual("There is no column 'A'. There are: Bytes.", error.Message);
    }

    [TestMethod]
    public void Options_OfATransformer_AreThoseGivenWithoutTheParameters()
    {
        var inputs = InputCase.Of("fixed");
        using var drawn = inputs.Fit(_ml);
        using var given = inputs.Fit(_ml, inputs.Options with { Parameters = drawn.Parameters });

        Assert.AreEqual(inputs.Options, drawn.Options);
        Assert.AreEqual(inputs.Options, given.Options);
        foreach (var name in drawn.Parameters.Names)
            Assert.AreSequenceEqual(drawn.Parameters[name].Values.ToArray(), given.Parameters[name].Values.ToArray());
    }

    static (float[][] Outputs, float[][] Weights) Read(MultiHeadAttentionTransformer transformer, IDataView view)
    {
        var transformed = transformer.Transform(view);
        using var cursor =
            transformed.GetRowCursor([transformed.Schema[transformer.Options.OutputColumnName], transformed.Schema["Weights"]]);
        var (output, weight) = (cursor.Numbers(transformer.Options.OutputColumnName), cursor.Numbers("Weights"));
        List<float[]> outputs = [], weights = [];
        while (cursor.MoveNext())
        {
            outputs.Add(output());
            weights.Add(weight());
        }
        return ([.. outputs], [.. weights]);
    }

    static float[][] Outputs(MultiHeadAttentionTransformer transformer, IDataView view) =>
        [.. transformer.Transform(view).GetColumn<float[]>(transformer.Options.OutputColumnName)];

    static void AreClose(string what, float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var n = 0; n < expected.Length; n++)
            Reordering.Check($"Row {n} {what}", expected[n].Select(value => (double)value), actual[n]);
    }
}
