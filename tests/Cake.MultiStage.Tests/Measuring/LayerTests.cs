using System.Globalization;
using System.Security.Cryptography;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>What is read of a layer is what the <c>tar</c> program lists of it.</summary>
public sealed class LayerTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TemporaryFolder();
        _folder.Folder("tree")
            .File("tree/bin/sh", "0123456789")
            .File("tree/etc/passwd", "root")
            .File("tree/empty", "")
            .Link("tree/bin/bash", "sh")
            .Folder("tree/var/lib")
            .File("tree/bin/sudo", "sudo").Mode("tree/bin/sudo", UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserExecute)
            .File("tree/ü 漢字", "text").File("tree/" + new string('b', 90), "long");
    }

    [TearDown]
    public void Delete() => _folder.Dispose();

    private static async Task<LayerContent> ReadAsync(Stream archive, MeasureOptions? options = null)
    {
        using var layers = new LayerReader(options ?? new MeasureOptions());
        return await layers.ReadAsync(archive, CancellationToken.None);
    }

    private async Task<LayerContent> ReadAsync(string file)
    {
        await using var archive = File.OpenRead(_folder[file]);
        return await ReadAsync(archive);
    }

    private Task<string> PackAsync(params string[] options) =>
        Run.ToolAsync("tar", ["--sort=name", "-cf", _folder["layer.tar"], "-C", _folder["tree"], .. options, "."]);

    /// <summary>Asserts on what <c>tar -tv</c> says: type and permissions, owner, size, name.</summary>
    private async Task AssertListedAsync()
    {
        var layer = await ReadAsync("layer.tar");
        var listed = (await Run.ToolAsync("tar", "--numeric-owner", "--quoting-style=literal", "-tvf", _folder["layer.tar"])).Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        Assert.That(layer.Entries.Select(Line), Is.EqualTo(listed.Select(Line)));
        Assert.That((layer.Files, layer.Bytes),
            Is.EqualTo((listed.Count(line => line[0] == '-'), listed.Where(line => line[0] == '-').Sum(line => Size(line)))));
    }

    private static long Size(string line) => long.Parse(Words(line)[2], CultureInfo.InvariantCulture);

    private static string[] Words(string line) => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);

    private static string Line(string line)
    {
        var words = Words(line);
        var name = words[5].Split(" link to ")[0].Split(" -> ")[0];
        return $"{words[0]} {words[1]} {(line[0] is 'c' or 'b' ? "0" : words[2])} {PosixPath.Rooted(name)}";
    }

    private static string Line(ImageFile file)
    {
        const string Bits = "xwrxwrxwr";
        var permissions = string.Concat(Enumerable.Range(0, 9).Reverse().Select(bit => (file.Mode >> bit & 1) == 0 ? '-' : Bits[bit]))
            .ToCharArray();
        permissions[2] = (file.Mode & 0x800) == 0 ? permissions[2] : permissions[2] == 'x' ? 's' : 'S';
        permissions[8] = (file.Mode & 0x200) == 0 ? permissions[8] : permissions[8] == 'x' ? 't' : 'T';
        var type = file.Type switch { ImageFileType.Directory =>
            'd', ImageFileType.SymbolicLink =>
                'l', ImageFileType.HardLink => 'h', ImageFileType.CharacterDevice => 'c', ImageFileType.Fifo => 'p', _ => '-' };
        return $"{type}{new string(permissions)} {file.UserId}/{file.GroupId} {file.Size.Bytes} {file.Path}";
    }

    [TestCase("ustar")]
    [TestCase("pax")]
    [TestCase("gnu")]
    [TestCase("oldgnu")]
    [TestCase("v7")]
    public async Task Every_format_is_read(string format)
    {
        await Run.ToolAsync("ln", _folder["tree/bin/sh"], _folder["tree/bin/ash"]);
        await Run.ToolAsync("mkfifo", _folder["tree/pipe"]);
        await PackAsync($"--format={format}", format == "v7" ? "--exclude=./pipe" : "--owner=:1654", "--group=:65532");
        await AssertListedAsync();
    }

    [TestCase("pax")]
    [TestCase("gnu")]
    public async Task Names_of_any_length_are_read(string format)
    {
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 120), 5));
        _folder.File($"tree/{deep}/file", "deep").Link("tree/link", deep + "/file");
        await Run.ToolAsync("ln", _folder[$"tree/{deep}/file"], _folder["tree/z-hard"]);
        await PackAsync($"--format={format}");
        await AssertListedAsync();
        Assert.That(
            (await ReadAsync("layer.tar")).Entries.Single(
                file => file.Type == ImageFileType.SymbolicLink && file.Path == "/link").LinkTarget, Is.EqualTo(deep + "/file"));
        Assert.That((await ReadAsync("layer.tar")).Entries.Single(file => file.Type == ImageFileType.HardLink).LinkTarget,
            Is.EqualTo($"/{deep}/file"));
    }

    [TestCase("--format=gnu")]
    [TestCase("--format=pax", "--sparse-version=0.0")]
    [TestCase("--format=pax", "--sparse-version=0.1")]
    [TestCase("--format=pax", "--sparse-version=1.0")]
    public async Task A_sparse_file_has_its_size_with_the_holes(params string[] options)
    {
        // Enough pieces for a map that goes on behind the header.
        await using (var sparse = File.Create(_folder["tree/sparse"]))
        {
            for (var piece = 0; piece < 40; piece++)
            {
                sparse.Position = piece * 1_000_000L;
                sparse.Write(new byte[] { 1, 2, 3 });
            }

            sparse.SetLength(50_000_000);
        }

        await PackAsync([.. options, "--sparse"]);
        Assert.That(new FileInfo(_folder["layer.tar"]).Length, Is.LessThan(10_000_000));
        await AssertListedAsync();
        Assert.That((await ReadAsync("layer.tar")).Entries.Single(file => file.Path == "/sparse").Size.Bytes, Is.EqualTo(50_000_000));
    }

    [Test]
    public async Task The_hash_is_that_of_the_content_however_large_it_is()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(_folder["tree/large"], content);
        await PackAsync();
        var layer = await ReadAsync("layer.tar");
        Assert.That(layer.Entries.Single(file => file.Path == "/large").Hash.ToString(),
            Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(content))));
        Assert.That(layer.Entries.Single(file => file.Path == "/bin/sh").Hash.ToString(),
            Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData("0123456789"u8))));
        Assert.That(layer.Entries.Single(file => file.Path == "/empty").Hash, Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Content_is_kept_where_a_selector_asks_for_it(bool hash)
    {
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        await File.WriteAllBytesAsync(_folder["tree/large"], content);
        await PackAsync();
        await using var archive = File.OpenRead(_folder["layer.tar"]);
        var layer = await ReadAsync(archive, new MeasureOptions { Hash = hash, Selectors = [new First(700_000)] });
        Assert.That(layer.Entries.Single(file => file.Path == "/large").Content.ToArray(), Is.EqualTo(content[..700_000]));
        Assert.That(layer.Entries.Single(file => file.Path == "/bin/sh").Content.ToArray(), Is.EqualTo("0123456789"u8.ToArray()));
        Assert.That(layer.Entries.Single(file => file.Path == "/large").Hash is not null, Is.EqualTo(hash));
    }

    [Test]
    public async Task Marks_name_what_they_take_away()
    {
        _folder.File("tree/etc/.wh.passwd", "").File("tree/etc/.wh..wh..opq", "").File("tree/.wh.bin", "");
        await PackAsync();
        var marks = (await ReadAsync("layer.tar")).Entries.Where(file => file.IsMark).Select(file => (file.Type, file.Path));
        Assert.That(marks,
            Is.EquivalentTo([(ImageFileType.Whiteout, "/bin"), (ImageFileType.Whiteout, "/etc/passwd"),
                (ImageFileType.OpaqueDirectory, "/etc")]));
    }

    private sealed class First(int bytes) : IContentSelector
    {
        public int BytesOf(string path, long size, int mode) => bytes;
    }
}
