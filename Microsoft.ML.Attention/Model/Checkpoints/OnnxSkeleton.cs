using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>The graph of an ONNX model without the numbers of its tensors, which stay in the file: each tensor says where in it they are,
/// as those do that lie in a file beside the model. So each is read when it is asked for, and its bytes are nowhere else.</summary>
/// <param name="file">The model; it can be searched.</param>
/// <param name="name">The file's name in its folder.</param>
sealed class OnnxSkeleton(Stream file, string name)
{
    /// <summary>Numbers of fewer bytes are read at once.</summary>
    const int LeastLeft = 4096;

    const int GraphOfModel = 7, InitializerOfGraph = 5, RawDataOfTensor = 9;

    /// <summary>How a field is stored: the last three bits of what introduces it.</summary>
    enum Wire { Varint, Fixed64, Bytes, Fixed32 = 5 }

    /// <returns>Null where there is no graph, or something that only a whole reading can judge.</returns>
    /// <exception cref="InvalidProtocolBufferException">A part is malformed.</exception>
    public static GraphProto? Read(Stream file, string name) => new OnnxSkeleton(file, name).Model();

    GraphProto? Model()
    {
        var (kept, graph) = (new MemoryStream(), (GraphProto?)null);
        if (!Fields(file.Length, kept, (field, end) => field != GraphOfModel ? null : Graph(graph ??= new(), end)))
            return null;
        _ = ModelProto.Parser.ParseFrom(kept.GetBuffer(), 0, (int)kept.Length);    // it is one
        return graph;
    }

    bool Graph(GraphProto graph, long end)
    {
        var kept = new MemoryStream();
        var tensors = new List<TensorProto>();
        if (!Fields(end, kept, (field, tensorEnd) => field != InitializerOfGraph ? null : Tensor(tensors, tensorEnd)))
            return false;
        graph.MergeFrom(kept.GetBuffer().AsSpan(0, (int)kept.Length));
        graph.Initializer.Add(tensors);
        return true;
    }

    bool Tensor(List<TensorProto> tensors, long end)
    {
        var kept = new MemoryStream();
        var (start, length, count) = (0L, 0L, 0);
        if (!Fields(end, kept, (field, fieldEnd) =>
            {
                if (field != RawDataOfTensor || fieldEnd - file.Position < LeastLeft)
                    return null;
                (start, length, count) = (file.Position, fieldEnd - file.Position, count + 1);
                file.Position = fieldEnd;
                return true;
            }))
            return false;
        var tensor = TensorProto.Parser.ParseFrom(kept.GetBuffer(), 0, (int)kept.Length);
        tensors.Add(tensor);
        if (count == 0)
            return true;
        if (count > 1 || tensor.HasRawData || tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return false;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Clear();
        tensor.ExternalData.Add(
        [
            new StringStringEntryProto { Key = "location", Value = name },
            new StringStringEntryProto { Key = "offset", Value = FormattableString.Invariant($"{start}") },
            new StringStringEntryProto { Key = "length", Value = FormattableString.Invariant($"{length}") },
        ]);
        return true;
    }

    /// <summary>Goes over the fields of a message.</summary>
    /// <param name="end">Where it ends.</param>
    /// <param name="kept">Gets the fields that are not taken.</param>
    /// <param name="take">Is given a field of bytes and where they end; moves there and says whether they are well-formed, or gives null
    /// for one that it does not take.</param>
    /// <returns>Whether the message is well-formed.</returns>
    bool Fields(long end, Stream kept, Func<int, long, bool?> take)
    {
        while (file.Position < end)
        {
            if (Varint(end) is not { } introduction)
                return false;
            ulong? value = null;
            long bytes;
            switch ((Wire)(introduction & 7))
            {
                case Wire.Varint when Varint(end) is { } number:
                    (value, bytes) = (number, 0);
                    break;
                case Wire.Fixed64:
                    bytes = sizeof(ulong);
                    break;
                case Wire.Fixed32:
                    bytes = sizeof(uint);
                    break;
                case Wire.Bytes when Varint(end) is { } length && length <= (ulong)(end - file.Position):
                    if (take((int)(introduction >> 3), file.Position + (long)length) is { } isWellFormed)
                    {
                        if (!isWellFormed)
                            return false;
                        continue;
                    }
                    (value, bytes) = (length, (long)length);
                    break;
                default:
                    return false;
            }
            if (bytes > end - file.Position)
                return false;
            WriteVarint(kept, introduction);
            if (value is { } written)
                WriteVarint(kept, written);
            Copy(kept, bytes);
        }
        return file.Position == end;
    }

    /// <summary>Seven bits a byte, the lowest first; null where it does not end in time.</summary>
    ulong? Varint(long end)
    {
        var number = 0UL;
        for (var shift = 0; shift < 64 && file.Position < end; shift += 7)
        {
            var next = file.ReadByte();
            if (next < 0)
                return null;
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
        return null;
    }

    static void WriteVarint(Stream target, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
            target.WriteByte((byte)(number | 0x80));
        target.WriteByte((byte)number);
    }

    void Copy(Stream target, long bytes)
    {
        Span<byte> part = stackalloc byte[LeastLeft];
        for (; bytes > 0; bytes -= part.Length)
        {
            part = part[..(int)Math.Min(part.Length, bytes)];
            file.ReadExactly(part);
            target.Write(part);
        }
    }
}
