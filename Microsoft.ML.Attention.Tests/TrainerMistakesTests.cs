using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Tests.Support;
using static System.FormattableString;

namespace Microsoft.ML.Attention.Tests;

/// <summary>
/// Labels and weights that cannot be learned from, of rows and of tokens, through all three catalogs: an error that names the row and the
/// column, or rows that are left out and counted.
/// </summary>
[TestClass]
public sealed class TrainerMistakesTests
{
    const uint NoClass = uint.MaxValue;     // a key that is no vector is read counted from 0

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Labels => TrainerTask.All.Select(task => task.Label);

    static IEnumerable<(string Label, string Expected)> NoLabels =>
    [
        ("Word", "Label column 'Word' is String, but must be a key, a Boolean or a Single: map it with Conversion.MapValueToKey."),
        ("Double", "Label column 'Double' is Double, but must be a key, a Boolean or a Single: convert it with Conversion.ConvertType to "
            + "DataKind.Single where it is a quantity, or map it with Conversion.MapValueToKey where it is a class."),
        ("Words", "Label column 'Words' is {0}String{1}, but must be a key, a Boolean or a Single for each token: "
            + "map it with Conversion.MapValueToKey."),
    ];

    /// <summary>Text and numbers of another type, vectors or not: by Fit, and by what a pipeline asks before it is fitted.</summary>
    [TestMethod, DynamicData(nameof(NoLabels))]
    public void Label_OfATypeThatIsNone_NamesTheColumnAndTheRemedy(string label, string expected)
    {
        var view = TaskRow.View(_ml, TaskRow.Rows(4));
        foreach (var task in TrainerTask.All)
        {
            var trainer = task.Trainer(_ml, task.Options with { LabelColumnName = label });

            var schema = MLNetInternals.ShapeOf(view.Schema);
            Assert.AreEqual(string.Format(expected, "Vector<", ">"), Error<ArgumentException>(() => trainer.Fit(view)));
            Assert.AreEqual(string.Format(expected, "a vector of ", ""), Error<ArgumentException>(() => trainer.GetOutputSchema(schema)));
        }
    }

    /// <summary>Of each trainer, the labels of the others.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void Label_OfAnotherTrainer_NamesTheColumnAndThatTrainer(string label)
    {
        var task = TrainerTask.Of(label);
        var view = TaskRow.View(_ml, TaskRow.Rows(4));
        foreach (var other in TrainerTask.All.Where(other => other.Catalog != task.Catalog))
        {
            var trainer = task.Trainer(_ml, task.Options with { LabelColumnName = other.Label });

            var error = Error<ArgumentException>(() => trainer.Fit(view));

            Assert.StartsWith($"Label column '{other.Label}' is ", error);
            Assert.EndsWith($"or use {other.Catalog}.Trainers.MultiHeadAttention.", error);
        }
    }

    /// <summary>A vector is a label for each token; one of another length is a mistake.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void Vector_OfAnotherLengthThanTheRow_NamesRowAndColumn(string label)
    {
        var task = TrainerTask.Of(label);
        if (!task.OfTokens)
            return;
        var rows = TaskRow.Rows(6);
        (rows[4].Classes, rows[4].Flags, rows[4].Numbers) = ([1], [true], [1]);

        Assert.AreEqual($"Row 4: label column '{task.Label}' has 1 values, but there are 4 tokens: it needs one for each.",
            Error<InvalidDataException>(() => Fit(task, task.Brief, rows)));
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void LabelOrWeight_ThatIsNotThere_NamesTheColumns(string label)
    {
        var task = TrainerTask.Of(label);
        var rows = TaskRow.Rows(4);
        var columns = string.Join(", ", TaskRow.View(_ml, rows).Schema.Select(column => column.Name));

        Assert.AreEqual($"There is no label column 'L'. There are: {columns}.",
            Error<ArgumentException>(() => Fit(task, task.Brief with { LabelColumnName = "L" }, rows)));
        Assert.AreEqual($"There is no weight column 'W'. There are: {columns}.",
            Error<ArgumentException>(() => Fit(task, task.Brief with { ExampleWeightColumnName = "W" }, rows)));
        (string, string)[] wrong = [("Word", "String"), ("Double", "Double"), ("Numbers", "Vector<Single>"), ("Flag", "Boolean")];
        foreach (var (weight, type) in wrong)
            Assert.AreEqual($"Weight column '{weight}' is {type}, but must be a Single.",
                Error<ArgumentException>(() => Fit(task, task.Brief with { ExampleWeightColumnName = weight }, rows)));
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void Labels_OfOneValue_AreAnErrorThatNamesTheColumn(string label)
    {
        var task = TrainerTask.Of(label);
        var rows = TaskRow.Rows(6).Select(row => row with
        {
            Class = 1,
            Flag = true,
            Number = 7,
            Classes = [1, 1, 1, 1],
            Flags = new bool[4],
            Numbers = [2, 2, 2, 2],
        });

        Assert.AreEqual($"Label column '{task.Label}' has one value in all 6 rows that can be learned from; learning needs at least two.",
            Error<InvalidOperationException>(() => Fit(task, task.Brief, rows)));
    }

    /// <summary>
    /// Missing keys, and numbers that are none or infinite: a row is left out where none of its labels is left. A Boolean is never missing.
    /// </summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void Labels_ThatAreMissing_LeaveTheirRowsOutAndAreCounted(string label)
    {
        var task = TrainerTask.Of(label);
        if (task.Catalog == nameof(MLContext.BinaryClassification))
            return;
        var rows = TaskRow.Rows(12);
        (rows[1], rows[5]) = (Without(rows[1], float.NaN), Without(rows[5], float.PositiveInfinity));
        rows[8] = Without(rows[8], float.NegativeInfinity);
        (rows[2].Classes, rows[2].Numbers) = ([0, 1, 2, 0], [float.NaN, 0, 1, float.NegativeInfinity]);     // some of a row

        using var model = Fit(task, task.Brief, rows);

        Assert.AreEqual((3, 3, 9), (model.Training!.RowsWithoutLabel, model.Training.RowsSkipped, model.Training.RowsUsed));
        Assert.IsTrue(model.Parameters.Names.All(name => model.Parameters[name].Values.ToArray().All(float.IsFinite)));
        Assert.AreEqual("There is nothing to learn from: of 12 rows, 12 without a label.",
            Error<InvalidOperationException>(() => Fit(task, task.Brief, rows.Select(row => Without(row, float.NaN)))));

        static TaskRow Without(TaskRow row, float number) =>
            row with { Class = NoClass, Number = number, Classes = new uint[4], Numbers = [.. Enumerable.Repeat(number, 4)] };
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void Weights_ThatAreNoNumbers_LeaveTheirRowsOutAndAreCounted(string label)
    {
        var task = TrainerTask.Of(label);
        var weighted = task.Brief with { ExampleWeightColumnName = nameof(TaskRow.Weight) };
        var rows = TaskRow.Rows(12);
        (rows[1].Weight, rows[5].Weight, rows[7].Weight) = (float.NaN, float.PositiveInfinity, 0);

        using var model = Fit(task, weighted, rows);

        Assert.AreEqual((2, 2, 9), (model.Training!.RowsWithoutWeight, model.Training.RowsSkipped, model.Training.RowsUsed));
        foreach (var negative in new[] { -0.5f, float.NegativeInfinity })
        {
            rows[9].Weight = negative;
            Assert.AreEqual(Invariant($"Row 9: weight column 'Weight' has {negative}; a weight is at least 0."),
                Error<InvalidDataException>(() => Fit(task, weighted, rows)));
        }
        Assert.AreEqual("There is nothing to learn from: weight column 'Weight' has 0 in all 12 rows.",
            Error<InvalidOperationException>(() => Fit(task, weighted, rows.Select(row => row with { Weight = 0 }))));
        Assert.AreEqual("There is nothing to learn from: of 12 rows, 12 with a weight that is NaN or infinite.",
            Error<InvalidOperationException>(() => Fit(task, weighted, rows.Select(row => row with { Weight = float.NaN }))));
    }

    MultiHeadAttentionTransformer Fit(TrainerTask task, MultiHeadAttentionOptions options, IEnumerable<TaskRow> rows) =>
        task.Trainer(_ml, options).Fit(TaskRow.View(_ml, rows));

    static string Error<T>(Func<object> fit) where T : Exception => Assert.ThrowsExactly<T>(() => fit()).Message;
}
