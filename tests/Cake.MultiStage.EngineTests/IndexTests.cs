using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Images that were built for one platform each are put together in a real registry.</summary>
public sealed class IndexTests
{
    [Test]
    public async Task Two_platforms_are_in_one_index_that_the_registry_serves()
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var work = new Workspace();
        work.Write("app/Dockerfile", $"FROM scratch\nLABEL {work.Label.Name}={work.Label.Value}\nCOPY text /\n");
        work.Write("app/text", "text");
        var repository = $"{registry.Address}/{work.Repository}";
        List<string> halves = [];
        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            var project = work.Cake.MultiStageFromDockerfile("app", docker => docker.Tags.Add($"{repository}:{architecture}"));
            var image = await work.Cake.MultiStageBuildAsync(
                project, new MultiStageBuildSettings { Platforms = [$"linux/{architecture}"] });
            halves.Add((await work.Cake.MultiStagePushAsync(image))[0].ToString());
            await work.Engine.UntagAsync($"{repository}:{architecture}");
        }

        var index = await work.Cake.MultiStageIndexAsync($"{repository}:1.0", [.. halves]);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept",
            "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json");
        using var answer = await client.GetAsync(new Uri($"http://{registry.Address}/v2/{work.Repository}/manifests/1.0"));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.That(answer.Headers.GetValues("Docker-Content-Digest"), Is.EqualTo([index.Digest.ToString()]));
        Assert.That(json.RootElement.GetProperty("manifests").EnumerateArray()
            .Select(part => $"{part.GetProperty("platform").GetProperty("architecture")} {repository}:"
                + $"{part.GetProperty("platform").GetProperty("architecture")}@{part.GetProperty("digest")}"),
            Is.EqualTo([$"amd64 {halves[0]}", $"arm64 {halves[1]}"]));
    }
}
