using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

// ML.NET finds the loader of a saved stage through an assembly attribute that it keeps internal; without this the runtime would
// not show it the one this library carries, and Model.Load would fail. Checked on 5.0.1.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>All that this library uses of ML.NET without being invited:
/// each member opens with its reason and the Microsoft.ML it was checked on.</summary>
/// <remarks>Each has a test that says "ML.NET changed" when it does.</remarks>
static class MLNetInternals
{
    const string EnvironmentType = "Microsoft.ML.Runtime.IHostEnvironmentInternal, Microsoft.ML.Core";
    const string CancelableType = "Microsoft.ML.Runtime.ICancelable, Microsoft.ML.Core";
    const string LoadContextType = "Microsoft.ML.ModelLoadContext, Microsoft.ML.Core";
    const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>This library's stage.</summary>
    public static SavedKind Attention { get; } = new(LoaderSignature, ModelSignature, FormatVersion,
        typeof(MLNetInternals).Assembly.GetName().Name!, "AttentionMLNet");

    /// <summary>The name under which a saved stage asks for its loader, at most 24 characters.</summary>
    public const string LoaderSignature = "MultiHeadAttention";

    /// <summary>What a saved stage is, in exactly 8 characters.</summary>
    public const string ModelSignature = "MHATTENT";

    /// <summary>The format that is written, and the newest that is read;
    /// raised when an older library could not read what is saved.</summary>
    public const uint FormatVersion = 1;

    /// <summary>A column of an estimator's output shape.</summary>
    // SchemaShape.Column has no public constructor, and IEstimator.GetOutputSchema must return some. Checked on 5.0.1.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    public static extern SchemaShape.Column NewColumn(string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey,
        SchemaShape? annotations);

    /// <summary>The shape of a schema: how GetOutputSchema sees the data that Fit is given.</summary>
    // The conversion is internal, and rewriting it would miss what ML.NET adds. Checked on 5.0.1.
    public static SchemaShape ShapeOf(DataViewSchema schema) => CreateShape(null, schema);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Create")]
    static extern SchemaShape CreateShape(SchemaShape? type, DataViewSchema schema);

    /// <summary>The environment of <c>mlContext.Transforms</c>.</summary>
    // A catalog method is given the catalog alone, and needs the context's log, seed and GPU. Checked on 5.0.1.
    public static IHostEnvironment EnvironmentOf(TransformsCatalog catalog) => CatalogEnvironment(catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    static extern ref readonly IHostEnvironment CatalogEnvironment(TransformsCatalog catalog);

    /// <summary>The environment of <c>mlContext.Transforms.Text</c>.</summary>
    // As that of mlContext.Transforms. Checked on 5.0.1.
    public static IHostEnvironment EnvironmentOf(TransformsCatalog.TextTransforms catalog) => TextEnvironment(catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    static extern ref readonly IHostEnvironment TextEnvironment(TransformsCatalog.TextTransforms catalog);

    /// <summary>The environment of the trainers of one task, such as <c>mlContext.Regression.Trainers</c>.</summary>
    // As that of the transforms: a catalog method is given the catalog alone. Checked on 5.0.1.
    public static IHostEnvironment EnvironmentOf(TrainCatalogBase.CatalogInstantiatorBase trainers) => EnvironmentOf(OwnerOf(trainers));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    static extern TrainCatalogBase OwnerOf(TrainCatalogBase.CatalogInstantiatorBase trainers);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    static extern IHostEnvironment EnvironmentOf(TrainCatalogBase catalog);

    /// <summary>The seed given to MLContext, if one was.</summary>
    // IHost.Rand, which is public, hides whether there was a seed and gives every host another draw. Checked on 5.0.1.
    public static int? SeedOf(IHostEnvironment environment) => GetSeed(environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Seed")]
    static extern int? GetSeed([UnsafeAccessorType(EnvironmentType)] object environment);

    /// <summary><c>MLContext.GpuDeviceId</c>: of the context when asked of its own environment,
    /// as it was at registration when asked of a host.</summary>
    // Public on MLContext only, and neither a catalog nor a loader is given that. Checked on 5.0.1.
    public static int? GpuDeviceIdOf(IHostEnvironment environment) => GetGpuDeviceId(environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_GpuDeviceId")]
    static extern int? GetGpuDeviceId([UnsafeAccessorType(EnvironmentType)] object environment);

    /// <summary><c>MLContext.FallbackToCpu</c>, which is false unless it was set; of a host as at its registration.</summary>
    // As GpuDeviceId. Checked on 5.0.1.
    public static bool FallbackToCpuOf(IHostEnvironment environment) => GetFallbackToCpu(environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_FallbackToCpu")]
    static extern bool GetFallbackToCpu([UnsafeAccessorType(EnvironmentType)] object environment);

    /// <summary>Whether the work of this environment should stop; never true of one that cannot be canceled,
    /// such as MLContext itself.</summary>
    // AutoML stops a trial through the environment, and a Fit that did not look would run on. Checked on 5.0.1.
    public static bool IsCanceled(IHostEnvironment environment) =>
        (_cancelable ??= Type.GetType(CancelableType, throwOnError: true)!).IsInstanceOfType(environment) && GetIsCanceled(environment);

    static Type? _cancelable;   // looked up once, as rows are read by the million

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCanceled")]
    static extern bool GetIsCanceled([UnsafeAccessorType(CancelableType)] object environment);

    /// <summary>Saves a stage as named entries of its folder in the model file, with what Model.Load needs to find its loader.</summary>
    // ICanSaveModel is public, and everything its context can do is internal. Checked on 5.0.1.
    public static void Save(ModelSaveContext context, IReadOnlyDictionary<string, Action<Stream>> entries, SavedKind? kind = null)
    {
        SaveCheckAtModel(context);
        SetVersionInfo(context, kind ?? Attention);
        foreach (var (name, write) in entries)
            SaveBinaryStream(context, name, writer => write(writer.BaseStream));
    }

    /// <summary>Reads one entry of a saved stage; the whole of what <see cref="Save"/> wrote under that name.</summary>
    /// <param name="context">The ModelLoadContext that ML.NET gives the loader.</param>
    /// <param name="entry">The entry's name.</param>
    /// <param name="read">Reads the entry; the stream is closed when it returns.</param>
    /// <param name="kind">What should have been saved; this library's stage unless given.</param>
    /// <exception cref="InvalidDataException">The file is of another kind, was saved by a newer library, or lacks the entry.</exception>
    // As Save, and here the context itself is internal. Checked on 5.0.1.
    public static T Load<T>(object context, string entry, Func<Stream, T> read, SavedKind? kind = null)
    {
        var (isThere, value) = Find(context, entry, read, kind);
        return isThere
            ? value!
            : throw new InvalidDataException($"The model file is damaged: its {(kind ?? Attention).Loader} stage has no entry '{entry}'.");
    }

    /// <summary>Reads an entry that a stage may do without.</summary>
    /// <inheritdoc cref="Load"/>
    public static T? LoadIfThere<T>(object context, string entry, Func<Stream, T> read, SavedKind? kind = null)
        where T : class => Find(context, entry, read, kind).Value;

    static (bool IsThere, T? Value) Find<T>(object context, string entry, Func<Stream, T> read, SavedKind? kind)
    {
        LoadCheckAtModel(context);
        CheckVersion(context, kind ?? Attention);
        T? value = default;
        var isFound = false;
        try
        {
            TryLoadBinaryStream(context, entry, reader =>
            {
                isFound = true;
                value = read(reader.BaseStream);
            });
        }
        // An archive's errors do not say where: a damaged header or content of an entry, an entry that ends early.
        catch (Exception e) when (!isFound && e is (InvalidDataException or IOException or NotSupportedException or ArgumentException))
        {
            throw new InvalidDataException(
                $"The model file is damaged: entry '{entry}' of its {(kind ?? Attention).Loader} stage cannot be read: {e.Message}", e);
        }
        return (isFound, value);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CheckAtModel")]
    static extern void SaveCheckAtModel(ModelSaveContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SaveBinaryStream")]
    static extern void SaveBinaryStream(ModelSaveContext context, string name, Action<BinaryWriter> write);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CheckAtModel")]
    static extern void LoadCheckAtModel([UnsafeAccessorType(LoadContextType)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "TryLoadBinaryStream")]
    static extern bool TryLoadBinaryStream([UnsafeAccessorType(LoadContextType)] object context, string name, Action<BinaryReader> read);

    // By reflection, because UnsafeAccessor refuses an internal struct. The loader's assembly goes by its simple name: with the full
    // one a file of a newer version would die in Assembly.Load, before CheckVersion can say why.
    static void SetVersionInfo(ModelSaveContext context, SavedKind kind)
    {
        var set = typeof(ModelSaveContext).GetMethod("SetVersionInfo", Instance) ?? throw Changed("ModelSaveContext.SetVersionInfo");
        var info = Activator.CreateInstance(set.GetParameters()[0].ParameterType,
            kind.Model, kind.Version, kind.Version, kind.Version, kind.Assembly, kind.Loader, null);
        set.Invoke(context, BindingFlags.DoNotWrapExceptions, null, [info], null);
    }

    // Not ML.NET's own check, which blames ML.NET's version and prints the two numbers the wrong way round.
    static void CheckVersion(object context, SavedKind kind)
    {
        var header = context.GetType().GetField("Header", Instance)?.GetValue(context) ?? throw Changed("ModelLoadContext.Header");
        if (Field<ulong>(header, "ModelSignature") != BinaryPrimitives.ReadUInt64LittleEndian(Encoding.ASCII.GetBytes(kind.Model)))
            throw new InvalidDataException($"The model file's stage is not one that {kind.Loader} saved.");
        if (Field<uint>(header, "ModelVerReadable") > kind.Version)
            throw new InvalidDataException($"The model file's {kind.Loader} stage has format {Field<uint>(header, "ModelVerWritten")}, "
                + $"and this version of {kind.Assembly} reads formats up to {kind.Version}: update the package {kind.Package}.");
    }

    static T Field<T>(object header, string name) =>
        header.GetType().GetField(name, Instance)?.GetValue(header) is T value ? value : throw Changed($"ModelHeader.{name}");

    static MissingMemberException Changed(string member) =>
        new($"ML.NET changed: Microsoft.ML.Core {typeof(ModelSaveContext).Assembly.GetName().Version} has no {member} as 5.0.1 had.");
}

/// <summary>A kind of stage that is saved.</summary>
/// <param name="Loader">The name under which it asks for its loader, at most 24 characters.</param>
/// <param name="Model">What it is, in exactly 8 characters.</param>
/// <param name="Version">The format that is written, and the newest that is read.</param>
/// <param name="Assembly">The assembly of the loader, by its simple name.</param>
/// <param name="Package">The package to update where a file is newer.</param>
sealed record SavedKind(string Loader, string Model, uint Version, string Assembly, string Package);
