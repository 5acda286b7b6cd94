using Microsoft.ML.Attention.Pictures;
using SkiaSharp;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class GrayPngTests
{
    [TestMethod]
    public void Encode_IsReadAsTheSameShades()
    {
        byte?[] shades = [0, 255, 7, null, 128, 1];
        using var bitmap = SKBitmap.Decode(GrayPng.Encode(3, 2, i => shades[i]),
            new SKImageInfo(3, 2, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Assert.AreSequenceEqual(shades, bitmap.Pixels.Select(pixel => pixel.Alpha == 0 ? (byte?)null : pixel.Green));
    }
}
