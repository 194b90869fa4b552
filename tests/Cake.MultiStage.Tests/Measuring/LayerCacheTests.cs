using System.Text;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>What was read of an image is kept whole or not at all, and never more of it than the bounds say.</summary>
public sealed class LayerCacheTests : FolderFixture
{
    private static readonly Digest Id = Digest.Parse("sha256:" + new string('1', 64));

    [Test]
    public async Task Everything_that_was_read_comes_back()
    {
        var contents = Contents(
            AnalysisTests.File("/bin/app", 100) with { HasCapabilities = true, UserId = 65532, GroupId = long.MaxValue },
            AnalysisTests.File("/empty", 0),
            AnalysisTests.File("/etc/passwd", 4) with { Content = Encoding.UTF8.GetBytes("root") },
            new ImageFile { Path = "/ümläut\n", Type = ImageFileType.SymbolicLink, LinkTarget = "../x" },
            new ImageFile { Path = "/gone", Type = ImageFileType.Whiteout });
        var cache = new LayerCache(_folder.Path);
        await cache.KeepAsync(Id, new MeasureOptions(), contents, CancellationToken.None);
        var found = await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None);
        Assert.That(Told(found!), Is.EqualTo(Told(contents)));
    }

    [Test]
    public async Task What_was_asked_for_otherwise_is_not_found()
    {
        var cache = new LayerCache(_folder.Path);
        await cache.KeepAsync(Id, new MeasureOptions(), Contents(), CancellationToken.None);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions { Hash = false }, CancellationToken.None), Is.Null);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions { Compressed = true }, CancellationToken.None), Is.Null);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions { Selectors = [] }, CancellationToken.None), Is.Null);
        Assert.That(await cache.FindAsync(Digest.Parse("sha256:" + new string('2', 64)), new MeasureOptions(), CancellationToken.None),
            Is.Null);
    }

    [Test]
    public async Task A_damaged_file_is_read_again_wherever_the_damage_is()
    {
        var cache = new LayerCache(_folder.Path);
        await cache.KeepAsync(Id, new MeasureOptions(), Contents(AnalysisTests.File("/bin/app", 100)), CancellationToken.None);
        var file = Directory.GetFiles(_folder.Path).Single();
        var whole = await File.ReadAllBytesAsync(file);
        for (var position = 0; position < whole.Length; position++)
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0x40;
            await File.WriteAllBytesAsync(file, damaged);
            Assert.That(await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None), Is.Null, $"byte {position}");
        }

        await File.WriteAllBytesAsync(file, whole[..^1]);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None), Is.Null);
        Assert.That(File.Exists(file), Is.False);
    }

    [Test]
    public async Task What_was_used_longest_ago_makes_room()
    {
        var cache = new LayerCache(_folder.Path, most: 2);
        foreach (var digit in "345")
        {
            await cache.KeepAsync(Digest.Parse("sha256:" + new string(digit, 64)), new MeasureOptions(), Contents(),
                CancellationToken.None);
            if (digit == '4')
            {
                // The first is used, so that the second is the oldest.
                foreach (var file in Directory.GetFiles(_folder.Path))
                {
                    File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
                }

                Assert.That(await FindAsync('3'), Is.Not.Null);
            }
        }

        Assert.That(await FindAsync('3'), Is.Not.Null);
        Assert.That(await FindAsync('4'), Is.Null);
        Assert.That(await FindAsync('5'), Is.Not.Null);
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(2));

        Task<ImageContents?> FindAsync(char digit) =>
            cache.FindAsync(Digest.Parse("sha256:" + new string(digit, 64)), new MeasureOptions(), CancellationToken.None);
    }

    [Test]
    public async Task What_is_larger_than_half_of_all_is_not_kept()
    {
        var cache = new LayerCache(_folder.Path, largest: 500);
        var content = new byte[4000];
        new Random(1).NextBytes(content);
        await cache.KeepAsync(Id, new MeasureOptions(), Contents(AnalysisTests.File("/a", 4000) with { Content = content }),
            CancellationToken.None);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None), Is.Null);
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_folder_that_can_not_be_made_costs_nothing_but_time()
    {
        _folder.File("file");
        var cache = new LayerCache(Path.Combine(_folder["file"], "below"));
        await cache.KeepAsync(Id, new MeasureOptions(), Contents(), CancellationToken.None);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_name_that_is_no_text_is_not_kept_in_another_form()
    {
        var cache = new LayerCache(_folder.Path);
        await cache.KeepAsync(Id, new MeasureOptions(), Contents(new ImageFile { Path = "/\ud800" }), CancellationToken.None);
        Assert.That(await cache.FindAsync(Id, new MeasureOptions(), CancellationToken.None), Is.Null);
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task Many_at_once_read_and_write_whole_files()
    {
        var contents = Contents([.. Enumerable.Range(0, 500).Select(number => AnalysisTests.File($"/file-{number}", 10))]);
        await Parallel.ForAsync(0, 64, async (_, token) =>
        {
            var cache = new LayerCache(_folder.Path);
            await cache.KeepAsync(Id, new MeasureOptions(), contents, token);
            Assert.That((await cache.FindAsync(Id, new MeasureOptions(), token))?.Layers[0].Entries, Has.Count.EqualTo(500));
        });
    }

    [Test]
    public async Task An_image_is_read_once()
    {
        var source = new CountingSource();
        var kept = new KeptLayers(source, new LayerCache(_folder.Path));
        var other = Digest.Parse("sha256:" + new string('2', 64));
        await kept.ReadAsync([Id], new MeasureOptions(), CancellationToken.None);
        var both = await kept.ReadAsync([other, Id, other], new MeasureOptions(), CancellationToken.None);
        Assert.That(source.Asked, Is.EqualTo(new[] { Id, other }));
        Assert.That(both.Select(image => Encoding.UTF8.GetString(image.Configuration.Span)),
            Is.EqualTo([other.ToString(), Id.ToString(), other.ToString()]));
    }

    private static ImageContents Contents(params ImageFile[] files) => new(
        Encoding.UTF8.GetBytes("{}"),
        [new MeasuredLayer(Id, new ByteSize(123), files.Length, "COPY . /")
            { CompressedSize = new ByteSize(45), Unlisted = 3, Entries = files }, new MeasuredLayer(Id, default, 0, "")]);

    private static string Told(ImageContents contents) => string.Join('\n', contents.Layers.SelectMany(layer =>
        layer.Entries.Select(file => $"{file with { Content = default }} {Convert.ToHexString(file.Content.Span)}")
            .Prepend($"{layer with { Entries = [] }} {layer.Unlisted}"))) + Encoding.UTF8.GetString(contents.Configuration.Span);

    private sealed class CountingSource : ILayerSource
    {
        public List<Digest> Asked { get; } = [];

        public Task<IReadOnlyList<ImageContents>> ReadAsync(IReadOnlyList<Digest> ids, MeasureOptions options,
            CancellationToken cancellationToken)
        {
            Asked.AddRange(ids);
            return Task.FromResult<IReadOnlyList<ImageContents>>(
                [.. ids.Select(id => new ImageContents(Encoding.UTF8.GetBytes(id.ToString()), []))]);
        }
    }
}
