using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Cake.MultiStage.Archives;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Tests.Engine;
using Cake.MultiStage.Tests.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Archives;

/// <summary>Images in files go from one form to another, and what is damaged or hostile is one clear error.</summary>
public sealed class ArchiveTests : EngineFixture
{
    private const string Config = """{"os":"linux","architecture":"amd64"}""";

    private static readonly (string, string)[] Old =
    [
        ("c.json", Config), ("l1/layer.tar", "one"), ("l2/layer.tar", "-> ../l1/layer.tar"), ("l3/layer.tar", "\u001f\u008b"),
        ("manifest.json", """[{"Config":"c.json","RepoTags":["shop/web:1"],"Layers":["l1/layer.tar","l2/layer.tar","l3/layer.tar"]}]"""),
    ];

    private static readonly (string, string)[] Away = [("../../../away", "x"), ("/etc/away", "x"), ("index.json", "{\"manifests\":[]}")];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task What_an_old_engine_saved_becomes_a_layout_and_an_archive_for_all()
    {
        var layout = await SaveAsync(ImageFormat.OciLayout, "layout", Old);
        Assert.That(Directory.GetFileSystemEntries(layout.Path).Select(Path.GetFileName),
            Is.EquivalentTo(["blobs", "index.json", "oci-layout"]));
        var content = ContentReader.OfFolder(layout.Path);
        var manifest = await content.ImageAsync(content.Roots.Single(), platform: null, CancellationToken.None);
        Assert.That(content.Roots[0].Names, Is.EqualTo(["docker.io/shop/web:1"]));
        Assert.That(manifest.Configuration!.Digest, Is.EqualTo(RegistryClient.DigestOf(Encoding.UTF8.GetBytes(Config))));
        Assert.That(manifest.Layers.Select(layer => layer.Size), Is.EqualTo([3L, 3L, 2L]));
        Assert.That(manifest.Layers[0].Digest, Is.EqualTo(manifest.Layers[1].Digest));
        Assert.That(manifest.Layers.Select(layer => layer.PackedSize), Is.EqualTo(new long?[] { null, null, 2 }));

        var archive = await SaveAsync(ImageFormat.OciArchive, "below/image.tar", Old);
        var first = await File.ReadAllBytesAsync(archive.Path);
        Assert.That((await SaveAsync(ImageFormat.OciArchive, "below/image.tar", Old)).Size.Bytes, Is.EqualTo(first.Length));
        Assert.That(await File.ReadAllBytesAsync(archive.Path), Is.EqualTo(first));
        Assert.That(Text(first, "manifest.json"), Does.Contain("\"RepoTags\":[\"shop/web:1\"]").And.Contain("\"Config\":\"blobs/sha256/"));
        Assert.That(Text(first, "index.json"), Does.Contain("\"io.containerd.image.name\":\"docker.io/shop/web:1\""));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(["below", "layout"]));
    }

    [Test]
    public async Task A_name_that_ends_in_gz_is_packed()
    {
        var archive = await SaveAsync(ImageFormat.OciArchive, "image.tgz", Old);
        await using var plain = new GZipStream(File.OpenRead(archive.Path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes);
        Assert.That(Text(bytes.ToArray(), "oci-layout"), Does.Contain("1.0.0"));
    }

    [Test]
    public async Task Files_beside_a_layout_are_not_deleted()
    {
        _folder.File("here/mine.txt").File("here/oci-layout").File("here/index.json");
        Assert.That(() => SaveAsync(ImageFormat.OciLayout, "here", Old), Throws.TypeOf<MultiStageException>()
            .With.Message.Contains("holds something else than an OCI layout").And.Message.Contains(Path.Combine("here", "image")));
        Assert.That(File.Exists(_folder["here/mine.txt"]), Is.True);
        await SaveAsync(ImageFormat.OciLayout, "here/image", Old);
        await SaveAsync(ImageFormat.OciLayout, "here/image", Old);
        Assert.That(() => SaveAsync(ImageFormat.OciArchive, "here", Old),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("ImageFormat.OciLayout"));
    }

    [Test]
    public void No_path_of_an_archive_is_one_of_this_host()
    {
        Assert.That(() => SaveAsync(ImageFormat.OciLayout, "deep/er/layout", Away), Throws.Nothing);
        Assert.That(Directory.EnumerateFiles(_folder.Path, "away", SearchOption.AllDirectories), Is.Empty);
        Assert.That(File.Exists("/etc/away"), Is.False);
    }

    [TestCase("index.json", """{"manifests":[{"digest":"sha256:aa","size":1}]}""", "a digest in it is none")]
    [TestCase("index.json", """{"manifests":7}""", "is not a manifest")]
    [TestCase("index.json", """{"manifests":[{"mediaType":"","digest":"sha256:AAAA","size":1}]}""",
        "'sha256:AAAA' is not in it")]
    [TestCase("manifest.json", """[{"Config":"gone"}]""", "'gone' is not in it")]
    [TestCase("manifest.json", "{", "its manifest.json is none")]
    [TestCase("blobs/sha256/AAAA", "x", "'sha256:AAAA' is something else than its name says")]
    [TestCase("other", "x", "it has neither an index.json")]
    public void What_is_damaged_is_told(string path, string content, string told)
    {
        const string Some = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        string Full(string text) => text.Replace("AAAA", Some, StringComparison.Ordinal);
        (string, string)[] files = path.StartsWith("blobs", StringComparison.Ordinal)
            ? [(Full(path), content), ("index.json", """{"manifests":[]}""")] : [(path, Full(content))];
        Assert.That(() => SaveAsync(ImageFormat.OciLayout, "layout", files),
            Throws.TypeOf<MultiStageException>().With.Message.Contains(Full(told)));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task What_is_cut_off_or_too_much_is_refused()
    {
        var whole = Tar(Old);
        Assert.That(() => UnpackAsync(whole[..1300], long.MaxValue), Throws.InstanceOf<IOException>().Or.TypeOf<InvalidDataException>());
        Assert.That(() => UnpackAsync(whole, 10), Throws.TypeOf<InvalidDataException>().With.Message.Contains("more than any archive"));
        var circular = await UnpackAsync(Tar([("a", "-> b"), ("b", "-> a")]), 100);
        Assert.That(circular.Find("/a"), Is.Null);
    }

    [Test]
    public async Task An_image_of_a_registry_is_fetched_byte_for_byte()
    {
        using var registry = new FakeRegistry();
        var (one, two) = (registry.Image("a.example.com/app", null, "layer one"), registry.Image("a.example.com/app", null, "layer two"));
        var index = registry.Manifest("a.example.com/app", "1", Encoding.UTF8.GetString(RegistryManifest.Index(
        [
            new(one.MediaType, one.Digest, one.Bytes.Length) { Platform = new Platform("linux", "amd64") },
            new(two.MediaType, two.Digest, two.Bytes.Length) { Platform = new Platform("linux", "arm64") },
        ])), MediaTypes.Index);
        using var client = registry.Client();
        Task<ImageArchive> Fetch(string to, Platform? platform) =>
            new ImageFileWriter(ImageFormat.OciLayout, _folder[to], platform).WriteAsync(
                folder => new ContentFetcher(client, folder, Observer).FetchAsync(
                    [ImageReference.Parse("a.example.com/app:1")], platform, CancellationToken.None),
                CancellationToken.None);
        var all = ContentReader.OfFolder((await Fetch("all", null)).Path);
        Assert.That((all.Roots.Single().Digest, all.Blobs.Count), Is.EqualTo((index.Digest, 7)));
        var part = ContentReader.OfFolder((await Fetch("part", new Platform("linux", "arm64"))).Path);
        Assert.That((part.Roots.Single().Digest, part.Blobs.Count), Is.EqualTo((two.Digest, 3)));
        Assert.That(() => Fetch("none", new Platform("linux", "s390x")),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("has no image for linux/s390x"));
    }

    [Test]
    public async Task A_layout_is_sent_as_an_archive_that_every_engine_knows()
    {
        var layout = await SaveAsync(ImageFormat.OciLayout, "layout", Old);
        var sent = Answers("{\"stream\":\"Loaded image: shop/web:1\\n\"}\n");
        var loaded = await LoadAsync(layout.Path);
        Assert.That(loaded.Single().Tags.Single().ToString(), Is.EqualTo("shop/web:1"));
        Assert.That(Text(sent.ToArray(), "manifest.json"), Does.Contain("shop/web:1"));
        Assert.That(Text(sent.ToArray(), "oci-layout"), Is.Not.Empty);
    }

    [Test]
    public async Task An_archive_of_an_engine_is_sent_as_it_is_and_an_OCI_archive_is_completed()
    {
        await File.WriteAllBytesAsync(_folder["old.tar"], Tar(Old));
        var sent = Answers("{\"stream\":\"Loaded image: shop/web:1\\n\"}\n");
        await LoadAsync(_folder["old.tar"]);
        Assert.That(sent.ToArray(), Is.EqualTo(Tar(Old)));

        var layout = await SaveAsync(ImageFormat.OciLayout, "layout", Old);
        (string, string)[] files = [.. Directory.EnumerateFiles(layout.Path, "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(layout.Path, file), File.ReadAllText(file, Encoding.Latin1)))];
        await File.WriteAllBytesAsync(_folder["oci.tar"], Tar(files));
        var completed = Answers("{\"stream\":\"Loaded image: shop/web:1\\n\"}\n");
        await LoadAsync(_folder["oci.tar"]);
        Assert.That(Text(completed.ToArray(), "manifest.json"), Does.Contain("shop/web:1"));
    }

    [Test]
    public async Task What_can_not_be_loaded_says_why()
    {
        Assert.That(() => LoadAsync(_folder["none.tar"]), Throws.TypeOf<MultiStageException>().With.Message.Contains("it doesn't exist"));
        Assert.That(() => LoadAsync(_folder.Folder("empty")["empty"]),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("it has no index.json"));
        var layout = await SaveAsync(ImageFormat.OciLayout, "layout", Old);
        var config = RegistryClient.DigestOf(Encoding.UTF8.GetBytes(Config));
        File.Delete(Path.Combine(layout.Path, "blobs", "sha256", config.Encoded));
        Assert.That(() => LoadAsync(layout.Path), Throws.TypeOf<MultiStageException>().With.Message.Contains($"'{config}' is not in it"));
    }

    private static byte[] Tar((string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(content.StartsWith("-> ", StringComparison.Ordinal)
                    ? new UstarTarEntry(TarEntryType.SymbolicLink, name)
                        { LinkName = content[3..], ModificationTime = DateTimeOffset.UnixEpoch }
                    : new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        DataStream = new MemoryStream(Encoding.Latin1.GetBytes(content)),
                        ModificationTime = DateTimeOffset.UnixEpoch,
                    });
            }
        }

        return bytes.ToArray();
    }

    private static string Text(byte[] archive, string name)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
            {
                using var text = new StreamReader(entry.DataStream ?? Stream.Null);
                return text.ReadToEnd();
            }
        }

        throw new AssertionException($"The archive has no '{name}'.");
    }

    private async Task<UnpackedArchive> UnpackAsync(byte[] archive, long most)
    {
        using var stream = new MemoryStream(archive);
        return await UnpackedArchive.UnpackAsync(
            stream, Directory.CreateDirectory(_folder[Guid.NewGuid().ToString()]).FullName, most, "shown", CancellationToken.None);
    }

    private Task<ImageArchive> SaveAsync(ImageFormat format, string path, (string Name, string Content)[] files) =>
        new ImageFileWriter(format, _folder[path], platform: null).WriteAsync(
            async folder =>
            {
                using var archive = new MemoryStream(Tar(files));
                return await ContentReader.OfArchiveAsync(
                    await UnpackedArchive.UnpackAsync(archive, folder, long.MaxValue, path, CancellationToken.None), folder,
                    CancellationToken.None);
            },
            CancellationToken.None);

    private MemoryStream Answers(string answer)
    {
        var sent = new MemoryStream();
        Daemon.On("/v1.41/images/load", async exchange =>
        {
            sent.Write(await exchange.ReadBodyAsync());
            await exchange.AnswerAsync(200, answer);
        });
        return sent;
    }

    private async Task<IReadOnlyList<LoadedImage>> LoadAsync(string path)
    {
        using var connection = await ConnectAsync();
        return await new ImageFileLoader(connection).LoadAsync(path, CancellationToken.None);
    }
}
