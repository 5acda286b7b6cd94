namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Draws tensors that were not given. The same seed draws the same numbers on every machine.</summary>
static class ParameterDraw
{
    public static AttentionTensor Of(ParameterSpec spec, Random random)
    {
        var count = AttentionTensor.Count(spec.Shape);
        if (count > Array.MaxLength)
            throw new ArgumentException(
                $"The tensor '{spec.Name}' [{string.Join(", ", spec.Shape)}] would have {count} numbers, more than the {Array.MaxLength} "
                    + "of an array.");
        var values = new float[(int)count];
        switch (spec.Draw)
        {
            case Draw.Xavier:
                var bound = Math.Sqrt(6.0 / spec.Connections);
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)((2 * random.NextDouble() - 1) * bound);
                break;
            case Draw.Normal:
                var deviation = 1 / Math.Sqrt(spec.Shape[^1]);
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)(NextNormal(random) * deviation);
                break;
            case Draw.Ones:
                Array.Fill(values, 1f);
                break;
            case Draw.Measured when ModuleNames.IsScale(spec.Name):
                Array.Fill(values, 1f);
                break;
            case Draw.Zeros or Draw.Measured:
                break;
            default:
                throw new NotSupportedException($"Draw {spec.Draw} is not known.");
        }
        return new AttentionTensor(spec.Shape, values);
    }

    /// <summary>A draw of the standard normal distribution. Box and Muller 1958.</summary>
    public static double NextNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
