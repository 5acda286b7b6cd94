namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A connected area of one colour: the box around it, and how many pixels it has.</summary>
readonly record struct Patch(int X, int Y, int Width, int Height, int Area);
