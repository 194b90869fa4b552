using System.Text;
using System.Text.Json;
using Cake.Core;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What BuildKit says of an image beside it: how it is asked for, where it is refused, and how it is read back.</summary>
public sealed class AttestationTests : EngineFixture
{
    private const string Provenance02 = "https://slsa.dev/provenance/v0.2";
    private static readonly Attestations Both = new(Provenance.Min, ImageReference.Parse("r.io/scanner:1"));
    private static readonly string[] Asked = ["Provenance", "Sbom"];

    [Test]
    public void It_is_said_in_BuildKits_terms()
    {
        var order = SolveOrder.Of(Request() with { Attestations = Both }, "s");
        Assert.That((order.FrontendAttrs["attest:provenance"], order.FrontendAttrs["attest:sbom"]),
            Is.EqualTo(("mode=min", "generator=r.io/scanner:1")));
        order = SolveOrder.Of(Request() with { Attestations = new Attestations(Provenance.Max, null) }, "s");
        Assert.That(order.FrontendAttrs["attest:provenance"], Is.EqualTo("mode=max"));
        Assert.That(order.FrontendAttrs.Keys, Has.None.EqualTo("attest:sbom"));
        Assert.That(SolveOrder.Of(Request(), "s").FrontendAttrs.Keys, Has.None.StartsWith("attest:"));
        Assert.That(SolveOrder.OfFiles(Request() with { Attestations = Both }, "s", "s").FrontendAttrs.Keys, Has.None.StartsWith("attest:"),
            "it would lie among the files");
    }

    [TestCase("28.5.2", ImageStore.Graphdriver, "containerd-snapshotter")]
    [TestCase("23.0.0", ImageStore.Containerd, "an engine from 24 on")]
    [TestCase("v0.10.0", ImageStore.None, "A BuildKit from 0.11 on")]
    [TestCase("28.5.2", ImageStore.Containerd, null)]
    [TestCase("v0.11.0", ImageStore.None, null)]
    public void A_builder_that_would_drop_it_is_refused(string version, object store, string? text)
    {
        var request = Request() with { Attestations = Both };
        Assert.That(BuilderFacts.AreNeededFor(request), Is.True);
        Assert.That(() => new BuilderFacts(version, (ImageStore)store).Check(request, Daemon.Endpoint),
            text is null ? Throws.Nothing : Throws.InstanceOf<EngineException>().With.Message.Contains(text)
                .And.Message.Contains("Provenance and Sbom").And.Message.Contains("in silence"));
    }

    [Test]
    public void An_image_that_is_loaded_elsewhere_would_lose_it() => Assert.That(
        () => new BuilderFacts("28.5.2", ImageStore.Containerd).Check(
            Request() with { Attestations = Both, Outputs = [new EngineOutput("far") { Endpoint = Daemon.Endpoint }] }, Daemon.Endpoint),
        Throws.InstanceOf<EngineException>().With.Message.Contains("loses its attestations")
            .And.Message.Contains("BuildOutput.Engine(\"far\")"));

    [Test]
    public async Task The_legacy_builder_makes_none()
    {
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImageBuildService(connection).BuildAsync(
                Request(builder: BuilderKind.Legacy) with { Attestations = Both }, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("makes no attestations").And.Message.Contains("Provenance"));
    }

    [Test]
    public void What_is_asked_for_has_names_and_is_an_input()
    {
        Assert.That(Both.Names, Is.EqualTo(Asked));
        Assert.That(Both.Inputs, Is.EqualTo([("provenance", "Min"), ("SBOM generator", "r.io/scanner:1")]));
        Assert.That((Attestations.None.IsNone, Attestations.None.Names.Any(), Attestations.None.Inputs.Any()),
            Is.EqualTo((true, false, false)));
    }

    [Test]
    public void The_generator_comes_from_where_base_images_do()
    {
        var settings = new MultiStageBuildSettings
        {
            Sbom = true,
            Provenance = Provenance.Max,
            BaseImages = new BaseImagePolicy { Registry = "mirror.example.com/hub" },
        };
        var mirrored = ImageReference.Parse("mirror.example.com/hub/docker/buildkit-syft-scanner:stable-1");
        Assert.That(Wanted(settings), Is.EqualTo(new Attestations(Provenance.Max, mirrored)));
        Assert.That(Wanted(new MultiStageBuildSettings()), Is.EqualTo(Attestations.None));
    }

    [Test]
    public async Task Statements_on_an_image_are_read_and_others_are_not()
    {
        var image = Digest.Parse("sha256:" + new string('a', 64));
        var documents = new Dictionary<Digest, byte[]>();
        var provenance = Statement(documents, Provenance02, """
            {"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{"builder":{"id":"https://ci.example.com/1"},
            "materials":[{"uri":"pkg:docker/busybox@1","digest":{"sha256":"beef"}},{"uri":"https://git.example.com/a"}]}}
            """);
        var newer = Statement(documents, "https://slsa.dev/provenance/v1", """
            {"predicateType":"https://slsa.dev/provenance/v1","predicate":{"runDetails":{"builder":{"id":"b"}},
            "buildDefinition":{"resolvedDependencies":[{"uri":"pkg:docker/busybox@1","digest":{"sha256":"beef"}}]}}}
            """);
        var sbom = Statement(documents, "https://spdx.dev/Document", """
            {"predicateType":"https://spdx.dev/Document","predicate":{"creationInfo":{"creators":["Tool: a","Tool: b"]},"packages":[1,2,3]}}
            """);
        var odd = Statement(documents, "https://odd.example.com/x", "no JSON");
        var gone = new RegistryDescriptor("application/vnd.in-toto+json", Digest.Parse("sha256:" + new string('e', 64)), 9);
        var attested = Manifest(documents, image, provenance, newer, sbom, odd, gone);
        var others = Manifest(documents, Digest.Parse("sha256:" + new string('b', 64)), provenance);
        var missing = attested with { Digest = Digest.Parse("sha256:" + new string('f', 64)) };
        var found = await AttestationReader.ReadAsync([attested, others, missing], image,
            descriptor => Task.FromResult(documents.GetValueOrDefault(descriptor.Digest)));
        Assert.That(found.Select(one => $"{one.Kind}|{one.Predicate}|{one.By}|{string.Join(' ', one.Sources)}|{one.Packages}"), Is.EqualTo(
        [
            $"provenance|{Provenance02}|https://ci.example.com/1|pkg:docker/busybox@1 (sha256:beef) https://git.example.com/a|",
            "provenance|https://slsa.dev/provenance/v1|b|pkg:docker/busybox@1 (sha256:beef)|",
            "SBOM|https://spdx.dev/Document|Tool: a, Tool: b||3",
            "other|https://odd.example.com/x|||",
            "other||||",
        ]));
        Assert.That(found[0].Size.Bytes, Is.EqualTo(provenance.Size));
    }

    [Test]
    public async Task Any_number_of_statements_is_read_within_bounds()
    {
        var image = Digest.Parse("sha256:" + new string('a', 64));
        var documents = new Dictionary<Digest, byte[]>();
        var statements = Enumerable.Range(0, 80).Select(number => Statement(documents, "https://odd.example.com/x", $"{number}")).ToArray();
        var manifest = Manifest(documents, image, statements);
        var read = 0;
        var found = await AttestationReader.ReadAsync([.. Enumerable.Repeat(manifest, 40)], image, descriptor =>
        {
            read++;
            return Task.FromResult(documents.GetValueOrDefault(descriptor.Digest));
        });
        Assert.That((read, found.Count), Is.EqualTo((60, 800)), "50 statements, of 10 manifests");
        Assert.That(found[^1].Size.Bytes, Is.EqualTo(2));
    }

    [TestCase("[]")]
    [TestCase("""{"predicate":5}""")]
    [TestCase("""{"predicate":{"builder":[],"materials":{}}}""")]
    [TestCase("""{"predicate":{"builder":{"id":5},"materials":[5,{"digest":5},{"digest":{"sha1":6}}]}}""")]
    public async Task An_odd_statement_is_told_as_far_as_it_can_be_read(string text)
    {
        var image = Digest.Parse("sha256:" + new string('a', 64));
        var documents = new Dictionary<Digest, byte[]>();
        var manifest = Manifest(documents, image, Statement(documents, Provenance02, text));
        var found = await AttestationReader.ReadAsync(
            [manifest], image, descriptor => Task.FromResult(documents.GetValueOrDefault(descriptor.Digest)));
        Assert.That((found.Single().Predicate, found.Single().By), Is.EqualTo((Provenance02, "")));
    }

    [Test]
    public async Task What_was_read_is_kept_with_the_layers()
    {
        using var folder = new TemporaryFolder();
        var cache = new LayerCache(folder.Path);
        var id = Digest.Parse("sha256:" + new string('1', 64));
        ImageAttestation[] attestations =
        [
            new(Provenance02, id, new ByteSize(5)) { By = "b", Sources = ["a", "c"] },
            new("https://spdx.dev/Document", id, new ByteSize(7)) { Packages = 0 },
        ];
        var contents = new ImageContents(default, []) { Attestations = attestations };
        await cache.KeepAsync(id, new MeasureOptions(), contents, CancellationToken.None);
        var found = await cache.FindAsync(id, new MeasureOptions(), CancellationToken.None);
        Assert.That(JsonSerializer.Serialize(found!.Attestations), Is.EqualTo(JsonSerializer.Serialize(attestations)));
    }

    private Attestations Wanted(MultiStageBuildSettings settings)
    {
        var stage = Stage.From("busybox:1").Run("make");
        var project = new ImageProject
        {
            Name = "hello",
            ContextDirectory = Context.Path,
            Given = new GivenDockerfile(new Dockerfile { Stages = [stage] }, "Dockerfile"),
            Builder = stage,
            FinalBase = stage.Base,
        };
        var cake = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new global::Cake.Core.IO.DirectoryPath(Context.Path));
        return ProjectRequest.Of(project, settings, cake).Attestations;
    }

    private static RegistryDescriptor Statement(Dictionary<Digest, byte[]> documents, string predicate, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var digest = RegistryClient.DigestOf(bytes);
        documents[digest] = bytes;
        return new RegistryDescriptor("application/vnd.in-toto+json", digest, bytes.Length)
        {
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["in-toto.io/predicate-type"] = predicate },
        };
    }

    private static RegistryDescriptor Manifest(Dictionary<Digest, byte[]> documents, Digest image, params RegistryDescriptor[] statements)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.Manifest,
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = image.ToString(), size = 2 },
            layers = statements.Select(statement => new
            {
                mediaType = statement.MediaType,
                digest = statement.Digest.ToString(),
                size = statement.Size,
                annotations = statement.Annotations,
            }),
        });
        var digest = RegistryClient.DigestOf(bytes);
        documents[digest] = bytes;
        return new RegistryDescriptor(MediaTypes.Manifest, digest, bytes.Length)
        {
            Platform = new Platform("unknown", "unknown"),
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["vnd.docker.reference.type"] = "attestation-manifest",
                ["vnd.docker.reference.digest"] = image.ToString(),
            },
        };
    }
}
