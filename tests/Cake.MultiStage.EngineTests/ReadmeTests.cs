using System.IO.Compression;
using System.Text.RegularExpressions;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// A newcomer who does what the README of the package says, line by line and in its order, beginning in an empty folder.
/// </summary>
public sealed partial class ReadmeTests
{
    private readonly Workspace _work = new();
    private PackedAddin _package = null!;
    private string _readme = null!;

    [OneTimeSetUp]
    public async Task Pack()
    {
        _package = await PackedAddin.MakeAsync();
        await using var archive = await ZipFile.OpenReadAsync(_package.File);
        using var text = new StreamReader(await archive.GetEntry("README.md")!.OpenAsync());
        _readme = (await text.ReadToEndAsync()).ReplaceLineEndings("\n");
    }

    [OneTimeTearDown]
    public async Task Delete()
    {
        foreach (var image in (string[])["web:latest", "orders:latest", "shop:latest"])
        {
            await _work.Engine.UntagAsync(image);
        }

        await _work.DisposeAsync();
        await _package.DisposeAsync();
    }

    [Test]
    public async Task The_first_image_is_what_it_says_by_hand_and_on_a_runner()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_work.Folder, "first")).FullName;
        var (install, run) = (Blocks("sh")[0], Blocks("sh")[1]);
        await RunAsync(folder, install);
        await RunAsync(folder, "dotnet new web --output .");
        var script = Blocks("csharp")[0];
        Assert.That(script, Does.StartWith($"#addin nuget:?package=Cake.MultiStage&version={_package.Version}\n"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "build.cake"), script.Replace("shop/web:1.0", _work.Tag, StringComparison.Ordinal));

        var output = await RunAsync(folder, run);

        Assert.That(output, Does.Contain("saved").And.Contain("no findings"));
        Assert.That(File.Exists(Path.Combine(folder, "artifacts", "image", "report.html")), Is.True);
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Does.StartWith("sha256:"));

        // As a runner of GitHub's does with the workflow's steps, in the same folder for the sake of time.
        Directory.Delete(Path.Combine(folder, "artifacts"), recursive: true);
        var summary = _work.Write("summary.md", "");
        var steps = RunStep().Matches(Blocks("yaml")[0]).Select(step => step.Groups["line"].Value).ToList();
        Assert.That(steps, Is.EqualTo(["dotnet tool restore", run.Trim()]));
        foreach (var step in steps)
        {
            await RunAsync(folder, step, ("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary));
        }

        Assert.That(await File.ReadAllTextAsync(summary), Does.Contain(_work.Tag));
        Assert.That(Path.Exists(Path.Combine(folder, Artifact().Match(Blocks("yaml")[0]).Groups["path"].Value)), Is.True);
    }

    [Test]
    public async Task The_tasks_do_what_it_says()
    {
        await using var registry = await TestRegistry.StartAsync(RegistryAccess.Basic);
        await WriteShopAsync();
        List<string> blocks = [.. Blocks("csharp")];
        var first = blocks[0].Split("RunTarget(", 2);

        // A description alone is no proof that it can be built.
        var script = string.Join('\n', [first[0].Replace("shop/web:1.0", _work.Tag, StringComparison.Ordinal), .. blocks.Skip(1),
            "MultiStageBuild(tool);", "RunTarget(" + first[1]]);
        var shop = Path.Combine(_work.Folder, "shop");
        await File.WriteAllTextAsync(
            Path.Combine(shop, "build.cake"), script.Replace("registry.example.com", registry.Address, StringComparison.Ordinal));
        await RunAsync(shop, Blocks("sh")[0]);

        var output = await RunAsync(shop, "dotnet cake --target=Images", ("REGISTRY_PASSWORD", TestRegistry.Login.Secret));

        Assert.That(Directory.EnumerateFiles(Path.Combine(shop, "results"), "*.trx"), Is.Not.Empty);
        Assert.That(output, Does.Contain("1 passed").And.Contain("The baseline './baseline/report.json' doesn't exist yet"));
        Assert.That(await _work.Engine.RunAsync("shop:latest"), Is.EqualTo((0L, "made\n")));
        Assert.That((await _work.Engine.InspectAsync($"{registry.Address}/shop/web:1.0")).RepoDigests, Is.Not.Empty);
        await _work.Engine.UntagAsync($"{registry.Address}/shop/web:1.0");
        foreach (var name in (string[])["orders", "web"])
        {
            Assert.That(File.Exists(Path.Combine(shop, "artifacts", name, "report.html")), Is.True, name);
        }
    }

    /// <summary>Writes the repository that the tasks are about: a service with tests, a second one in Go, and a program in C.</summary>
    private async Task WriteShopAsync()
    {
        _work.Write("shop/src/Web/Web.csproj", Project("Microsoft.NET.Sdk.Web", ""));
        _work.Write("shop/src/Web/Program.cs", "WebApplication.CreateBuilder(args).Build().Run();\n");
        _work.Write("shop/tests/Web.Tests/Web.Tests.csproj", Project("Microsoft.NET.Sdk",
            """
            <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
            <PackageReference Include="NUnit" Version="5.0.0" />
            <PackageReference Include="NUnit3TestAdapter" Version="6.3.1" />
            """));
        _work.Write("shop/tests/Web.Tests/Tests.cs",
            "using NUnit.Framework;\n\npublic sealed class Tests { [Test] public void One() => Assert.That(1, Is.EqualTo(1)); }\n");
        _work.Write("shop/orders/go.mod", "module example.com/orders\n\ngo 1.21\n");
        _work.Write("shop/orders/main.go", "package main\n\nfunc main() { println(\"orders\") }\n");
        _work.Write("shop/tool.c", "#include <stdio.h>\nint main(void) { puts(\"made\"); return 0; }\n");
        _work.Write("shop/nuget.private.config", "<configuration />\n");

        // Builds have no network: the packages come from a folder of the repository.
        var restored = Path.Combine(_work.Folder, "restored");
        await RunAsync(Path.Combine(_work.Folder, "shop", "tests", "Web.Tests"),
            $"dotnet restore --source '{PackedAddin.Restored}' --packages '{restored}' && rm -r obj");
        var packages = Directory.CreateDirectory(Path.Combine(_work.Folder, "shop", "packages")).FullName;
        foreach (var file in Directory.EnumerateFiles(restored, "*.nupkg", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(packages, Path.GetFileName(file)));
        }

        _work.Write("shop/nuget.config",
            "<configuration><packageSources><clear /><add key=\"own\" value=\"./packages\" /></packageSources></configuration>\n");
    }

    private static string Project(string sdk, string items) =>
        $"<Project Sdk=\"{sdk}\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>"
            + $"</PropertyGroup><ItemGroup>{items}</ItemGroup></Project>\n";

    /// <summary>Runs lines of shell in a folder. Where Cake looks for the addin is all that it is told beside them.</summary>
    private Task<string> RunAsync(string folder, string lines, params (string Name, string Value)[] variables) => Shell.RunAsync(
        "bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", $"cd '{folder}'\n{lines}"],
        variables.Append(("DOCKER_HOST", _work.Engine.Host)).Append(("CAKE_NUGET_SOURCE", _package.Feed))
            .ToDictionary(variable => variable.Item1, variable => variable.Item2, StringComparer.Ordinal));

    private IReadOnlyList<string> Blocks(string language) => [.. Block().Matches(_readme)
        .Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\s*- run: (?<line>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex RunStep();

    [GeneratedRegex(@"^\s*path: (?<path>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Artifact();
}
