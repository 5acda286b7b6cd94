using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace EmbeddingColumns;

/// <summary>Learns from some lines each way, and says for which of others the answer was right.</summary>
/// <param name="label">The column of the label.</param>
/// <param name="wordVectors">The file of word vectors.</param>
/// <param name="seed">Of all that is drawn.</param>
sealed class Answers(string label, string wordVectors, int seed)
{
    const string Words = "Words", Text = "TextVector", Account = "AccountVector", Supplier = "SupplierVector", Numbers = "NumbersVector";
    const string All = "AllColumns", Attended = "AttendedColumns", Features = "Features";
    const int HashBits = 5, NumberFeatures = 8;

    /// <summary>As many models as folds learn, each from all lines but those of its fold.</summary>
    const int Folds = 3;

    static readonly string[] Columns = [Text, Account, Supplier, Numbers];

    readonly MLContext _mlContext = new(seed);

    /// <summary>For each line that is asked about, whether each way was right, in the order of <see cref="Route"/>.</summary>
    public bool[][] Right(IReadOnlyList<LedgerLine> learnFrom, IReadOnlyList<LedgerLine> asked)
    {
        using var attention = Embed().Append(Attend()).Fit(View(learnFrom));
        var (known, unknown) = (Cache(attention, learnFrom), Cache(attention, asked));
        using var attended = LightGbm(Attended).Fit(known);
        var advised = OutOfFold.Answers(learnFrom, Folds, seed, Advise);
        var (knownAdvised, unknownAdvised) = (Cache(attention, advised), Cache(attention, Advised(asked, attended.Transform(unknown))));

        bool[][] ways =
        [
            Ask(LightGbm(All), known, unknown),
            Ask(FactorizationMachine(), known, unknown),
            RightOf(attended.Transform(unknown)),
            Ask(LightGbm(All, Attended), known, unknown),
            Ask(LightGbm(All, nameof(LedgerLine.Advice)), knownAdvised, unknownAdvised),
        ];
        return [.. asked.Select((_, line) => ways.Select(way => way[line]).ToArray())];
    }

    /// <summary>Each part of a line as a vector, with ML.NET's own stages: four columns of 24, 10, 32 and 8 numbers.</summary>
    public IEstimator<ITransformer> Embed() =>
        _mlContext.Transforms.Text.TokenizeIntoWords(Words, nameof(LedgerLine.Text))
            // smallest, mean and largest of the words' vectors
            .Append(_mlContext.Transforms.Text.ApplyWordEmbedding(Text, wordVectors, Words))
            .Append(_mlContext.Transforms.Categorical.OneHotEncoding(Account, nameof(LedgerLine.Account)))
            .Append(_mlContext.Transforms.Categorical.OneHotHashEncoding(Supplier, nameof(LedgerLine.Supplier), numberOfBits: HashBits))
            .Append(_mlContext.Transforms.Concatenate(Numbers, nameof(LedgerLine.Amount), nameof(LedgerLine.Day)))
            .Append(_mlContext.Transforms.NormalizeMeanVariance(Numbers, fixZero: false))
            // waves of many lengths: Rahimi and Recht 2007
            .Append(_mlContext.Transforms.ApproximatedKernelMap(Numbers, rank: NumberFeatures))
            .Append(_mlContext.Transforms.Concatenate(All, Columns));

    /// <summary>Each column is one token, of a width of its own; they look at each other, and their mean is the feature vector.</summary>
    public MultiHeadAttentionOptions Attention => new()
    {
        OutputColumnName = Attended,
        InputColumnNames = Columns,
        LabelColumnName = label,
        NumberOfHeads = 4,
        ModelDimension = 32,
        Block = AttentionBlock.Encoder,
        Pooling = AttentionPooling.Mean,
        Runtime = new() { IntraOpThreads = 1 },   // rows of four tokens gain nothing from several
    };

    MultiHeadAttentionEstimator Attend() => _mlContext.Transforms.MultiHeadAttention(Attention);

    EstimatorChain<BinaryPredictionTransformer<CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator>>> LightGbm(
        params string[] columns) =>
        _mlContext.Transforms.Concatenate(Features, columns)
            .Append(_mlContext.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                LabelColumnName = label,
                FeatureColumnName = Features,
                NumberOfThreads = 1,   // so few rows are not worth a second
            }));

    FieldAwareFactorizationMachineTrainer FactorizationMachine() =>
        _mlContext.BinaryClassification.Trainers.FieldAwareFactorizationMachine(new FieldAwareFactorizationMachineTrainer.Options
        {
            LabelColumnName = label,
            FeatureColumnName = Columns[0],
            ExtraFeatureColumns = Columns[1..],
            NumberOfIterations = new TrainingOptions().NumberOfEpochs,   // as attention; with ML.NET's default, 5, it has hardly begun
        });

    LedgerLine[] Advise(IReadOnlyList<LedgerLine> learnFrom, IReadOnlyList<LedgerLine> asked)
    {
        using var attention = Embed().Append(Attend()).Fit(View(learnFrom));
        using var attended = LightGbm(Attended).Fit(Cache(attention, learnFrom));
        return Advised(asked, attended.Transform(attention.Transform(View(asked))));
    }

    static LedgerLine[] Advised(IReadOnlyList<LedgerLine> lines, IDataView predictions) =>
        [.. lines.Zip(predictions.GetColumn<float>("Probability"), (line, probability) => line with { Advice = probability })];

    bool[] Ask(IEstimator<ITransformer> trainer, IDataView known, IDataView unknown) => RightOf(trainer.Fit(known).Transform(unknown));

    bool[] RightOf(IDataView predictions) =>
        [.. predictions.GetColumn<bool>("PredictedLabel").Zip(predictions.GetColumn<bool>(label), (predicted, said) => predicted == said)];

    IDataView Cache(ITransformer model, IReadOnlyList<LedgerLine> lines) => _mlContext.Data.Cache(model.Transform(View(lines)));

    IDataView View(IReadOnlyList<LedgerLine> lines) => _mlContext.Data.LoadFromEnumerable(lines);
}
