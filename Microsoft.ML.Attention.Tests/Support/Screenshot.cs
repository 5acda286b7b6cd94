using SkiaSharp;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The pixels of a picture.</summary>
sealed class Screenshot
{
    readonly SKColor[] _pixels;
    readonly int _width;

    Screenshot(SKBitmap bitmap) => (_pixels, _width) = (bitmap.Pixels, bitmap.Width);

    public static Screenshot Read(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        return new(bitmap);
    }

    /// <summary>A colour, as in <c>#1e3f8c</c>.</summary>
    public string At(int x, int y) => Hex(_pixels[y * _width + x]);

    /// <summary>The largest connected area of one colour.</summary>
    public Patch LargestPatch(string color)
    {
        var left = new bool[_pixels.Length];
        for (var i = 0; i < left.Length; i++)
            left[i] = Hex(_pixels[i]) == color;
        var largest = new Patch(0, 0, 0, 0, 0);
        for (var i = 0; i < left.Length; i++)
            if (left[i] && Take(left, i) is var patch && patch.Area > largest.Area)
                largest = patch;
        return largest;
    }

    /// <summary>A pixel and all that are connected with it, which are then no more left.</summary>
    Patch Take(bool[] left, int start)
    {
        var next = new Stack<int>([start]);
        left[start] = false;
        var (minX, minY, maxX, maxY, area) = (int.MaxValue, int.MaxValue, 0, 0, 0);
        while (next.TryPop(out var at))
        {
            var (y, x) = Math.DivRem(at, _width);
            (minX, minY, maxX, maxY, area) = (Math.Min(minX, x), Math.Min(minY, y), Math.Max(maxX, x), Math.Max(maxY, y), area + 1);
            foreach (var (dx, dy) in ((int, int)[])[(-1, 0), (1, 0), (0, -1), (0, 1)])
            {
                var neighbour = at + dy * _width + dx;
                if (x + dx >= 0 && x + dx < _width && neighbour >= 0 && neighbour < left.Length && left[neighbour])
                {
                    left[neighbour] = false;
                    next.Push(neighbour);
                }
            }
        }
        return new(minX, minY, maxX - minX + 1, maxY - minY + 1, area);
    }

    static string Hex(SKColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";
}
