using System.Text;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Opens what is to be read as a checkpoint, and says what it is where it is none.</summary>
static class CheckpointFile
{
    /// <summary>What is asked for; data are the bare numbers that an ONNX model keeps in a file beside it.</summary>
    public enum Format { Safetensors, Onnx, Index, Data }

    const int HeadLength = 64;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device, empty, or a file of another kind,
    /// which the message names.</exception>
    public static FileStream Open(string path, Format format)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"'{path}' is a folder; give the file in it.{Files(path)}");
        // Pipes and devices are told by their length, as opening one may never come back, and reading one never end.
        if (File.Exists(path) && new FileInfo(RealPath.Of(path)).Length == 0)
            throw new InvalidDataException($"'{path}' is empty: a file without content, or no file but a pipe or a device.");
        var stream = File.OpenRead(path);
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            head = head[..stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)];
            stream.Position = 0;
            return Otherwise(head, format) is { } found ? throw new InvalidDataException($"'{path}' is {found}.") : stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>What a file of these first bytes is, when it is certainly not of the format.</summary>
    static string? Otherwise(ReadOnlySpan<byte> head, Format format)
    {
        var text = Encoding.Latin1.GetString(head).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (text.StartsWith("version https://git-lfs.", StringComparison.Ordinal))
            return "a pointer of Git LFS, which stands for the file itself: fetch that with 'git lfs pull'";
        if (text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<?xml", StringComparison.Ordinal))
            return "a web page, not a checkpoint: download the file itself";
        if (format is Format.Index or Format.Data)
            return null;
        if (IsSafetensors(head))
            return format == Format.Safetensors ? null : "a safetensors file: read it with LoadSafetensors";
        return head switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] =>
                "a zip archive, as torch.save writes, and what is in it can run code when it is read: save the tensors with safetensors",
            [0x80, >= 2 and <= 5, ..] when format == Format.Safetensors =>
                "a pickle of Python, as torch.save writes, which can run code when it is read: save the tensors with safetensors",
            [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => "a GGUF file, which is not read: load the model that it was made of",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file, which is not read: save the tensors with safetensors",
            [0x1F, 0x8B, ..] => "compressed with gzip: decompress it",
            [(byte)'{', ..] => "a JSON file: a checkpoint in several files is read from its *.index.json, by LoadSafetensors",
            [8, < 32, 0x12 or 0x1A or 0x22 or 0x2A or 0x32 or 0x3A or 0x42, ..] when format == Format.Safetensors =>
                "an ONNX model: read it with LoadOnnx",
            _ => null,
        };
    }

    /// <summary>It begins with a length of at most 100 million, in 8 bytes, and then a JSON object.</summary>
    static bool IsSafetensors(ReadOnlySpan<byte> head) => head is [_, _, _, < 6, 0, 0, 0, 0, (byte)'{', ..];

    static string Files(string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))
                .Where(file => file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
                    || file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)
                    || file.EndsWith(SafetensorsCheckpoint.IndexExtension, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal).Take(4)
        ];
        return files.Length == 0 ? "" : $" It has: {string.Join(", ", files)}.";
    }
}
