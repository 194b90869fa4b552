using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What an image holds may be made to take the machine's memory and time: each reader has an end, and says so.</summary>
[NonParallelizable]
[Category("Fault")]
public sealed class BoundTests
{
    private const long Megabyte = 1 << 20;

    [Test]
    public async Task Sixty_thousand_libraries_of_one_long_name_are_read_up_to_a_bound()
    {
        var elf = TestElf.Make("/lib/ld.so", [.. Enumerable.Repeat("liba.so", 60_000)], text: new string('x', 1_000_000));
        // All names are one, as long as the file.
        for (var at = 64 + (3 * 56); at < elf.Length - (60_001 * 16); at++)
        {
            elf[at] = elf[at] == 0 ? (byte)'x' : elf[at];
        }

        Within(64 * Megabyte, () => Assert.That(WholeFile.Elf(elf)?.Needed, Has.Count.LessThanOrEqualTo(1024)));
        var image = await new TestImage().File("/bin/app", elf, TestImage.Executable).LookAsync();
        Assert.That(new LookedAtWhole().Check(image).Select(finding => finding.Message),
            Has.One.Contains("'/bin/app'").And.All.Contain("looked at no more than this"));
    }

    [Test]
    public void A_cache_of_the_loader_whose_entries_share_a_long_text_takes_no_more_than_it_is()
    {
        var cache = new byte[LoaderCache.Most];
        cache.AsSpan().Fill((byte)'x');
        "glibc-ld.so.cache1.1"u8.CopyTo(cache);
        BinaryPrimitives.WriteUInt32LittleEndian(cache.AsSpan(20), uint.MaxValue);
        cache[28] = 0;
        for (var at = 48; at + 24 <= 3 * Megabyte; at += 24)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(cache.AsSpan(at + 4), 3 << 20);
            BinaryPrimitives.WriteUInt32LittleEndian(cache.AsSpan(at + 8), 3 << 20);
        }

        Within(64 * Megabyte, () => Assert.That(LoaderCache.Read(cache)["libx.so"], Is.Empty));
    }

    [TestCase("[a")]
    [TestCase("a://:")]
    [TestCase(" ")]
    [TestCase("machine a login ")]
    [TestCase("<password> ")]
    [TestCase("export A_PASSWORD ")]
    [TestCase("-----BEGIN A ")]
    [TestCase("\"auth\" ")]
    [TestCase("password =;")]
    [TestCase("xoxb-a")]
    public void No_text_makes_the_patterns_for_secrets_slow(string text)
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 64 * 1024 / text.Length)));
        SecretContent.Of("/a/.env", content);
        Within(64 * Megabyte, () => SecretContent.Of("/a/.env", content));
    }

    [Test]
    public void No_pattern_over_what_an_image_holds_can_backtrack()
    {
        var patterns = typeof(CheckRule).Assembly.GetTypes()
            .Where(
                type => type.Namespace is { } name
                    && (name.StartsWith("Cake.MultiStage.Checking", StringComparison.Ordinal)
                        || name.StartsWith("Cake.MultiStage.Measuring", StringComparison.Ordinal)))
            .SelectMany(
                type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType == typeof(Regex) && method.GetParameters().Length == 0)
            .ToList();
        Assert.That(patterns, Has.Count.GreaterThan(10));
        Assert.That(patterns.Where(method => !((Regex)method.Invoke(null, null)!).Options.HasFlag(RegexOptions.NonBacktracking))
            .Select(method => method.Name), Is.Empty);
    }

    [Test]
    public void Lists_of_packages_that_are_named_again_and_again_are_read_up_to_a_bound()
    {
        var list = new byte[1_000_000];
        for (var at = 0; at < list.Length; at += 2)
        {
            (list[at], list[at + 1]) = ((byte)'/', (byte)'\n');
        }

        var status = string.Concat(Enumerable.Range(0, 5_000).Select(index => $"Package: p{index}\n\n"));
        List<ImageFile> files = [Held("/var/lib/dpkg/status", Encoding.UTF8.GetBytes(status)), Held("/var/lib/dpkg/info/p0.list", list)];
        files.AddRange(Enumerable.Range(1, 4_999)
            .Select(
                index => new ImageFile { Path = $"/var/lib/dpkg/info/p{index}.list", Type = ImageFileType.HardLink,
                    LinkTarget = "/var/lib/dpkg/info/p0.list" }));
        Within(512 * Megabyte, () => Assert.That(AnalysisTests.Image([.. files]).Packages, Has.Count.EqualTo(5_000)));
    }

    [Test]
    public void Paths_that_imply_thousands_of_folders_each_are_left_out_and_counted()
    {
        var files = Enumerable.Range(0, 2_000)
            .Select(index => new ImageFile { Path = $"/{index}{string.Concat(Enumerable.Repeat("/a", 2_000))}" })
            .ToArray();
        Within(1024 * Megabyte, () => Assert.That(AnalysisTests.Image(files).Unlisted, Is.GreaterThan(1_900)));
    }

    [Test]
    public void Marks_that_empty_a_folder_again_and_again_take_no_time()
    {
        ImageFile[] below = [.. Enumerable.Range(0, 50_000)
            .Select(index => new ImageFile { Path = $"/d/{index}", Size = new ByteSize(1) })];
        ImageFile[] marks = [.. Enumerable.Repeat(new ImageFile { Path = "/d", Type = ImageFileType.OpaqueDirectory }, 50_000)];
        Within(256 * Megabyte, () => Assert.That(AnalysisTests.Image(below, marks).Files.Root.FileCount, Is.Zero));
    }

    [Test]
    public async Task More_entries_than_are_held_are_counted_and_told()
    {
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var index in Enumerable.Range(0, 30))
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"f{index}"));
            }
        }

        archive.Position = 0;
        using var layers = new LayerReader(new MeasureOptions { MostEntries = 20 });
        var content = await layers.ReadAsync(archive, CancellationToken.None);
        Assert.That((content.Entries.Count, content.Files, content.Unlisted), Is.EqualTo((20, 30, 10)));
        var image = await TestImage.Sound.LookAsync();
        image = image with { Measured = image.Measured with { Unlisted = 10, UnlistedPackages = 7 } };
        Assert.That(new LookedAtWhole().Check(image).Select(finding => (finding.Count, finding.Level)),
            Is.EqualTo(new[] { (10, FindingLevel.Note), (7, FindingLevel.Note) }));
    }

    [Test]
    public async Task Damaged_programs_end_no_check([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var sound = TestElf.Make("/lib/ld.so", ["liba.so", "libb.so"], "/opt:$ORIGIN/../lib", "\0getaddrinfo\0");
        for (var round = 0; round < 250; round++)
        {
            var broken = Mutated(sound, random);
            var image = new TestImage()
                .File("/bin/app", broken, TestImage.Executable)
                .File("/lib/ld.so", Mutated(sound, random))
                .File("/lib/liba.so", Mutated(sound, random))
                .File("/etc/ld.so.cache", Mutated(sound, random));
            var looked = await image.LookAsync();
            Assert.That(
                () => ImageChecker.Rules.Where(rule => !rule.Id.StartsWith("dockerfile-", StringComparison.Ordinal))
                    .SelectMany(rule => rule.Check(looked))
                    .ToList(), Throws.Nothing);
        }
    }

    [Test]
    public async Task Damaged_settings_and_lists_end_no_check([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        byte[] Broken(string text) => Mutated(Encoding.UTF8.GetBytes(text), random);
        for (var round = 0; round < 100; round++)
        {
            var image = new TestImage()
                .File("/usr/share/dotnet/dotnet", TestElf.Make(), TestImage.Executable)
                .Runs("/usr/share/dotnet/dotnet", "/app/a.dll")
                .File("/app/a.dll")
                .File("/app/a.runtimeconfig.json",
                    Broken(
                        """{ "runtimeOptions": { "framework": """
                            + """{ "name": "Microsoft.NETCore.App", "version": "10.0.0" }, "configProperties": """
                            + """{ "System.Globalization.Invariant": true } } }"""))
                .File("/etc/passwd", Broken("root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:/bin/false\n"))
                .File("/etc/group", Broken("root:x:0:\napp:x:1000:app,root\n"))
                .File("/app/appsettings.json",
                    Broken("""{ "a": "Server=db;Password=correct-horse", "b": "postgres://me:pw@localhost:1/" }"""))
                .File("/var/lib/dpkg/status", Broken("Package: a\nStatus: install ok installed\nInstalled-Size: 7\n\n"))
                .File("/lib/apk/db/installed", Broken("P:musl\nV:1\nI:6\nF:lib\nR:a\n\n"));
            var looked = await (image with { Settings = image.Settings with { User = "app:app" } }).LookAsync();
            Assert.That(
                () => ImageChecker.Rules.Where(rule => !rule.Id.StartsWith("dockerfile-", StringComparison.Ordinal))
                    .SelectMany(rule => rule.Check(looked))
                    .ToList(), Throws.Nothing);
        }
    }

    private static byte[] Mutated(byte[] content, Random random)
    {
        var broken = content[..(random.Next(4) == 0 ? random.Next(content.Length) : content.Length)];
        for (var change = random.Next(4); change > 0 && broken.Length > 0; change--)
        {
            broken[random.Next(broken.Length)] = (byte)(random.Next(3) switch { 0 => 0xff, 1 => 0, _ => random.Next(256) });
        }

        return broken;
    }

    private static ImageFile Held(string path, byte[] content) =>
        new() { Path = path, Size = new ByteSize(content.Length), Content = content };

    private static void Within(long bytes, Action action)
    {
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        action();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(bytes), "bytes that were taken");
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "on a busy machine, too");
    }
}
