using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

[TestFixture]
internal sealed class ContextTarTests
{
    private const UnixFileMode Open = (UnixFileMode)493; // 0755
    private const UnixFileMode SetUser = (UnixFileMode)2541; // 04755

    [Test]
    public async Task The_Dockerfile_comes_first_as_plain_ustar()
    {
        using var folder = new TemporaryFolder().Files("0", new string('a', 120));

        var tar = await TarAsync(folder, "FROM scratch\n");

        Assert.That(Encoding.ASCII.GetString(tar, 0, 11), Is.EqualTo("Dockerfile\0"));
        Assert.That(Encoding.ASCII.GetString(tar, 257, 8), Is.EqualTo("ustar\0" + "00"));
        Assert.That(Encoding.ASCII.GetString(tar, 512, 13), Is.EqualTo("FROM scratch\n"));
    }

    [Test]
    public async Task The_given_Dockerfile_replaces_the_one_in_the_context()
    {
        using var folder = new TemporaryFolder().File("docker/Dockerfile", "FROM old").File("docker/x");

        var entries = await ReadAsync(await TarAsync(folder, "FROM new", "./docker/Dockerfile"));

        Assert.That(entries.Select(entry => (entry.Name, entry.Text)),
            Is.EqualTo(
                (IEnumerable<(string, string)>)[("docker/Dockerfile", "FROM new"), (".dockerignore", "docker/Dockerfile\n.dockerignore\n"),
                    ("docker/", ""), ("docker/x", "content")]));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Kinds_modes_owners_and_times_are_as_promised()
    {
        using var folder = new TemporaryFolder()
            .Files("run", "dir/inner")
            .File("empty", "")
            .Link("link", "../out")
            .Mode("run", SetUser)
            .Mode("empty", UnixFileMode.UserRead)
            .Mode("dir", Open);

        var entries = await ReadAsync(await TarAsync(folder));

        Assert.That(entries.Select(entry => $"{entry.Type} {entry.Name} {Convert.ToString((int)entry.Mode, 8)} {entry.Link}".TrimEnd()),
            Is.SupersetOf((string[])[
            "RegularFile Dockerfile 644", "Directory dir/ 755", "RegularFile empty 400", "SymbolicLink link 777 ../out",
            "RegularFile run 4755"]));
        Assert.That(entries.Select(entry => (entry.Uid, entry.Gid, entry.User, entry.Time)),
            Is.All.EqualTo((0, 0, "", DateTimeOffset.UnixEpoch)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_hosts_tar_reads_all_there_is()
    {
        var (name101, deep) = (new string('n', 101), string.Join('/', Enumerable.Repeat(new string('d', 90), 4)));
        using var folder = new TemporaryFolder().Files(name101, deep + "/file", "日本/naïve 😀", "a b").File("empty", "").Folder("hollow")
            .Link("long", new string('t', 150)).Link("short", "a b").File("run").Mode("run", SetUser).Mode("hollow", Open);
        using var unpacked = new TemporaryFolder().Folder("out");
        await File.WriteAllBytesAsync(unpacked["tar"], await TarAsync(folder));

        await Run.ToolAsync("tar", "-xpf", unpacked["tar"], "-C", unpacked["out"]);
        File.Delete(unpacked["out/Dockerfile"]);
        File.Delete(unpacked["out/.dockerignore"]);

        Assert.That(await ListAsync(unpacked["out"]), Is.EqualTo(await ListAsync(folder.Path)));
    }

    [Test]
    public async Task The_same_files_give_the_same_bytes_whatever_their_times()
    {
        using var folder = new TemporaryFolder().Files("b", "a/c", new string('n', 120));

        var first = await TarAsync(folder);
        File.SetLastWriteTimeUtc(folder["b"], new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Directory.SetLastWriteTimeUtc(folder["a"], new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        Assert.That(await TarAsync(folder), Is.EqualTo(first));
    }

    [Test]
    public async Task The_same_files_give_the_same_bytes_in_any_folder()
    {
        using var one = new TemporaryFolder().Files("b", "a/c");
        using var other = new TemporaryFolder().Files("a/c", "b");

        Assert.That(await TarAsync(one), Is.EqualTo(await TarAsync(other)));
    }

    [Test]
    public async Task The_fingerprint_is_the_digest_of_the_tar()
    {
        using var folder = new TemporaryFolder().Files("b", "a/c");

        var expected = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await TarAsync(folder)));

        Assert.That((await FingerprintAsync(folder)).ToString(), Is.EqualTo(expected));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_fingerprint_changes_with_content_mode_link_name_and_Dockerfile()
    {
        using var folder = new TemporaryFolder().File("a", "1").Link("link", "a");
        List<string> seen = [(await FingerprintAsync(folder)).ToString(), (await FingerprintAsync(folder, "FROM other")).ToString()];

        foreach (var change in (Action[])[() => folder.File("a", "2"), () => folder.Mode("a", Open),
            () => { File.Delete(folder["link"]); folder.Link("link", "b"); }, () => File.Move(folder["a"], folder["c"])])
        {
            change();
            seen.Add((await FingerprintAsync(folder)).ToString());
        }

        Assert.That(seen, Is.Unique);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_fingerprint_is_the_same_in_every_process_and_on_every_host()
    {
        var name = new string('n', 120);
        using var folder = new TemporaryFolder().Files("a", "日本", name).Link("link", new string('t', 120)).Folder("d")
            .Mode("d", Open).Mode("a", Open).Mode("日本", SetUser).Mode(name, UnixFileMode.UserRead);

        Assert.That((await FingerprintAsync(folder)).Abbreviated, Is.EqualTo("8a8ec1bdf334"));
    }

    [Test]
    public async Task A_size_beyond_8_GiB_is_written_as_GNU_does()
    {
        const long size = 9L << 30;
        using var folder = new TemporaryFolder().File("huge", "");
        var context = new BuildContext(folder.Path, [new("huge", folder["huge"], ContextFileKind.File, size, Open, null)]);
        using var tar = new MemoryStream();

        await Assert.ThatAsync(async () => await new ContextTar().WriteAsync(tar, context, "Dockerfile", "", null, CancellationToken.None),
            Throws.TypeOf<BuildContextException>());

        var header = tar.ToArray().AsSpan(512 + 1024, 512);
        Assert.That(Encoding.ASCII.GetString(header[257..264]), Is.EqualTo("ustar  "));
        Assert.That((header[124], System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(header[128..136])),
            Is.EqualTo(((byte)0x80, size)));
    }

    [Test]
    public async Task A_large_file_passes_in_flat_memory()
    {
        const long size = 300L << 20;
        using var folder = new TemporaryFolder().File("large");
        await using (var file = File.OpenWrite(folder["large"]))
        {
            file.SetLength(size);
        }

        var context = await CollectAsync(folder);
        await using var counting = new CountingStream();
        var reports = new Reports();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await new ContextTar().WriteAsync(counting, context, "Dockerfile", "FROM scratch", reports, CancellationToken.None);

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(30 << 20));
        Assert.That((counting.Written, reports.Last, context.Length), Is.EqualTo((size + (2 * 512) + 1024 + 512 + 1024, size, size)));
    }

    private static Task<BuildContext> CollectAsync(TemporaryFolder folder) =>
        BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None);

    private static async Task<byte[]> TarAsync(TemporaryFolder folder, string dockerfile = "FROM scratch", string name = "Dockerfile")
    {
        using var tar = new MemoryStream();
        await new ContextTar().WriteAsync(tar, await CollectAsync(folder), name, dockerfile, null, CancellationToken.None);
        return tar.ToArray();
    }

    private static async Task<Digest> FingerprintAsync(TemporaryFolder folder, string dockerfile = "FROM scratch") =>
        Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(await TarAsync(folder, dockerfile)))}");

    private static async Task<List<Entry>> ReadAsync(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        List<Entry> entries = [];
        while (await reader.GetNextEntryAsync(copyData: true) is PosixTarEntry entry)
        {
            var text = entry.DataStream is null ? "" : await ReadTextAsync(entry.DataStream);
            entries.Add(
                new(entry.EntryType, entry.Name, entry.Mode, entry.LinkName, entry.Uid, entry.Gid, entry.UserName, entry.ModificationTime,
                    text));
        }

        return entries;
    }

    private static async Task<string> ReadTextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static async Task<string[]> ListAsync(string folder) =>
        (await Run.ToolAsync("find", folder, "-mindepth", "1", "-printf", "%y %m %P %l %s\\n"))
            .Split('\n')
            .Where(line => !line.StartsWith('d') || line.Contains("hollow", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToArray();

    private sealed record Entry(TarEntryType Type, string Name, UnixFileMode Mode, string Link, int Uid, int Gid, string User,
        DateTimeOffset Time, string Text);

    private sealed class Reports : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
