using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>What is told to be in an image is what its own package managers tell.</summary>
public sealed class PackageListTests : WorkspaceFixture
{
    [TestCase("python:3.13-slim")]
    [TestCase("node:20-slim")]
    public async Task Debians_packages_are_those_that_dpkg_lists(string image) => Assert.That(
        await ListedAsync(image, "dpkg"),
        Is.EqualTo(Lines(await ToldAsync(image, "dpkg-query", "-W", "-f=${db:Status-Status} ${Package} ${Version}\n"))
            .Where(line => line.StartsWith("installed ", StringComparison.Ordinal)).Select(line => line["installed ".Length..])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    [Test]
    public async Task Pythons_packages_are_those_that_pip_lists()
    {
        using var told = JsonDocument.Parse(Lines(await ToldAsync("python:3.13-slim", "pip", "list", "--format=json"))[0]);
        Assert.That(await ListedAsync("python:3.13-slim", "pypi"), Is.EqualTo(told.RootElement.EnumerateArray()
            .Select(one => $"{one.GetProperty("name").GetString()!.ToLowerInvariant()} {one.GetProperty("version").GetString()}")
            .Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task Nodes_packages_are_those_that_npm_lists()
    {
        // A line is PATH:NAME@VERSION, with PATH again where it is a link, and ALIAS@npm:NAME@VERSION where it has another name.
        var told = Lines(await ToldAsync("node:22-slim", "npm", "ls", "--global", "--all", "--parseable", "--long"))
            .Select(line => Regex.Matches(line, ":(@?[^@:]+)@([0-9][^:]*)")).Where(found => found.Count > 0)
            .Select(found => $"{found[^1].Groups[1].Value} {found[^1].Groups[2].Value}")
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.That(await ListedAsync("node:22-slim", "npm"), Is.EqualTo(told));
    }

    [Test]
    public async Task Go_modules_are_those_that_the_program_tells()
    {
        _work.Write("go.mod", "module example.com/hello\n\ngo 1.24\n");
        _work.Write("main.go", "package main\n\nimport (\n\t\"fmt\"\n\n\t\"github.com/gorilla/mux\"\n\t\"go.uber.org/zap\"\n)\n\n"
            + "func main() { fmt.Println(mux.NewRouter(), zap.NewNop()) }\n");
        _work.Write("Dockerfile", $"FROM golang:1.24\nENV GOFLAGS=-mod=mod GOSUMDB=off GOPROXY={await PackageRegistries.AtAsync("go")}\n"
            + "WORKDIR /src\nCOPY . .\nRUN go mod tidy && go build -o /hello . && go version -m /hello > /told\n"
            + "FROM busybox:1\nCOPY --from=0 /hello /told /\nCMD [\"/hello\"]\n");
        var image = await _work.Cake.MultiStageBuildAsync(
            _work.Cake.MultiStageFromDockerfile(".", settings =>
            {
                settings.Tags.Add(_work.Tag);
                settings.Labels[_work.Label.Name] = _work.Label.Value;
            }),
            new MultiStageBuildSettings { Network = "host" });
        var measured = await _work.Cake.MultiStageMeasureAsync(image);
        var told = Lines(await ToldAsync(_work.Tag, "cat", "/told")).Select(line => line.Trim().Split('\t'))
            .Where(parts => parts[0] == "dep").Select(parts => $"{parts[1]} {parts[2]}").ToList();
        Assert.That(told, Has.Some.StartsWith("github.com/gorilla/mux "));
        Assert.That(measured.Packages.Where(package => package is { Manager: "golang", Path: "/hello" }
                && package.Name is not ("example.com/hello" or "stdlib"))
            .Select(package => $"{package.Name} {package.Version}"), Is.EquivalentTo(told));
    }

    private async Task<IEnumerable<string>> ListedAsync(string image, string manager) =>
        (await _work.Cake.MultiStageMeasureAsync(image)).Packages.Where(package => package.Manager == manager)
        .Select(package => $"{package.Name} {package.Version}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private async Task<string> ToldAsync(string image, params string[] command) => (await _work.Engine.RunAsync(image, command)).Output;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
