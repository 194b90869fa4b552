using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// What BuildKit says of an image beside it, read back from everywhere it goes. The list of packages comes from a stand-in for a scanner:
/// what a real one lists is not shown here.
/// </summary>
[Category("NewerEngine")]
public sealed class AttestationTests
{
    private const string Value = "a-value-that-only-max-holds";
    private Workspace _work = null!;

    private string Scanner => $"{_work.Repository}:scanner";

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(EngineKind.NewerContainerd));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [Test]
    public async Task Provenance_and_a_stand_ins_packages_are_read_back_from_engine_registry_archive_and_layout()
    {
        await using var registry = await TestRegistry.StartAsync();
        await MakeScannerAsync();
        var tag = $"{registry.Address}/{_work.Repository}:1.0";
        var project = Project() with { Tags = [Images.ImageReference.Parse(tag)] };
        var image = await _work.Cake.MultiStageBuildAsync(project, new MultiStageBuildSettings
        {
            Provenance = Provenance.Min,
            Sbom = true,
            BaseImages = new BaseImagePolicy { Substitutions = { ["docker/buildkit-syft-scanner:stable-1"] = Scanner } },
            BuildArguments = { ["VALUE"] = Value },
            Outputs = [BuildOutput.Engine(), BuildOutput.Push(), BuildOutput.Archive("out/a.tar"), BuildOutput.Layout("out/a")],
        });
        try
        {
            Assert.That(await _work.Engine.RunAsync(tag), Is.EqualTo((0L, "built\n")));
            MeasuredImage[] measured =
            [
                await _work.Cake.MultiStageMeasureAsync(image), await _work.Cake.MultiStageMeasureAsync($"registry://{tag}"),
                await _work.Cake.MultiStageMeasureAsync("./out/a.tar"), await _work.Cake.MultiStageMeasureAsync("./out/a"),
            ];
            foreach (var one in measured)
            {
                Assert.That(one.Attestations.Select(attestation => attestation.Kind), Is.EquivalentTo(["provenance", "SBOM"]));
                var provenance = one.Attestations.Single(attestation => attestation.Kind == "provenance");
                Assert.That(provenance.Sources, Has.Some.Contains("busybox"));
                var sbom = one.Attestations.Single(attestation => attestation.Kind == "SBOM");
                Assert.That((sbom.Packages, sbom.Predicate), Is.EqualTo(((int?)2, "https://spdx.dev/Document")));
                Assert.That(sbom.By, Does.StartWith("Tool: stand-in"), "BuildKit adds itself");
                Assert.That(one.Layers.Select(layer => layer.DiffId), Is.EqualTo(measured[0].Layers.Select(layer => layer.DiffId)));
            }

            Assert.That(Statement(measured[3]), Does.Not.Contain(Value));
            await _work.Cake.MultiStageReportAsync(measured[0], new MultiStageReportSettings { Directory = "report" });
            Assert.That(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "report", "report.md")),
                Does.Contain("SBOM by Tool: stand-in").And.Contain(", 2 packages"));
        }
        finally
        {
            await _work.Engine.UntagAsync(tag);
        }
    }

    [Test]
    public async Task Of_several_platforms_each_has_its_own()
    {
        _work.Write("app/Dockerfile", $"FROM scratch\nLABEL {_work.Label.Name}={_work.Label.Value}\nARG TARGETARCH\nCOPY $TARGETARCH /\n");
        _work.Write("app/amd64/text", "one");
        _work.Write("app/arm64/text", "another");
        await _work.Cake.MultiStageBuildAsync(
            _work.Cake.MultiStageFromDockerfile("app"),
            new MultiStageBuildSettings
            {
                Platforms = ["linux/amd64", "linux/arm64"], Provenance = Provenance.Min, Outputs = [BuildOutput.Layout("out/a")],
            });
        List<string> digests = [];
        foreach (var platform in (string[])["linux/amd64", "linux/arm64"])
        {
            var measured = await _work.Cake.MultiStageMeasureAsync("./out/a", new MultiStageMeasureSettings { Platform = platform });
            digests.Add(measured.Attestations.Single().Digest.ToString());
        }

        Assert.That(digests, Is.Unique);
    }

    [Test]
    public async Task At_most_it_holds_the_values_of_arguments()
    {
        await _work.Cake.MultiStageBuildAsync(Project(), new MultiStageBuildSettings
        {
            Provenance = Provenance.Max, BuildArguments = { ["VALUE"] = Value }, Outputs = [BuildOutput.Layout("out/a")],
        });
        Assert.That(Statement(await _work.Cake.MultiStageMeasureAsync("./out/a")), Does.Contain(Value));
    }

    [Test]
    public async Task An_engine_that_would_drop_it_is_refused()
    {
        await using var old = new Workspace();
        var error = await Fault.OfAsync<EngineException>(() => old.Cake.MultiStageBuildAsync(
            old.Project(settings => settings.Artifacts.Add("/bin/busybox")), new MultiStageBuildSettings { Provenance = Provenance.Min }));
        Assert.That(error.Message, Does.Contain("not begun").And.Contain("in silence").And.Contain("containerd-snapshotter"));
    }

    private ImageProject Project() => _work.Project(settings =>
    {
        settings.Commands.Add("echo built > /text");
        settings.Artifacts.Add("/bin/busybox", "/bin/cat");
        settings.Artifacts.Add("/text");
        settings.Entrypoint = ["/bin/cat", "/text"];
    });

    /// <summary>Makes an image that keeps BuildKit's protocol for scanners: it writes into the folder that it is given.</summary>
    private async Task MakeScannerAsync()
    {
        _work.Write("scanner/scan", """
            #!/bin/sh
            cat > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json" <<'END'
            {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document",
            "predicate":{"spdxVersion":"SPDX-2.3","creationInfo":{"creators":["Tool: stand-in"]},"packages":[{"name":"a"},{"name":"b"}]}}
            END
            """);
        _work.Write("scanner/Dockerfile", $"""
            FROM {Workspace.Busybox}
            LABEL {_work.Label.Name}={_work.Label.Value}
            COPY scan /scan
            ENTRYPOINT ["/bin/sh", "/scan"]
            """);
        await _work.Cake.MultiStageBuildAsync(_work.Cake.MultiStageFromDockerfile("scanner", docker => docker.Tags.Add(Scanner)));
    }

    /// <summary>Reads the provenance out of the layout.</summary>
    private string Statement(MeasuredImage measured)
    {
        var digest = measured.Attestations.Single(attestation => attestation.Kind == "provenance").Digest;
        return File.ReadAllText(Path.Combine(_work.Folder, "out", "a", "blobs", digest.Algorithm, digest.Encoded));
    }
}
