using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Containers;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Checking;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Engine;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>
/// The readers of bytes that came from an image, an engine or a project, each fed with what is made to take the machine: it ends within
/// memory and time, and with its token. Readers of git, registries and Docker's settings have such tests of their own.
/// </summary>
[NonParallelizable]
[Category("Fault")]
public sealed class HostileReaderTests
{
    private const int Megabyte = 1 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <param name="Name">What is read.</param>
    /// <param name="Megabytes">What reading it may take.</param>
    /// <param name="Prepare">Makes the bytes, and returns what reads them.</param>
    public sealed record Reader(string Name, int Megabytes, Func<Func<CancellationToken, Task>> Prepare)
    {
        public override string ToString() => Name;
    }

    private static IEnumerable<Reader> Readers() =>
    [
        new("a layer of names that are as long as names get", 256, () =>
        {
            var archive = Archive(Enumerable.Range(0, 4_000).Select(index => $"{index}/{new string('a', 4_000)}"));
            return token => ReadLayerAsync(new MemoryStream(archive), token);
        }),
        new("a saved image whose list of images is nested without an end", 256, () =>
        {
            var archive = Archive(["manifest.json"], new string('[', 4 * Megabyte));
            return async token =>
            {
                try
                {
                    (await SavedImages.ReadAsync(new MemoryStream(archive), new MeasureOptions(), token)).LayersOf(
                        Digest.Parse("sha256:" + new string('1', 64)));
                }
                catch (MultiStageException)
                {
                    // It is told as damaged.
                }
            };
        }),
        new("layers that replace and remove each other, with lists of packages that name each file a hundred times", 1024, () =>
        {
            var status = string.Concat(Enumerable.Range(0, 1_000).Select(index => $"Package: p{index}\n\n"));
            var list = string.Concat(Enumerable.Repeat("/a/b\n", 100_000));
            ImageFile[] files = [Held("/var/lib/dpkg/status", status), .. Enumerable.Range(0, 1_000)
                .Select(index => Held($"/var/lib/dpkg/info/p{index}.list", index == 0 ? list : "")),
                .. Enumerable.Range(0, 50_000).Select(index => new ImageFile { Path = $"/d/{index}", Size = new ByteSize(1) })];
            ImageFile[] marks = [.. Enumerable.Repeat(new ImageFile { Path = "/d", Type = ImageFileType.OpaqueDirectory }, 50_000)];
            return token =>
            {
                AnalysisTests.Image(token, files, marks, files);
                return Task.CompletedTask;
            };
        }),
        new("a program that is linked to sixty thousand libraries, and a cache of the loader", 256, () =>
        {
            var cache = new byte[4 * Megabyte];
            cache.AsSpan().Fill((byte)'x');
            "glibc-ld.so.cache1.1"u8.CopyTo(cache);
            BinaryPrimitives.WriteUInt32LittleEndian(cache.AsSpan(20), uint.MaxValue);
            var image = new TestImage().File("/lib/ld.so", TestElf.Make()).File("/etc/ld.so.cache", cache)
                .File("/bin/app", TestElf.Make("/lib/ld.so", [.. Enumerable.Repeat("liba.so", 60_000)]), TestImage.Executable);
            return token => image.LookAsync(cancellationToken: token);
        }),
        new("a script of one line of megabytes, and a module that imports again and again", 512, () =>
        {
            var image = new TestImage().File("/usr/bin/python3", TestElf.Make(), TestImage.Executable)
                .File("/app/main.py", string.Concat(Enumerable.Range(0, 100_000).Select(index => $"import m{index}\n")))
                .File("/bin/run", "#!/usr/bin/python3 " + new string('x', 8 * Megabyte), TestImage.Executable)
                .Runs("/usr/bin/python3", "/app/main.py");
            return async token =>
            {
                await image.LookAsync(cancellationToken: token);
                await image.Runs("/bin/run").LookAsync(cancellationToken: token);
            };
        }),
        new("files that are all but secrets, by every rule", 1024, () =>
        {
            var image = TestImage.Sound;
            foreach (var index in Enumerable.Range(0, 150))
            {
                image.File($"/srv/{index}/.env", string.Concat(Enumerable.Repeat("export A_PASSWORD ", 3_500)));
            }

            var looked = image.LookAsync().GetAwaiter().GetResult();
            return token =>
            {
                var stopped = looked with { CancellationToken = token };
                _ = ImageChecker.Rules.SelectMany(rule => rule.Check(stopped)).Count();
                return Task.CompletedTask;
            };
        }),
        new("a line of an engine without an end", 64, () => token => new BoundedLines(new Endless(), Megabyte).ReadAsync(token)),
        new("output of a container without a line's end", 512, () =>
        {
            var output = new byte[64 * Megabyte];
            output[0] = 1;
            BinaryPrimitives.WriteInt32BigEndian(output.AsSpan(4), output.Length - 8);
            return async token =>
            {
                // What is written is kept as far as it came, so that the reader ends without an error.
                var stream = new MemoryStream(output);
                await new ContainerOutput().ReadAsync(stream, token);
                if (stream.Position < stream.Length)
                {
                    token.ThrowIfCancellationRequested();
                }
            };
        }),
        new("output of a step without a line's end", 512, () =>
        {
            var piece = new byte[Megabyte];
            piece.AsSpan().Fill((byte)'x');
            return token =>
            {
                var steps = new StepRecorder(new Recorder(), new SecretMask([]));
                steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN x"));
                for (var index = 0; index < 64; index++)
                {
                    token.ThrowIfCancellationRequested();
                    steps.Write("k", piece);
                }

                return Task.CompletedTask;
            };
        }),
    ];

    [TestCaseSource(nameof(Readers))]
    public async Task It_ends_within_memory_and_time(Reader reader)
    {
        var read = reader.Prepare();
        var (before, watch) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        await read(CancellationToken.None);
        var taken = (GC.GetTotalAllocatedBytes(precise: true) - before) / Megabyte;
        Assert.That(taken, Is.LessThan(reader.Megabytes), "megabytes that were taken");
        Assert.That(watch.Elapsed, Is.LessThan(Longest), "on a busy machine, too");
    }

    [TestCaseSource(nameof(Readers))]
    public void It_ends_with_its_token(Reader reader)
    {
        var read = reader.Prepare();
        Assert.That(async () => await read(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static IEnumerable<TestCaseData> Projects()
    {
        (string File, Action<string> Describe)[] all =
        [
            ("package.json", folder => NodePreset.Describe(folder, new NodeProjectSettings())),
            ("go.mod", folder => GoPreset.Describe(folder, new GoProjectSettings())),
            ("Cargo.toml", folder => RustPreset.Describe(folder, new RustProjectSettings())),
            ("pyproject.toml", folder => PythonPreset.Describe(folder, new PythonProjectSettings())),
            ("pom.xml", folder => JavaPreset.Describe(folder, new JavaProjectSettings())),
            ("app.csproj", folder => DotNetPreset.Describe(folder, new DotNetProjectSettings())),
            ("composer.json", folder => PhpPreset.Describe(folder, new PhpProjectSettings())),
            ("Dockerfile", folder => DockerfileProject.Describe(folder, new DockerfileProjectSettings())),
        ];
        foreach (var (file, describe) in all)
        {
            yield return new TestCaseData(file, describe).SetArgDisplayNames(file);
        }
    }

    [TestCaseSource(nameof(Projects))]
    public async Task A_manifest_that_has_no_end_is_told(string file, Action<string> describe)
    {
        foreach (var make in new Action<string>[]
        {
            path => File.CreateSymbolicLink(path, "/dev/zero"),
            path => Run.ToolAsync("mkfifo", path).GetAwaiter().GetResult(),
            path =>
            {
                using var huge = File.Create(path);
                huge.SetLength(20L << 30);
            },
            path => File.WriteAllText(path, Nested(file)),
        })
        {
            using var folder = new TemporaryFolder();
            make(folder[file]);
            var (before, watch) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
            try
            {
                // What waits for a pipe's other end does so for ever.
                await Task.Run(() => describe(folder.Path)).WaitAsync(Longest);
            }
            catch (MultiStageException exception)
            {
                Assert.That(exception.Message, Does.Contain(folder.Path).Or.Contain(file), "where the fault is");
            }

            Assert.That((GC.GetTotalAllocatedBytes(precise: true) - before) / Megabyte, Is.LessThan(512), "megabytes that were taken");
            Assert.That(watch.Elapsed, Is.LessThan(Longest), "on a busy machine, too");
        }
    }

    private static string Nested(string file)
    {
        const int Depth = 100_000;
        return Path.GetExtension(file) switch
        {
            ".json" => string.Concat(Enumerable.Repeat("{\"a\":", Depth)),
            ".toml" => "a = " + new string('[', Depth),
            ".xml" or ".csproj" => "<Project>" + string.Concat(Enumerable.Repeat("<a>", Depth))
                + string.Concat(Enumerable.Repeat("</a>", Depth)) + "</Project>",
            _ => "FROM " + string.Concat(Enumerable.Repeat("${A:-", Depth)),
        };
    }

    private static async Task ReadLayerAsync(Stream archive, CancellationToken cancellationToken)
    {
        using var layers = new LayerReader(new MeasureOptions());
        await layers.ReadAsync(archive, cancellationToken);
    }

    private static byte[] Archive(IEnumerable<string> names, string content = "")
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var name in names)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                    { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            }
        }

        return stream.ToArray();
    }

    private static ImageFile Held(string path, string content) =>
        new() { Path = path, Size = new ByteSize(content.Length), Content = Encoding.UTF8.GetBytes(content) };

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            buffer.Span.Fill((byte)'x');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
