using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>One description yields the images for development, test and production.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class VariantTests(BuilderKind builder)
{
    private Workspace _work = null!;

    [SetUp]
    public async Task Copy_the_service()
    {
        _work = new Workspace();
        await Shell.RunAsync("cp", ["-a", Repository.File("recipes", "go-service") + "/.", _work.Folder]);
    }

    [TearDown]
    public async Task Clean() => await _work.DisposeAsync();

    [Test]
    public async Task The_test_variant_builds_where_the_tests_pass()
    {
        var image = await _work.BuildAsync(Service(), builder, build => build.Variant = Variant.Test);
        Assert.That(image.Tags.Select(tag => tag.ToString()), Is.EqualTo([_work.Tag + "-test"]));
    }

    [Test]
    public async Task Failing_tests_fail_the_variant_and_their_results_come_to_the_host()
    {
        _work.Write("cmd/server/broken_test.go",
            "package main\n\nimport \"testing\"\n\nfunc TestBroken(t *testing.T) { t.Error(\"broken on purpose\") }\n");
        var service = Service();
        var export = new MultiStageExportSettings { Stage = service.VariantNamed(Variant.Test).Results!.Stage, Destination = "./results" };
        export.Paths.Add("/test-results/.");
        export.Build.Builder = builder;
        await _work.Cake.MultiStageExportAsync(service, export);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "results", "output.txt")),
            Does.Contain("broken on purpose").And.Contain("--- PASS: TestGreets"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "results", "exit-code")), Is.EqualTo("1\n"));

        var error =
            await Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(service, builder, build => build.Variant = Variant.Test));
        Assert.That(error.Message, Does.Contain("'test'").And.Contain("FAIL"));
    }

    [Test]
    public async Task The_development_variant_has_toolchain_source_and_shell()
    {
        await _work.BuildAsync(Service(), builder, build => build.Variant = Variant.Development);
        var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag + "-development", "sh", "-c", "go version && ls cmd/server");
        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.StartWith("go version").And.Contain("main.go"));
    }

    [Test]
    public async Task A_variant_of_the_users_own_is_built_like_the_others()
    {
        var service = Service(
            go =>
                go.Variants.Add(
                    new Variant("listing",
                        Dockerfiles.Stage.From(Dockerfiles.StageBase.Stage("builder")).Run("go list ./... > /packages"))));
        await _work.BuildAsync(service, builder, build => build.Variant = "listing");
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag + "-listing", "/packages"),
            Does.Contain("example.com/go-service/cmd/server"));
    }

    private ImageProject Service(Action<GoProjectSettings>? configure = null) => _work.Cake.MultiStageGo(".", go =>
    {
        go.Tags.Add(_work.Tag);
        configure?.Invoke(go);
    });
}
