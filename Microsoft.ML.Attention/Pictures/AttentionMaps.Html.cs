using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>The maps as part of a page: the weights themselves, which maps.js draws and tells.</summary>
public sealed partial class AttentionMaps
{
    private protected override string ToSection()
    {
        var data = JsonSerializer.Serialize(new
        {
            rows = _queries,
            columns = _keys,
            queries = _queryTokens,
            keys = _keyTokens,
            maps = _maps.Select(map => new { layer = map.Layer, head = map.Head, name = map.Name }),
            // float32, little-endian, a map after the other
            weights = Convert.ToBase64String([.. _maps.SelectMany(map => MemoryMarshal.AsBytes(map.Weights.Span).ToArray())]),
        });
        return $"""
            <section class="maps">
            <h2>{WebUtility.HtmlEncode(TokenText.Writable(Title))}</h2>
            <p class="soft">{Description()}</p>
            <script type="application/json">{data}</script>
            <noscript>The maps are drawn by a script, and scripts are off. The drawing (SVG) needs none.</noscript>
            </section>
            """;
    }

    string Description()
    {
        var heads = _maps.Count == 1 ? _maps[0].Name : Layers.Count() == 1
            ? $"{_maps.Count} heads"
            : $"{_maps.Count} heads in {Layers.Count()} layers";
        return $"{(heads.Length > 0 ? $"{heads}; " : "")}{_queries} query tokens by {_keys} key tokens. A row of a map is a query, and "
            + "its colours are how much it attends to each key.";
    }
}
