using System.Globalization;
using Microsoft.ML.Attention.Graphs.Onnx;
using DataType = Microsoft.ML.Attention.Graphs.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>The numbers of an ONNX tensor, which lie in one of three places: as bytes, as a list, or in a file beside the model.</summary>
static class OnnxTensorReader
{
    /// <summary>Null when the numbers are not floating point.</summary>
    public static NumberFormat? FormatOf(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Double => NumberFormat.Float64,
        DataType.Float => NumberFormat.Float32,
        DataType.Float16 => NumberFormat.Float16,
        DataType.Bfloat16 => NumberFormat.BFloat16,
        _ => null,
    };

    /// <exception cref="InvalidDataException">The shape is not that of the numbers found,
    /// or the file beside the model is not there or too short.</exception>
    public static AttentionTensor Read(TensorProto tensor, string path)
    {
        if (FormatOf(tensor) is not { } format)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{path}' holds {(DataType)tensor.DataType}; only floating point "
                + "numbers of 16, 32 or 64 bits can be read.");
        var shape = new ValueList<long>(tensor.Dims);
        var count = shape.Any(size => size < 0) ? -1 : AttentionTensor.Count(shape);
        if (count < 0 || count > Array.MaxLength)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{path}' cannot have the shape {shape}.");
        return new AttentionTensor(shape, Read(tensor, format, (int)count, path));
    }

    static float[] Read(TensorProto tensor, NumberFormat format, int count, string path)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return ReadExternal(tensor, format, count, path);
        if (tensor.HasRawData)
        {
            Check(tensor.RawData.Length, count * (long)format.Size(), "bytes", tensor, path);
            var values = new float[count];
            StoredNumbers.Decode(tensor.RawData.Span, format, values);
            return values;
        }
        var found = format switch
        {
            NumberFormat.Float64 => tensor.DoubleData.Count,
            NumberFormat.Float32 => tensor.FloatData.Count,
            NumberFormat.Float16 or NumberFormat.BFloat16 => tensor.Int32Data.Count,
            _ => throw new NotSupportedException($"Numbers of format {format} are not known."),
        };
        Check(found, count, "numbers", tensor, path);
        return format switch
        {
            NumberFormat.Float64 => [.. tensor.DoubleData.Select(value => (float)value)],
            NumberFormat.Float32 => [.. tensor.FloatData],
            NumberFormat.Float16 => [.. tensor.Int32Data.Select(bits => StoredNumbers.Float16((ushort)bits))],
            NumberFormat.BFloat16 => [.. tensor.Int32Data.Select(bits => StoredNumbers.BFloat16((ushort)bits))],
            _ => throw new NotSupportedException($"Numbers of format {format} are not known."),
        };
    }

    static float[] ReadExternal(TensorProto tensor, NumberFormat format, int count, string path)
    {
        var needed = count * (long)format.Size();
        var location = Entry(tensor, "location")
            ?? throw new InvalidDataException($"Tensor '{tensor.Name}' of '{path}' lies in another file, which it does not name.");
        using var stream = CheckpointFile.Open(SiblingFile.Find(path, location), CheckpointFile.Format.Data);
        var offset = Number(tensor, "offset", path) ?? 0;
        if (offset > stream.Length)
            throw new InvalidDataException(
                $"Tensor '{tensor.Name}' of '{path}' begins at byte {offset} of '{location}', which has {stream.Length}.");
        Check(Number(tensor, "length", path) ?? stream.Length - offset, needed, "bytes", tensor, path);
        if (needed > stream.Length - offset)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{path}' needs {needed} bytes from byte {offset} of '{location}' "
                + $"on, which has {stream.Length}.");
        stream.Position = offset;
        return StoredNumbers.Read(stream, format, count);
    }

    static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.LastOrDefault(entry => entry.Key == key)?.Value;

    static long? Number(TensorProto tensor, string key, string path) => Entry(tensor, key) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new InvalidDataException($"Tensor '{tensor.Name}' of '{path}' has '{text}' for its {key} in another file."),
    };

    static void Check(long found, long needed, string what, TensorProto tensor, string path)
    {
        if (found != needed)
            throw new InvalidDataException(
                $"Tensor '{tensor.Name}' of '{path}' has {found} {what}; its shape [{string.Join(", ", tensor.Dims)}] needs {needed}.");
    }
}
