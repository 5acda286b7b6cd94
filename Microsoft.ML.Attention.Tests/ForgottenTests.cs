using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What a user forgets to dispose, and what ML.NET does, is collected all the same.</summary>
[TestClass, DoNotParallelize]   // the process's memory is measured
public sealed class ForgottenTests
{
    const int Tokens = 200, Heads = 8, Times = 40;
    const int OneWeightsColumn = Heads * Tokens * Tokens * sizeof(float);

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PredictionEngines_LeaveNoMemoryBehind(bool disposed)
    {
        using var stage = Stage();
        Assert.IsLessThan(4 * OneWeightsColumn, Kept(() =>
        {
            var engine = _ml.Model.CreatePredictionEngine<Row, Prediction>(stage, new PredictionEngineOptions { OwnsTransformer = false });
            Assert.HasCount(Heads * Tokens * Tokens, engine.Predict(Row.Of(Tokens)).Weights);
            if (disposed)
                engine.Dispose();
        }));
    }

    [TestMethod]
    public void Cursors_LeaveNoMemoryBehind()
    {
        using var stage = Stage();
        var view = stage.Transform(_ml.Data.LoadFromEnumerable([Row.Of(Tokens)], Row.Schema));
        Assert.IsLessThan(4 * OneWeightsColumn, Kept(() =>
        {
            var cursor = view.GetRowCursor(view.Schema);
            Assert.IsTrue(cursor.MoveNext());
            VBuffer<float> weights = default;
            cursor.GetGetter<VBuffer<float>>(view.Schema["Weights"])(ref weights);
            Assert.AreEqual(Heads * Tokens * Tokens, weights.Length);
        }));
    }

    /// <summary>Their sessions read the parameters where they are, and keep them there.</summary>
    [TestMethod]
    public void Stages_LeaveNoMemoryBehind()
    {
        const int Width = 128;
        var rows = _ml.Data.LoadFromEnumerable([Row.Of(Tokens)], Row.Schema);
        Assert.IsLessThan(Times * Width * Width * sizeof(float) / 2, Kept(() =>
        {
            var stage = _ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                OutputColumnName = "Output",
                InputColumnNames = ["Tokens"],
                EmbeddingDimension = 8,
                ModelDimension = Width,
                Block = AttentionBlock.Residual,
                Training = new() { Objective = TrainingObjective.None },
            }).Fit(rows);
            Assert.HasCount(Tokens * Width, stage.Transform(rows).GetColumn<float[]>("Output").Single());
        }));
    }

    MultiHeadAttentionTransformer Stage() => _ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
    {
        OutputColumnName = "Output",
        InputColumnNames = ["Tokens"],
        EmbeddingDimension = 8,
        NumberOfHeads = Heads,
        AttentionWeightsColumnName = "Weights",
        Training = new() { Objective = TrainingObjective.None },
    }).Fit(_ml.Data.LoadFromEnumerable([Row.Of(Tokens)], Row.Schema));

    /// <summary>Bytes, managed and pinned, that doing it so many times leaves after the collector has looked.</summary>
    static long Kept(Action once)
    {
        once();
        var before = Held();
        for (var time = 0; time < Times; time++)
            once();
        return Held() - before;

        static long Held()
        {
            for (var time = 0; time < 3; time++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    sealed class Row
    {
        public float[] Tokens { get; set; } = [];

        public static SchemaDefinition Schema
        {
            get
            {
                var schema = SchemaDefinition.Create(typeof(Row));
                schema[nameof(Tokens)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, ForgottenTests.Tokens, 8);
                return schema;
            }
        }

        public static Row Of(int tokens) => new() { Tokens = [.. Enumerable.Range(0, tokens * 8).Select(i => MathF.Sin(i))] };
    }

    sealed class Prediction
    {
        public float[] Weights { get; set; } = [];
    }
}
