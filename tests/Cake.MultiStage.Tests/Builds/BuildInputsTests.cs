using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Builds;

/// <summary>All that decides what a build makes is in its fingerprint, and each change of it is told in a few words.</summary>
public sealed class BuildInputsTests
{
    private static readonly HashedFile Program =
        new(new ContextFile("src/a.go", "/x/src/a.go", ContextFileKind.File, 5, (UnixFileMode)0b110_100_100, LinkTarget: null), "aa", null);

    private static readonly Dictionary<string, string> Bases = new(StringComparer.Ordinal) { ["golang:1.25"] = "sha256:1" };

    private static readonly BuildRequest Request = new()
    {
        Dockerfile = Building("go build"),
        ContextDirectory = "/x",
        BuildArguments = Values("VERSION", "1.4"),
        Labels = Values("team", "a"),
    };

    private static readonly string[] Everything =
    [
        "src/a.go is new", "the Dockerfile is new", "base golang:1.25 is new", "argument VERSION is new: 1.4", "label team is new: a",
    ];

    [Test]
    public void Each_change_makes_another_image_and_says_what_it_is()
    {
        (BuildInputs Inputs, string Told)[] changes =
        [
            (Of(file: Program with { Hash = "bb" }), "src/a.go changed"),
            (Of(file: Program with { File = Program.File with { Mode = (UnixFileMode)0b111_101_101 } }),
                "src/a.go: permissions 644 → 755"),
            (Of(file: Program with { File = Program.File with { Kind = ContextFileKind.SymbolicLink, LinkTarget = "b" } }),
                "src/a.go changed"),
            (Of(Request with { Dockerfile = Building("go build -race") }),
                "the Dockerfile changed (line 2: RUN go build -race)"),
            (Of(bases: new(StringComparer.Ordinal) { ["golang:1.25"] = "sha256:2" }), "base golang:1.25 moved"),
            (Of(Request with { BuildArguments = Values("VERSION", "1.5") }), "argument VERSION: 1.4 → 1.5"),
            (Of(Request with { BuildArguments = Values("VERSION", "") }), "argument VERSION: 1.4 → nothing"),
            (Of(Request with { Labels = Values("team", "b") }), "label team: a → b"),
            (Of(Request with { Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["npm"] = default } }),
                "secret npm is new"),
            (Of(Request with { Platforms = [new Platform("linux", "arm64")] }), "platform: linux/amd64 → linux/arm64"),
            (Of(Request with { Network = "host" }), "network: nothing → host"),
            (Of(Request with { RecordBaseImages = true }), "record of base images: off → on"),
            (Of(builder: BuilderKind.Legacy), "builder: BuildKit → Legacy"),
        ];
        Assert.That(changes.Select(change => string.Join('|', change.Inputs.DifferencesFrom(Of()))),
            Is.EqualTo(changes.Select(change => change.Told)));
        Assert.That(changes.Select(change => change.Inputs.Fingerprint()).Append(Of().Fingerprint()).Distinct().Count(),
            Is.EqualTo(changes.Length + 1));
    }

    [Test]
    public void What_is_new_and_what_is_gone_is_told_files_first()
    {
        var nothing = new BuildInputs([]);
        Assert.That(Of().DifferencesFrom(nothing).Take(Everything.Length), Is.EqualTo(Everything));
        Assert.That(nothing.DifferencesFrom(Of())[0], Is.EqualTo("src/a.go is gone"));
    }

    [Test]
    public void The_same_is_the_same_whatever_the_order_the_folder_the_comments_and_the_commit()
    {
        var same = Of(
            Request with
            {
                ContextDirectory = "/elsewhere",
                Dockerfile = Request.Dockerfile with { Comments = true },
                Labels = Values("team", "a", "org.opencontainers.image.revision", "1234"),
                OriginLabels = new HashSet<string>(StringComparer.Ordinal) { "org.opencontainers.image.revision" },
            },
            Program with { File = Program.File with { FullPath = "/elsewhere/src/a.go", Modified = DateTime.UtcNow } });
        var with = same with { All = [.. same.All.Where(input => input.Name != "origin labels").Reverse()] };
        var without = Of() with { All = [.. Of().All.Where(input => input.Name != "origin labels")] };
        Assert.That(with.Fingerprint(), Is.EqualTo(without.Fingerprint()));
        Assert.That(with.DifferencesFrom(without), Is.Empty);
    }

    [Test]
    public void A_value_of_a_secret_is_in_no_input() => Assert.That(
        string.Join('\n', Of(Request with
        {
            Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["npm"] = "s3cret-value"u8.ToArray() },
        }).All), Does.Contain("npm").And.Not.Contain("s3cret"));

    [TestCase("https://example.com/tool.tgz", null, true)]
    [TestCase("https://example.com/tool.tgz", "sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [TestCase("git@github.com:team/tool.git", null, true)]
    [TestCase("$TOOL", null, true)]
    [TestCase("tool.tgz", null, false)]
    public void What_an_ADD_fetches_is_known_by_its_checksum_alone(string source, string? checksum, bool isUnknowable)
    {
        var stage = Stage.From("alpine") with { Instructions = [new AddInstruction([source], "/") { Checksum = checksum }] };
        var raw = Stage.From("alpine") with
        {
            Instructions = [new RawInstruction($"ADD {(checksum is null ? "" : $"--checksum={checksum} ")}{source} /")],
        };
        foreach (var file in (Stage[])[stage, raw])
        {
            Assert.That(Unknowable.Of(Request with { Dockerfile = new Dockerfile { Stages = [file] } }, []),
                isUnknowable ? Does.Contain(source).And.Contain("--checksum") : Is.Null);
        }
    }

    [Test]
    public void An_argument_that_looks_like_a_secret_is_told_to_be_one() =>
        Assert.That(Unknowable.Of(Request, ["NPM_TOKEN"]), Does.Contain("NPM_TOKEN").And.Contain("--mount=type=secret"));

    [Test]
    public async Task What_is_kept_of_builds_comes_back_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var kept = new KeptBuilds(folder.Path);
        var tagged = Request with { Tags = [ImageReference.Parse("shop/web:1.4")] };
        var build = new KeptBuild(
            [
                new BuiltStage("builder", "")
                {
                    Id = Of().Fingerprint(), AreSizesExact = true, Layers = [new BuiltLayer(Of().Fingerprint(), new ByteSize(5))],
                },
                new BuiltStage("final", ""),
            ],
            [new BuildFinding("Rule", "Text") { Address = new Uri("https://example.com/x"), FirstLine = 3 }]);
        await kept.KeepAsync(tagged, Of(), CancellationToken.None);
        await kept.KeepAsync(Of().Fingerprint(), build, CancellationToken.None);

        var next = tagged with { Tags = [ImageReference.Parse("shop/web:1.5")] };
        Assert.That((await kept.LastAsync(next, CancellationToken.None))!.All, Is.EqualTo(Of().All));
        Assert.That(await kept.LastAsync(next with { Target = "test" }, CancellationToken.None), Is.Null);
        Assert.That(await kept.LastAsync(next with { Name = "another of the same folder" }, CancellationToken.None), Is.Null);
        var found = await kept.FindAsync(Of().Fingerprint(), CancellationToken.None);
        Assert.That(found!.Findings, Is.EqualTo(build.Findings));
        Assert.That(found.Stages.Select(stage => (stage.Name, stage.Id, stage.AreSizesExact, stage.Size)),
            Is.EqualTo(build.Stages.Select(stage => (stage.Name, stage.Id, stage.AreSizesExact, stage.Size))));

        foreach (var file in Directory.GetFiles(folder.Path))
        {
            await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^1]);
        }

        Assert.That(await kept.LastAsync(next, CancellationToken.None), Is.Null);
        Assert.That(await kept.FindAsync(Of().Fingerprint(), CancellationToken.None), Is.Null);
    }

    private static Dockerfile Building(string command) => new() { Stages = [Stage.From("golang:1.25").Run(command)] };

    private static BuildInputs Of(
        BuildRequest? request = null, HashedFile? file = null, Dictionary<string, string>? bases = null,
        BuilderKind builder = BuilderKind.BuildKit) =>
        BuildInputs.Of(request ?? Request, new ContextContents([file ?? Program]), bases ?? Bases, builder,
            new Platform("linux", "amd64"));

    private static Dictionary<string, string> Values(params string[] pairs) =>
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
