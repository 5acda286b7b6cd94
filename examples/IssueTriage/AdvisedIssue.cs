using Microsoft.ML;
using Microsoft.ML.Data;

namespace IssueTriage;

/// <summary>An issue, and what attention made of it.</summary>
sealed record AdvisedIssue : Issue
{
    public AdvisedIssue(Issue issue, float[] advice) : base(issue) => Advice = advice;

    /// <summary>Features or class probabilities, as many in each row.</summary>
    public float[] Advice { get; }

    public static IDataView View(MLContext mlContext, IReadOnlyList<AdvisedIssue> issues)
    {
        var schema = SchemaDefinition.Create(typeof(AdvisedIssue));
        schema[nameof(Advice)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, issues[0].Advice.Length);
        return mlContext.Data.LoadFromEnumerable(issues, schema);
    }
}
