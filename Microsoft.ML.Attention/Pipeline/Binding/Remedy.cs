using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>What ML.NET offers to make of a column of the wrong type one of the right type: the end of a message.</summary>
static class Remedy
{
    /// <param name="item">What the column holds.</param>
    public static string OfLabel(DataViewType item) => item is TextDataViewType ? ": map it with Conversion.MapValueToKey."
        : item is NumberDataViewType && item != NumberDataViewType.Single
            ? ": convert it with Conversion.ConvertType to DataKind.Single where it is a quantity, or map it with "
                + "Conversion.MapValueToKey where it is a class."
        : ".";

    /// <inheritdoc cref="OfLabel"/>
    public static string OfTokens(DataViewType item) => item is TextDataViewType
        ? ": divide it into words with Text.TokenizeIntoWords and map these with Conversion.MapValueToKey, or make numbers of it with "
            + "Text.FeaturizeText."
        : item is (NumberDataViewType or BooleanDataViewType) && item != NumberDataViewType.Single
            ? ": convert it with Conversion.ConvertType to DataKind.Single."
        : ".";
}
