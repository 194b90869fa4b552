using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Starting;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Engine;
using Cake.MultiStage.Tests.Registries;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>One image, wherever it lies, is one measurement.</summary>
[CancelAfter(60_000), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OutsideImageTests : IDisposable
{
    private static readonly byte[] Base = Tar(("etc/os-release", "ID=debian\n"), ("var/lib/dpkg/status",
        "Package: bash\nStatus: install ok installed\nVersion: 5.2\nInstalled-Size: 10\n\n"));

    private static readonly byte[] Top = Tar(("app/run", "#!/bin/nothing\n"), ("app/data", new string('x', 5000)));

    private static readonly byte[] Configuration = Json(new
    {
        architecture = "amd64",
        os = "linux",
        config = new { Cmd = new[] { "/app/run" }, Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.base.name"] = "a.example.com/base:1",
        } },
        rootfs = new { type = "layers", diff_ids = new[] { Name(Base), Name(Top) } },
        history = new object[]
        {
            new { created_by = "ADD rootfs.tar /" }, new { created_by = "COPY app /app # buildkit" },
            new { created_by = "CMD [\"/app/run\"]", empty_layer = true },
        },
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("multistage-outside-").FullName;
    private readonly FakeRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_same_image_is_the_same_measurement_from_everywhere()
    {
        var id = Digest.Parse(Name(Configuration));
        var images = new Dictionary<string, MeasuredImage>(StringComparer.Ordinal)
        {
            ["folder"] = await MeasureAsync(Layout(Oci())),
            ["OCI archive"] = await MeasureAsync(Archive(Oci())),
            ["packed archive"] = await MeasureAsync(Archive(Oci(), isPacked: true)),
            ["docker save"] = await MeasureAsync(Archive(Saved())),
            ["docker save of engines up to 24"] = await MeasureAsync(Archive(Legacy())),
            ["registry"] = await MeasureAsync(Pushed()),
        };
        var first = images["docker save"];
        Assert.That(first.Packages.Single().Name, Is.EqualTo("bash"));
        foreach (var (place, image) in images)
        {
            Assert.That(image.Image.Id, Is.EqualTo(id), place);
            Assert.That(image.Image.Platform, Is.EqualTo(new Platform("linux", "amd64")), place);
            Assert.That(Told(image), Is.EqualTo(Told(first)), place);
        }

        Assert.That(images["registry"].CompressedSize, Is.EqualTo(new ByteSize(Gzip(Base).Length + Gzip(Top).Length)));
        Assert.That(images["registry"].Image.ToString(), Is.EqualTo("a.example.com/app:1"));
        Assert.That(images["docker save"].Image.ToString(), Is.EqualTo("shop/web:1.0"));
    }

    [Test]
    public async Task A_base_that_the_label_names_is_looked_up_in_the_registry()
    {
        var image = await MeasureAsync(Pushed());
        Assert.That(image.Base, Is.EqualTo(new MeasuredBase("a.example.com/base:1", 1, image.Layers[0].Size)));
        Assert.That(image.OwnSize, Is.EqualTo(image.Layers[1].Size));
    }

    [Test]
    public async Task A_base_that_is_gone_is_unknown_and_one_is_named_in_its_place()
    {
        Push("a.example.com/app", "1", Configuration, Base, Top);
        var place = Registry("a.example.com/app:1");
        Assert.That((await MeasureAsync(place)).Base, Is.Null);
        Push("a.example.com/other", "1", Bare(Base), Base);
        var named = await new OutsideMeasurer(new OutsideLayers(null), new MeasureOptions(), NullLogger.Instance)
            .MeasureAsync(place, ("other", Registry("a.example.com/other:1")), CancellationToken.None);
        Assert.That(named.Base, Is.EqualTo(new MeasuredBase("other", 1, named.Layers[0].Size)));
    }

    [Test]
    public async Task A_mirror_is_asked_and_images_keep_their_names()
    {
        Push("b.example.com/hub/app", "1", Configuration, Base, Top);
        Push("b.example.com/hub/base", "1", Bare(Base), Base);
        var rules = new BaseImageRules { Registry = "b.example.com/hub" };
        var image = await MeasureAsync(
            new RegistryPlace(_registry.Client(), ImageReference.Parse("a.example.com/app:1"), null, new Recorder(), rules));
        Assert.That((image.Image.ToString(), image.Base!.Name), Is.EqualTo(("a.example.com/app:1", "a.example.com/base:1")));
        Assert.That(_registry.Requests, Has.None.Contains("a.example.com"));
    }

    [Test]
    public async Task A_base_that_nothing_names_is_the_nearest_image_of_the_same_registry()
    {
        var repositories = """{"repositories":["app","far","near","odd name"]}""";
        _registry.Before = request => request.RequestUri!.AbsolutePath switch
        {
            "/v2/_catalog" => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(repositories) },
            var path when path.EndsWith("/tags/list", StringComparison.Ordinal) => new HttpResponseMessage(HttpStatusCode.OK)
                { Content = new StringContent("""{"tags":["1","gone"]}""") },
            _ => null,
        };
        Push("a.example.com/app", "1", Bare(Base, Top), Base, Top);
        Push("a.example.com/near", "1", Bare(Base), Base);
        Push("a.example.com/far", "1", Bare(Top), Top);
        // What can't be read is left out.
        Push("a.example.com/near", "gone", "no configuration"u8.ToArray(), Base);
        var image = await MeasureAsync(Registry("a.example.com/app:1"));
        Assert.That(image.Base, Is.EqualTo(new MeasuredBase("a.example.com/near:1", 1, image.Layers[0].Size)));
        Assert.That(_registry.Requests, Has.None.Contains("/far/tags/"), "It doesn't hold the lowest layer.");

        repositories = "no list";
        Assert.That((await MeasureAsync(Registry("a.example.com/app:1"))).Base, Is.Null);
    }

    [Test]
    public async Task A_base_that_nothing_names_is_the_nearest_image_of_the_same_archive()
    {
        var below = Bare(Base);
        var files = Saved();
        files[Blob(below)] = below;
        files["manifest.json"] = Json(new[]
        {
            new { Config = Blob(Configuration), RepoTags = new[] { "shop/web:1.0" }, Layers = new[] { Blob(Base), Blob(Top) } },
            new { Config = Blob(below), RepoTags = new[] { "shop/base:1.0" }, Layers = new[] { Blob(Base) } },
        });
        Archive(files);
        var place = new ArchivePlace(new TarTree(Path.Combine(_folder, "image.tar")), "image.tar", "shop/web:1.0", null);
        var image = await MeasureAsync(place);
        Assert.That(image.Base, Is.EqualTo(new MeasuredBase("shop/base:1.0", 1, image.Layers[0].Size)));
    }

    [Test]
    public async Task Layers_that_were_read_before_are_not_read_again_wherever_they_lie()
    {
        var cache = new LayerCache(Path.Combine(_folder, "cache"));
        var fromFolder = await MeasureAsync(Layout(Oci()), cache);
        var fromRegistry = await MeasureAsync(Pushed(), cache);
        Assert.That(Told(fromRegistry), Is.EqualTo(Told(fromFolder)));
        Assert.That(_registry.Requests.Where(request => request.Contains("/blobs/", StringComparison.Ordinal)),
            Has.None.Contains(Name(Gzip(Top))).And.None.Contains(Name(Gzip(Base))));
    }

    [Test]
    public async Task Checks_read_files_of_the_image_and_say_that_nothing_was_started()
    {
        var measured = await MeasureAsync(Pushed());
        var result = await new ImageChecker(null).CheckAsync(
            measured, new CheckOptions { Start = new StartRequest() }, CancellationToken.None);
        Assert.That(result.Findings.Select(finding => finding.Message), Has.Some.Contains("/bin/nothing"));
        Assert.That(result.Findings.Single(finding => finding.Rule == StartJudge.Id).Message,
            Does.Contain("'registry://a.example.com/app:1'").And.Contain("only an engine"));
    }

    [Test]
    public void What_an_engine_alone_can_do_is_an_error_that_says_where_the_image_lies() => Assert.That(
        async () => (await MeasureAsync(Layout(Oci()))).Image.EngineFor("pushed"),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("can't be pushed").And.Message.Contains(_folder));

    [TestCase("linux/arm64", "linux/amd64, linux/s390x")]
    [TestCase("windows/amd64", "linux/amd64, linux/s390x")]
    public void A_platform_that_is_not_there_is_an_error_that_lists_those_that_are(string platform, string listed)
    {
        PushIndex();
        Assert.That(() => MeasureAsync(Registry("a.example.com/app:2", Platform.Parse(platform))),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(listed).And.Message.Contains("measure.Platform = "));
    }

    [Test]
    public async Task Of_several_platforms_the_one_asked_for_is_measured()
    {
        PushIndex();
        var measured = await MeasureAsync(Registry("a.example.com/app:2", Platform.Parse("linux/amd64")));
        Assert.That(measured.Image.Id.ToString(), Is.EqualTo(Name(Configuration)));
    }

    [Test]
    public async Task Of_several_images_of_an_archive_one_is_named()
    {
        var place = Archive(Saved("shop/web:1.0", "shop/web:2.0"));
        Assert.That(() => MeasureAsync(place),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("2 images").And.Message.Contains("#shop/web:1.0"));
        var named = new ArchivePlace(new TarTree(Path.Combine(_folder, "image.tar")), "image.tar", "docker.io/shop/web:2.0", null);
        Assert.That((await MeasureAsync(named)).Image.ToString(), Is.EqualTo("shop/web:2.0"));
    }

    [Test]
    public void A_damaged_layer_is_an_error_that_names_it()
    {
        var files = Oci();
        files[Blob(Gzip(Top))] = Gzip(Tar(("app/run", "other")));
        Assert.That(() => MeasureAsync(Layout(files)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(Name(Top)).And.Message.Contains("its digest is another"));
    }

    [Test]
    public void A_layer_that_is_missing_is_an_error()
    {
        var files = Oci();
        files.Remove(Blob(Gzip(Top)));
        foreach (var place in new[] { Layout(files), Archive(files) })
        {
            Assert.That(() => MeasureAsync(place),
                Throws.InstanceOf<MultiStageException>().With.Message.Contains($"it lacks the layer {Name(Gzip(Top))}"));
        }
    }

    [Test]
    public async Task An_attestation_beside_an_image_is_none()
    {
        var files = Oci();
        var attestation = Json(new { schemaVersion = 2, config = Descriptor(Configuration, "x"), layers = Array.Empty<object>() });
        var manifest = Manifest(Configuration, Base, Top);
        files[Blob(attestation)] = attestation;
        files["index.json"] = Json(new
        {
            schemaVersion = 2,
            manifests = new object[]
            {
                Descriptor(manifest, MediaTypes.Manifest),
                new
                {
                    mediaType = MediaTypes.Manifest, digest = Name(attestation), size = attestation.Length,
                    platform = new { os = "unknown", architecture = "unknown" },
                },
            },
        });
        Assert.That((await MeasureAsync(Layout(files))).Image.Id.ToString(), Is.EqualTo(Name(Configuration)));
    }

    [Test]
    public void A_layer_that_lies_where_it_comes_from_is_told()
    {
        var manifest = Json(new
        {
            schemaVersion = 2,
            config = Descriptor(Configuration, "application/vnd.oci.image.config.v1+json"),
            layers = new object[]
            {
                new
                {
                    mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", digest = Name(Base), size = 1,
                    urls = new[] { "https://example.com/base" },
                },
            },
        });
        var files = Oci();
        files[Blob(manifest)] = manifest;
        files["index.json"] = Json(new { schemaVersion = 2, manifests = new[] { Descriptor(manifest, MediaTypes.Manifest) } });
        Assert.That(() => MeasureAsync(Layout(files)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("lies where it comes from"));
    }

    [Test]
    public async Task An_archive_may_be_packed_by_zstd_and_by_others_is_told()
    {
        Archive(Saved());
        var file = Path.Combine(_folder, "image.tar");
        var place = new ArchivePlace(new TarTree(file), "image", null, null);
        var plain = await MeasureAsync(place);
        using (var packer = new ZstdSharp.Compressor())
        {
            File.WriteAllBytes(file, packer.Wrap(File.ReadAllBytes(file)).ToArray());
        }

        Assert.That(Told(await MeasureAsync(place)), Is.EqualTo(Told(plain)));
        File.WriteAllBytes(file, [0xfd, .. "7zXZ\0rest"u8]);
        Assert.That(() => MeasureAsync(place), Throws.InstanceOf<MultiStageException>().With.Message.Contains("xz -d"));
        File.WriteAllBytes(file, [.. "BZh91AY"u8]);
        Assert.That(() => MeasureAsync(place), Throws.InstanceOf<MultiStageException>().With.Message.Contains("bzip2 -d"));
    }

    [TestCase("index.json", "{")]
    [TestCase("index.json", """{"manifests":[]}""")]
    [TestCase("index.json", """{"manifests":[{"digest":"sha256:x","size":1}]}""")]
    [TestCase("manifest.json", "[{}]")]
    [TestCase("manifest.json", """[{"Config":"../../etc/passwd","Layers":[]}]""")]
    [TestCase("readme", "nothing")]
    public void What_holds_no_image_is_an_error(string file, string content)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [file] = Encoding.UTF8.GetBytes(content) };
        Assert.That(() => MeasureAsync(Layout(files)), Throws.InstanceOf<MultiStageException>());
        Assert.That(() => MeasureAsync(Archive(files)), Throws.InstanceOf<MultiStageException>());
    }

    [Test]
    public void What_is_no_archive_is_an_error()
    {
        File.WriteAllText(Path.Combine(_folder, "image.tar"), new string('x', 2000));
        Assert.That(() => MeasureAsync(new ArchivePlace(new TarTree(Path.Combine(_folder, "image.tar")), "./image.tar", null, null)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'./image.tar' can't be read"));
    }

    private static Task<MeasuredImage> MeasureAsync(IImagePlace place, LayerCache? cache = null) =>
        new OutsideMeasurer(new OutsideLayers(cache), new MeasureOptions { Selectors =
        [
            new Cake.MultiStage.Measuring.Packages.PackageContent(), new CheckedContent(),
        ] }, NullLogger.Instance).MeasureAsync(place, null, CancellationToken.None);

    private static string Told(MeasuredImage image) => string.Join('\n',
    [
        .. image.Layers.Select(layer => $"{layer.DiffId} {layer.Size} {layer.Files} {layer.CreatedBy}"),
        .. image.Files.Root.Descendants().Select(node => $"{node.Path} {node.Size} {node.Layer} {node.File?.Mode} {node.File?.Hash}"),
        .. image.Packages.Select(package => package.ToString()),
        $"{image.Size} {image.Waste.Size} {image.Configuration.Length}",
    ]);

    /// <summary>Lays down files, as an OCI layout or an unpacked archive.</summary>
    private ArchivePlace Layout(Dictionary<string, byte[]> files)
    {
        foreach (var (name, content) in files)
        {
            var file = Path.Combine(_folder, "layout", name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }

        var folder = Path.Combine(_folder, "layout");
        return new ArchivePlace(new FolderTree(folder), folder, null, null);
    }

    private ArchivePlace Archive(Dictionary<string, byte[]> files, bool isPacked = false)
    {
        var file = Path.Combine(_folder, isPacked ? "image.tar.gz" : "image.tar");
        var archive = Tar([.. files.Select(entry => (entry.Key, entry.Value))]);
        File.WriteAllBytes(file, isPacked ? Gzip(archive) : archive);
        return new ArchivePlace(new TarTree(file), file, null, null);
    }

    private RegistryPlace Registry(string reference, Platform? platform = null) =>
        new(_registry.Client(), ImageReference.Parse(reference), platform, new Recorder());

    private static byte[] Bare(params byte[][] layers) => Json(new
    {
        architecture = "amd64", os = "linux", rootfs = new { type = "layers", diff_ids = layers.Select(Name) },
    });

    private RegistryPlace Pushed()
    {
        Push("a.example.com/base", "1", Bare(Base), Base);
        Push("a.example.com/app", "1", Configuration, Base, Top);
        return Registry("a.example.com/app:1");
    }

    private void PushIndex()
    {
        Pushed();
        var image = _registry.Find("a.example.com/app/manifests/1")!;
        _registry.Manifest("a.example.com/app", "2", Encoding.UTF8.GetString(RegistryManifest.Index(
        [
            new(MediaTypes.Manifest, RegistryClient.DigestOf(image), image.Length) { Platform = new Platform("linux", "amd64") },
            new(MediaTypes.Manifest, RegistryClient.DigestOf("none"u8), 4) { Platform = new Platform("linux", "s390x") },
            new(MediaTypes.Manifest, RegistryClient.DigestOf("attested"u8), 4) { Platform = new Platform("unknown", "unknown") },
        ])), MediaTypes.Index);
    }

    private void Push(string repository, string tag, byte[] configuration, params byte[][] layers)
    {
        _registry.Blob(repository, configuration);
        foreach (var layer in layers)
        {
            _registry.Blob(repository, Gzip(layer));
        }

        _registry.Manifest(repository, tag, Encoding.UTF8.GetString(Manifest(configuration, layers)));
    }

    private static Dictionary<string, byte[]> Oci()
    {
        var manifest = Manifest(Configuration, Base, Top);
        return new(StringComparer.Ordinal)
        {
            ["oci-layout"] = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(),
            ["index.json"] = Json(new { schemaVersion = 2, manifests = new[] { Descriptor(manifest, MediaTypes.Manifest) } }),
            [Blob(manifest)] = manifest,
            [Blob(Configuration)] = Configuration,
            [Blob(Gzip(Base))] = Gzip(Base),
            [Blob(Gzip(Top))] = Gzip(Top),
        };
    }

    private static Dictionary<string, byte[]> Saved(params string[] tags) => new(StringComparer.Ordinal)
    {
        [Blob(Configuration)] = Configuration,
        [Blob(Base)] = Base,
        [Blob(Top)] = Top,
        ["manifest.json"] = Json((tags is [] ? ["shop/web:1.0"] : tags).Select(tag => new
        {
            Config = Blob(Configuration), RepoTags = new[] { tag }, Layers = new[] { Blob(Base), Blob(Top) },
        })),
    };

    private static Dictionary<string, byte[]> Legacy() => new(StringComparer.Ordinal)
    {
        ["one/layer.tar"] = Base,
        ["two/layer.tar"] = Top,
        [$"{Name(Configuration)["sha256:".Length..]}.json"] = Configuration,
        ["manifest.json"] = Json(new[]
        {
            new
            {
                Config = $"{Name(Configuration)["sha256:".Length..]}.json", RepoTags = new[] { "shop/web:1.0" },
                Layers = new[] { "one/layer.tar", "two/layer.tar" },
            },
        }),
        ["repositories"] = "{}"u8.ToArray(),
    };

    private static byte[] Manifest(byte[] configuration, params byte[][] layers) => Json(new
    {
        schemaVersion = 2,
        mediaType = MediaTypes.Manifest,
        config = Descriptor(configuration, "application/vnd.oci.image.config.v1+json"),
        layers = layers.Select(layer => Descriptor(Gzip(layer), "application/vnd.oci.image.layer.v1.tar+gzip")),
    });

    private static object Descriptor(byte[] content, string mediaType) => new { mediaType, digest = Name(content), size = content.Length };

    private static string Name(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Blob(byte[] content) => "blobs/" + Name(content).Replace(':', '/');

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private static byte[] Tar(params (string Name, string Content)[] files) =>
        Tar([.. files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Content)))]);

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = (UnixFileMode)0b111_101_101,
                });
            }
        }

        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }
}
