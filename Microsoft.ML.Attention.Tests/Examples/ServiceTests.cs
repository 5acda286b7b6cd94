using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML.Attention.Tests.Model;
using Service;
using Request = Service.Request;

namespace Microsoft.ML.Attention.Tests.Examples;

/// <summary>examples/Service, over loopback.</summary>
[TestClass]
public sealed class ServiceTests
{
    static readonly TemporaryFolder Folder = new();
    static readonly Lazy<string> Model = new(() =>
    {
        MadeUpModel.Save(Folder["model.zip"], rows: 60);
        return Folder["model.zip"];
    });

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    public async Task Rows_OfConcurrentRequests_GetTheAnswersThatEnginesGive()
    {
        await using var windows = await Start(new() { ModelPath = Model.Value });
        await using var engines = await Start(new() { ModelPath = Model.Value, IsPool = true });
        var random = new Random(3);
        var requests = Enumerable.Range(0, 20)
            .Select(i =>
                new Request([.. Enumerable.Range(0, 1 + i % 3).Select(_ => new Sequence { Readings = MadeUpModel.Draw(random, i % 3) })]))
                .ToArray();

        var together = await Task.WhenAll(requests.Select(request => Post(windows, request)));
        var alone = await Task.WhenAll(requests.Select(request => Post(engines, request)));

        for (var i = 0; i < requests.Length; i++)
        {
            Assert.AreSequenceEqual(alone[i].Rows.Select(row => row.Label), together[i].Rows.Select(row => row.Label));
            foreach (var (one, other) in alone[i].Rows.Zip(together[i].Rows))
                foreach (var (x, y) in one.Score.Zip(other.Score))
                    Assert.AreEqual(x, y, 1e-5f);   // padding beside longer rows changes rounding alone
        }
    }

    [TestMethod]
    [DataRow("{", 400, "The body is not the JSON of a request: $, line 1")]
    [DataRow("{\"rows\":[]}", 400, "rows is missing or empty: it must have at least one row.")]
    [DataRow("{\"rows\":[{}]}", 400, "rows[0].readings is missing.")]
    [DataRow("{\"rows\":[{\"readings\":[1,2,3]}]}", 400,
        "rows[0].readings has 3 numbers; it must have a positive multiple of 12, one for each channel of a frame.")]
    [DataRow("{\"rows\":[{\"readings\":[0,0,0,0,0,0,0,0,0,0,0,\"NaN\"]}]}", 400,
        "rows[0].readings[11] is NaN; it must be a finite number.")]
    [DataRow("{\"rows\":[{\"readings\":[0,\"one\"]}]}", 400, "The body is not the JSON of a request: $.rows[0].readings[1]")]
    [DataRow("{\"rows\":[{\"readings\":[0,0,0,0,0,0,0,0,0,0,0,0]},{\"readings\":[0,0,0,0,0,0,0,0,0,0,0,0]},{\"readings\":[0,0,0,0,0,0,0,0,0,0,0,0]}]}", 400, "rows has 3 rows; a request has at most 2.")]
    [DataRow("{\"rows\":[{\"readings\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}", 400,
        "rows[0].readings has 2 frames; a row has at most 1.")]
    public async Task BadRequest_IsToldWhatIsWrongWithWhat(string body, int status, string detail)
    {
        await using var app = await Start(new() { ModelPath = Model.Value, RowsPerRequest = 2, TokensPerRow = 1 });

        var (found, text) = await Post(app, body);

        Assert.AreEqual((HttpStatusCode)status, found);
        Assert.StartsWith(detail, JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!);
        Assert.DoesNotContain("   at ", text);
    }

    [TestMethod]
    public async Task BodyThatIsTooLarge_IsRefused()
    {
        await using var app = await Start(new() { ModelPath = Model.Value, BodyBytes = 100 });

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, (await Post(app, new string(' ', 200))).Status);
    }

    [TestMethod]
    public async Task ChangedFile_IsServedWithoutDroppingARequest_AndADamagedOneNot()
    {
        File.Copy(Model.Value, Folder["changing.zip"], overwrite: true);
        await using var app = await Start(new() { ModelPath = Folder["changing.zip"], LookForChanges = TimeSpan.FromMilliseconds(1) });
        var request = new Request([new() { Readings = MadeUpModel.Draw(new Random(4), 0) }]);
        var first = (await Post(app, request)).Model;

        await File.WriteAllTextAsync(Folder["changing.zip"], "no model");
        while ((await Health(app)).GetProperty("reloadFailure").ValueKind == JsonValueKind.Null)
            Assert.AreEqual(first, (await Post(app, request)).Model);

        MadeUpModel.Save(Folder["changing.zip"], rows: 90);
        while ((await Post(app, request)).Model == first)
            await Task.Yield();
        Assert.AreEqual(JsonValueKind.Null, (await Health(app)).GetProperty("reloadFailure").ValueKind);
    }

    [TestMethod]
    public async Task Metrics_AreThoseOfTheLibrary()
    {
        await using var app = await Start(new() { ModelPath = Model.Value });
        await Post(app, new Request([new() { Readings = MadeUpModel.Draw(new Random(5), 1) }]));
        using var http = Client(app);

        Assert.Contains("attention_run_duration_count{provider=\"Cpu\"} ", await http.GetStringAsync("/metrics"));
    }

    static async Task<WebApplication> Start(Settings settings)
    {
        var app = Api.Build(settings, ["--urls", "http://127.0.0.1:0"]);
        await app.StartAsync();
        return app;
    }

    static HttpClient Client(WebApplication app) => new() { BaseAddress = new(app.Urls.Single()) };

    static async Task<Response> Post(WebApplication app, Request request)
    {
        var (status, text) = await Post(app, JsonSerializer.Serialize(request, JsonSerializerOptions.Web));
        Assert.AreEqual(HttpStatusCode.OK, status, text);
        return JsonSerializer.Deserialize<Response>(text, JsonSerializerOptions.Web)!;
    }

    static async Task<(HttpStatusCode Status, string Text)> Post(WebApplication app, string body)
    {
        using var http = Client(app);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("/score", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    static async Task<JsonElement> Health(WebApplication app)
    {
        using var http = Client(app);
        return await http.GetFromJsonAsync<JsonElement>("/health");
    }
}
