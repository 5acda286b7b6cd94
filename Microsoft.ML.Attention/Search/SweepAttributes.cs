using System.Globalization;
using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Attention.Search;

/// <summary>Reads what the options carry for Microsoft.ML.AutoML, so that both searches draw from one space.</summary>
static class SweepAttributes
{
    public static ValueList<T> Choices<T>(string option) =>
        new(Of<ChoiceAttribute>(typeof(MultiHeadAttentionOptions), option).Candidates.Cast<T>());

    public static AttentionSearchRange Range(string option)
    {
        var range = Of<RangeAttribute>(typeof(TrainingOptions), option);
        return new(Convert.ToDouble(range.Min, CultureInfo.InvariantCulture), Convert.ToDouble(range.Max, CultureInfo.InvariantCulture),
            range.LogBase);
    }

    static T Of<T>(Type options, string option) where T : Attribute => options.GetProperty(option)!.GetCustomAttribute<T>()!;
}
