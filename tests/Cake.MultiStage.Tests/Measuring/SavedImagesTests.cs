using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using NUnit.Framework;
using ZstdSharp;

namespace Cake.MultiStage.Tests.Measuring;

public sealed class SavedImagesTests
{
    private static readonly byte[] Base = Tar(writer => File(writer, "bin/sh", 1000));
    private static readonly byte[] Top = Tar(writer =>
    {
        File(writer, "app/a", 20);
        File(writer, "app/b", 5);
    });

    private static byte[] Tar(Action<TarWriter> write, TarEntryFormat format = TarEntryFormat.Pax)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    private static void File(TarWriter writer, string name, int size) => Add(writer, name, new byte[size]);

    private static void Add(TarWriter writer, string name, byte[] content)
    {
        TarEntry entry = writer.Format switch
        {
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
            _ => new PaxTarEntry(TarEntryType.RegularFile, name),
        };
        entry.DataStream = new MemoryStream(content);
        writer.WriteEntry(entry);
    }

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Config(params byte[][] layers) => Json(new
    {
        rootfs = new { type = "layers", diff_ids = layers.Select(layer => "sha256:" + Hash(layer)) },
        history = new object[]
        {
            new { created_by = "/bin/sh -c #(nop) ADD file:1 in / " },
            new { created_by = "/bin/sh -c #(nop)  ENV A=1", empty_layer = true },
            new { created_by = "COPY app /app # buildkit" },
            new { created_by = "CMD [\"/app/a\"]", empty_layer = true },
        },
    });

    private static byte[] Gzip(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private static byte[] Zstd(byte[] content)
    {
        var stream = new MemoryStream();
        using (var zstd = new CompressionStream(stream))
        {
            zstd.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>The layout of engines from 25 on; returns the archive and the digest of the manifest.</summary>
    private static (byte[] Archive, Digest Config, Digest Manifest, Digest Index) Oci(Func<byte[], byte[]> compress, byte[][] layers)
    {
        var config = Config(layers);
        byte[][] blobs = [.. layers.Select(compress)];
        var manifest = Json(new { schemaVersion = 2, config = new { digest = "sha256:" + Hash(config) },
            layers = blobs.Select(blob => new { digest = "sha256:" + Hash(blob) }) });
        var attestation = Json(new { schemaVersion = 2, config = new { digest = "sha256:" + Hash("{}"u8.ToArray()) },
            layers = Array.Empty<object>() });
        var index = Json(new { schemaVersion = 2, manifests = new object[]
        {
            new { digest = "sha256:" + Hash(attestation), platform = new { os = "unknown", architecture = "unknown" } },
            new { digest = "sha256:" + new string('f', 64), platform = new { os = "linux", architecture = "arm64" } },
            new { digest = "sha256:" + Hash(manifest), platform = new { os = "linux", architecture = "amd64" } },
        } });
        var archive = Tar(writer =>
        {
            foreach (var blob in (byte[][])[.. blobs, config, manifest, attestation, index, "{}"u8.ToArray()])
            {
                Add(writer, "blobs/sha256/" + Hash(blob), blob);
            }

            Add(writer, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray());
            Add(writer, "manifest.json",
                Json(
                    new[] { new { Config = "blobs/sha256/" + Hash(config), RepoTags = (string[]?)null,
                        Layers = blobs.Select(blob => "blobs/sha256/" + Hash(blob)) } }));
        });
        return (archive, Digest.Parse("sha256:" + Hash(config)), Digest.Parse("sha256:" + Hash(manifest)),
            Digest.Parse("sha256:" + Hash(index)));
    }

    private static (byte[] Archive, Digest Id) Legacy(Action<TarWriter>? more = null, bool withLayers = true)
    {
        var config = Config(Base, Top);
        return (Tar(writer =>
        {
            if (withLayers)
            {
                Add(writer, "one/VERSION", "1.0"u8.ToArray());
                Add(writer, "one/layer.tar", Base);
                Add(writer, "two/layer.tar", Top);
            }

            more?.Invoke(writer);
            Add(writer, Hash(config) + ".json", config);
            Add(writer, "manifest.json",
                Json(new[] { new { Config = Hash(config) + ".json", Layers = new[] { "one/layer.tar", "two/layer.tar" } } }));
            Add(writer, "repositories", "{}"u8.ToArray());
        }), Digest.Parse("sha256:" + Hash(config)));
    }

    private static async Task<IReadOnlyList<MeasuredLayer>> LayersAsync(byte[] archive, Digest id) =>
        (await SavedImages.ReadAsync(new MemoryStream(archive), new MeasureOptions(), CancellationToken.None)).LayersOf(id);

    private static async Task<MeasuredLayer> OnlyAsync(byte[] layer)
    {
        var (archive, config, _, _) = Oci(blob => blob, [layer]);
        return (await LayersAsync(archive, config)).Single();
    }

    private static void AssertBoth(IReadOnlyList<MeasuredLayer> layers)
    {
        Assert.That(layers.Select(layer => layer with { Entries = [], CompressedSize = null }), Is.EqualTo(new[]
        {
            new MeasuredLayer(Digest.Parse("sha256:" + Hash(Base)), new ByteSize(1000), 1, "ADD file:1 in /") { Entries = [] },
            new MeasuredLayer(Digest.Parse("sha256:" + Hash(Top)), new ByteSize(25), 2, "COPY app /app") { Entries = [] },
        }));
        Assert.That(layers[1].Entries.Select(file => (file.Path, file.Size.Bytes)), Is.EqualTo([("/app/a", 20L), ("/app/b", 5L)]));
    }

    [Test]
    public async Task The_layout_of_engines_up_to_24_is_read()
    {
        var (archive, id) = Legacy();
        AssertBoth(await LayersAsync(archive, id));
    }

    [TestCase(TarEntryType.SymbolicLink, "../shared/layer.tar")]
    [TestCase(TarEntryType.HardLink, "shared/layer.tar")]
    public async Task A_layer_that_images_share_is_linked_to(TarEntryType type, string target)
    {
        var (archive, id) = Legacy(
            writer =>
            {
                writer.WriteEntry(new PaxTarEntry(type, "one/layer.tar") { LinkName = target });
                Add(writer, "two/layer.tar", Top);
                Add(writer, "shared/layer.tar", Base);
            },
            withLayers: false);
        AssertBoth(await LayersAsync(archive, id));
    }

    [TestCase("plain")]
    [TestCase("gzip")]
    [TestCase("zstd")]
    public async Task The_OCI_layout_is_read_however_layers_are_packed(string packing)
    {
        var (archive, config, _, _) = Oci(packing switch { "gzip" => Gzip, "zstd" => Zstd, _ => blob => blob }, [Base, Top]);
        AssertBoth(await LayersAsync(archive, config));
    }

    [Test]
    public async Task An_id_may_be_the_manifests_or_that_of_an_index_with_attestations()
    {
        var (archive, _, manifest, index) = Oci(Gzip, [Base, Top]);
        AssertBoth(await LayersAsync(archive, manifest));
        AssertBoth(await LayersAsync(archive, index));
    }

    [TestCase("amd64", 2)]
    [TestCase("arm64", 1)]
    public async Task Of_an_index_that_of_the_platform_asked_for_is_read(string architecture, int layers)
    {
        List<byte[]> blobs = [];
        object Blob(string type, byte[] blob, object? platform = null)
        {
            blobs.Add(blob);
            return new { mediaType = type, digest = "sha256:" + Hash(blob), size = blob.Length, platform };
        }

        object Manifest(string name, params byte[][] parts) => Blob(
            "application/vnd.oci.image.manifest.v1+json",
            Json(new
            {
                config = Blob("application/vnd.oci.image.config.v1+json", Config(parts)),
                layers = parts.Select(part => Blob("application/vnd.oci.image.layer.v1.tar+gzip", Gzip(part))).ToList(),
            }),
            new { os = "linux", architecture = name });

        var index = Json(new { manifests = new[] { Manifest("amd64", Base, Top), Manifest("arm64", Top) } });
        var archive = Tar(writer =>
        {
            foreach (var blob in blobs.Append(index).DistinctBy(Hash, StringComparer.Ordinal))
            {
                Add(writer, "blobs/sha256/" + Hash(blob), blob);
            }

            Add(writer, "manifest.json", Json(new[] { new { Config = "blobs/sha256/none", Layers = Array.Empty<string>() } }));
        });
        using var stream = new MemoryStream(archive);
        var options = new MeasureOptions { Platform = new Cake.MultiStage.Images.Platform("linux", architecture) };
        var saved = await SavedImages.ReadAsync(stream, options, CancellationToken.None);
        Assert.That(saved.LayersOf(Digest.Parse("sha256:" + Hash(index))), Has.Count.EqualTo(layers));
    }

    [Test]
    public async Task Hard_links_and_symbolic_links_weigh_nothing()
    {
        var layer = await OnlyAsync(Tar(writer =>
        {
            File(writer, "bin/a", 100);
            writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "bin/b") { LinkName = "bin/a" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/c") { LinkName = "a" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "lib/"));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, "dev/null"));
            File(writer, "etc/.wh.passwd", 0);
        }));
        Assert.That((layer.Size.Bytes, layer.Files), Is.EqualTo((100L, 2)));
    }

    [TestCase(TarEntryFormat.Pax, 300)]
    [TestCase(TarEntryFormat.Gnu, 300)]
    [TestCase(TarEntryFormat.Ustar, 90)]
    [TestCase(TarEntryFormat.V7, 90)]
    public async Task Files_are_counted_in_every_format_and_by_any_name(TarEntryFormat format, int length)
    {
        var layer = await OnlyAsync(Tar(writer => File(writer, new string('n', length), 7), format));
        Assert.That((layer.Size.Bytes, layer.Files), Is.EqualTo((7L, 1)));
    }

    [TestCase("[")]
    [TestCase("{x}")]
    [TestCase("(µ)")]
    public async Task A_layer_that_begins_with_an_odd_name_is_a_layer(string name)
    {
        var layer = await OnlyAsync(Tar(writer => File(writer, name, 7), TarEntryFormat.Ustar));
        Assert.That(layer.Size.Bytes, Is.EqualTo(7));
    }

    [Test]
    public async Task A_packed_layer_says_what_a_pull_of_it_costs()
    {
        var (archive, config, _, _) = Oci(Gzip, [Base, Top]);
        Assert.That((await LayersAsync(archive, config)).Select(layer => layer.CompressedSize),
            Is.EqualTo([new ByteSize(Gzip(Base).Length), new ByteSize(Gzip(Top).Length)]));
    }

    [Test]
    public async Task An_unpacked_layer_is_packed_on_request_as_gzip_would()
    {
        var layer = RandomLayer();
        var (archive, config, _, _) = Oci(blob => blob, [layer]);
        var packed = (await SavedImages.ReadAsync(new MemoryStream(archive), new MeasureOptions { Compressed = true },
            CancellationToken.None)).LayersOf(config)[0].CompressedSize!.Value.Bytes;
        Assert.That((await LayersAsync(archive, config))[0].CompressedSize, Is.Null);
        Assert.That(packed, Is.InRange(50_000, layer.Length));
    }

    [Test]
    public async Task What_may_be_two_layers_of_one_content_is_read_once()
    {
        var (archive, config, _, _) = Oci(blob => blob, [Top, Top]);
        Assert.That((await LayersAsync(archive, config)).Select(layer => layer.Size.Bytes), Is.EqualTo([25L, 25L]));
    }

    [Test]
    public async Task An_empty_layer_is_a_layer()
    {
        var layer = await OnlyAsync(Tar(_ => { }).Length == 0 ? new byte[1024] : Tar(_ => { }));
        Assert.That((layer.Size.Bytes, layer.Files), Is.EqualTo((0L, 0)));
    }

    [Test]
    public async Task An_image_without_layers_has_none()
    {
        var (archive, config, _, _) = Oci(blob => blob, []);
        Assert.That(await LayersAsync(archive, config), Is.Empty);
    }

    [TestCase(0.2)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void An_archive_that_was_cut_off_is_told(double part)
    {
        foreach (var compress in new Func<byte[], byte[]>[] { blob => blob, Gzip, Zstd })
        {
            var (archive, config, _, _) = Oci(compress, [RandomLayer(), Top]);
            Assert.That(() => LayersAsync(archive[..(int)(archive.Length * part)], config), Throws.InstanceOf<MultiStageException>());
        }
    }

    [Test]
    public async Task An_archive_cut_anywhere_is_whole_or_ends_in_an_error_of_ours()
    {
        var (archive, id) = Legacy();
        for (var length = 0; length < archive.Length; length += 256)
        {
            try
            {
                AssertBoth(await LayersAsync(archive[..length], id));
            }
            catch (MultiStageException exception)
            {
                Assert.That(exception.Message, Does.Contain("the engine sent").IgnoreCase);
            }
        }
    }

    [Test]
    public void Without_manifest_json_it_is_no_saved_image() =>
        Assert.That(() => LayersAsync(Tar(writer => File(writer, "x", 1)), Legacy().Id),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no manifest.json"));

    [Test]
    public void A_missing_layer_is_told_with_its_path()
    {
        var (archive, id) = Legacy(withLayers: false);
        Assert.That(() => LayersAsync(archive, id),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("lacks its layer 'one/layer.tar'"));
    }

    [Test]
    public void Another_image_is_told()
    {
        var other = Digest.Parse("sha256:" + new string('e', 64));
        Assert.That(() => LayersAsync(Legacy().Archive, other),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"holds no '{other}'"));
    }

    [TestCase("[{}]")]
    [TestCase("{}")]
    [TestCase("[{\"Config\":\"x.json\"")]
    public void A_damaged_manifest_json_is_told(string manifest)
    {
        var archive = Tar(writer => Add(writer, "manifest.json", Encoding.UTF8.GetBytes(manifest)));
        Assert.That(() => LayersAsync(archive, Legacy().Id),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is incomplete"));
    }

    private static byte[] RandomLayer() => Tar(writer => Add(writer, "random", RandomNumberGenerator.GetBytes(50_000)));
}
