namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A file that is written beside its place and moved there: whoever reads it finds the old one or the new one,
/// never half of one.</summary>
/// <remarks>A file that is replaced keeps who may read it, and one that a link leads to is replaced where it is. What a killed process left
/// beside goes with the next save.</remarks>
static class AtomicFile
{
    const string Beside = ".attention-", Unfinished = ".tmp"; // short, as a file's name may be as long as names can be
    const int MostTries = 8;

    const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>How a file under way is open: nobody else can open it, but it can be moved.</summary>
    static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var target = RealPath.Of(path);
        if (Directory.Exists(target))
            throw new IOException($"'{path}' is a folder; give the name of a file.");
        var folder = Path.GetDirectoryName(target)!;
        using var stream = Create(folder, target);
        try
        {
            RemoveUnfinished(folder, stream.Name);
            write(stream);
            stream.Flush(flushToDisk: true); // else a power cut may leave the move without the content
            File.Move(stream.Name, target, overwrite: true);
        }
        catch
        {
            File.Delete(stream.Name);
            throw;
        }
    }

    static FileStream Create(string folder, string target)
    {
        UnixFileMode? mode = OperatingSystem.IsWindows() || !File.Exists(target) ? null : File.GetUnixFileMode(target) & Permissions;
        for (var tries = 1; ; tries++)
            try
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = Alone };
                if (!OperatingSystem.IsWindows() && mode is { } before)
                    options.UnixCreateMode = before;
                var stream = new FileStream(Path.Combine(folder, $"{Beside}{Guid.NewGuid().ToString("N")[..12]}{Unfinished}"), options);
                if (!OperatingSystem.IsWindows() && mode is { } same)
                    File.SetUnixFileMode(stream.SafeFileHandle, same); // of which the process's mask may have taken some
                if (File.Exists(stream.Name))
                    return stream;
                stream.Dispose();
            }
            // Between its creation and its being locked another save may take it for what a killed one left:
            // it holds it still, or has removed it.
            catch (IOException) when (tries < MostTries && Directory.Exists(folder))
            {
            }
    }

    /// <summary>What nobody holds was left by a process that ended.</summary>
    static void RemoveUnfinished(string folder, string own)
    {
        if (TryRemove(own, isNeeded: true))
            return; // locks mean nothing here, so there is no telling
        foreach (var other in Directory.EnumerateFiles(folder, $"{Beside}*{Unfinished}"))
            TryRemove(other, isNeeded: false);
    }

    static bool TryRemove(string file, bool isNeeded)
    {
        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.Read, Alone);
            if (!isNeeded)
                File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
