using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A model file of one stage, saved by ML.NET, and the context that ML.NET would give the stage's loader.</summary>
sealed class SavedModel
{
    const string Folder = "TransformerChain", Header = "Model.key";
    const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    static readonly Assembly Core = typeof(ModelSaveContext).Assembly;

    readonly MemoryStream _file = new();

    public SavedModel(ITransformer stage) => new MLContext().Model.Save(stage, null, _file);

    /// <summary>Overwrites four bytes of the stage's header.</summary>
    /// <param name="offset">From the model signature.</param>
    /// <param name="value">What is written there.</param>
    public SavedModel Patch(int offset, uint value)
    {
        using var archive = new ZipArchive(_file, ZipArchiveMode.Update, leaveOpen: true);
        using var entry = archive.GetEntry($"{Folder}/{Header}")!.Open();
        var bytes = new byte[entry.Length];
        entry.ReadExactly(bytes);
        entry.Position = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(MLNetInternals.ModelSignature)) + offset;
        entry.Write(BitConverter.GetBytes(value));
        return this;
    }

    /// <summary>Runs what a loader would.</summary>
    public T Load<T>(Func<object, T> load)
    {
        _file.Position = 0;
        var openFile = Core.GetType("Microsoft.ML.RepositoryReader", throwOnError: true)!.GetMethod("Open", Any)!;
        using var repository = (IDisposable)openFile.Invoke(null, [_file, (IHostEnvironment)new MLContext(), false])!;
        using var entry = (IDisposable)repository.GetType()
            .GetMethod("OpenEntry", [typeof(string), typeof(string)])!.Invoke(repository, [Folder, Header])!;
        using var context = (IDisposable)Activator.CreateInstance(Core.GetType("Microsoft.ML.ModelLoadContext", throwOnError: true)!, Any,
            null, [repository, entry, Folder], null)!;
        return load(context);
    }
}
