namespace Microsoft.ML.Attention;

/// <summary>Every default that is a number, written once; the options and the overloads name them.</summary>
static class Defaults
{
    public const int NumberOfHeads = 8;
    public const double RotaryBase = 10_000;
    public const int RelativeBuckets = 32;
    public const int RelativeDistance = 128;
    public const double NormalizationEpsilon = 1e-5;
    public const int FeedForwardMultiple = 4;
    public const int ScoringBatchSize = 256;
    public const int NumberOfEpochs = 60;
    public const int MinimumSteps = 600;
    public const int SeriesModelDimension = 64;
    public const int MaximumPatches = 32;
    public const int SeriesConvolutionWidth = 5;
    public const double SeriesLearningRate = 6e-3;
    public const double SeriesDropout = 0.2;
    public const double SeriesJitter = 0.1;
    public const double SeriesScaling = 0.2;
    public const double SeriesShifting = 0.1;
    public const int SeriesModels = 3;
    public const int TrainingBatchSize = 32;
    public const double LearningRate = 2e-3;
    public const double WarmupFraction = 0.1;
    public const double WeightDecay = 0.01;
    public const double Dropout = 0.1;
    public const double GradientClip = 1;
    public const double LabelSmoothing = 0.1;
    public const double MaskedFraction = 0.15;
    public const double SimilarityTemperature = 0.05;
    public const int AnalyzedRows = 1000;
    public const int AnalysisWindowSize = 3;
    public const int PruningSteps = 4;
    public const int NumberOfTrials = 20;
    public const int NumberOfFolds = 3;
    public const int ReductionFactor = 3;
}
