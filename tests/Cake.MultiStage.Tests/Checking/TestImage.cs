using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Imports;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Tests.Measuring;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>
/// An image of files in memory, looked at as one of an engine is: the same selectors, the same way from the command to the libraries.
/// </summary>
internal sealed record TestImage
{
    public const int Executable = 0b111_101_101;

    private static readonly IContentSelector[] Selectors = [new PackageContent(), new CheckedContent()];

    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly List<List<ImageFile>> _layers = [[]];

    public ImageSettings Settings { get; init; } = new() { Architecture = "amd64", User = "65532:65532", Entrypoint = ["/bin/app"] };

    /// <summary>Gets an image with a static program that has no finding of any rule.</summary>
    public static TestImage Sound => new TestImage().File("/bin/app", TestElf.Make(), Executable);

    public static MeasuredImage WithDockerfile(MeasuredImage measured, IReadOnlyList<ArgInstruction> arguments,
        IReadOnlyDictionary<string, string> given, params Stage[] stages) =>
        WithDockerfile(measured, new Dockerfile { Arguments = arguments, Stages = stages }, given);

    public static MeasuredImage WithDockerfile(MeasuredImage measured, Dockerfile dockerfile,
        IReadOnlyDictionary<string, string>? given = null)
    {
        var request = new BuildRequest { Dockerfile = dockerfile, ContextDirectory = "/",
            BuildArguments = given ?? new Dictionary<string, string>(StringComparer.Ordinal) };
        return measured with { Image = new BuiltImage { Record = request.ToRecord(new BuildContext("/", [])), Id = measured.Image.Id,
            Platform = measured.Image.Platform, Engine = measured.Image.Engine } };
    }

    public TestImage File(string path, byte[] content, int mode = 0b110_100_100, Func<ImageFile, ImageFile>? with = null)
    {
        _contents[path] = content;
        var file = new ImageFile
        {
            Path = path,
            Size = new ByteSize(content.Length),
            Mode = mode,
            Hash = content.Length == 0 ? null : new ContentHash(SHA256.HashData(content)),
            Content = content.AsMemory(0, Selectors.Max(selector => selector.BytesOf(path, content.Length, mode))),
            Contained = PackageScanTests.Scan(path, content, mode),
        };
        return Entry(with is null ? file : with(file));
    }

    public TestImage File(string path, string content = "", int mode = 0b110_100_100) => File(path, Encoding.UTF8.GetBytes(content), mode);

    public TestImage Folder(string path, int mode = Executable, long user = 0) =>
        Entry(new ImageFile { Path = path, Type = ImageFileType.Directory, Mode = mode, UserId = user, GroupId = user });

    public TestImage Link(string path, string target) =>
        Entry(new ImageFile { Path = path, Type = ImageFileType.SymbolicLink, LinkTarget = target });

    public TestImage Entry(ImageFile entry)
    {
        _layers[^1].Add(entry);
        return this;
    }

    public TestImage Layer()
    {
        _layers.Add([]);
        return this;
    }

    public TestImage Runs(params string[] command) => this with { Settings = Settings with { Entrypoint = command } };

    /// <summary>Follows what starts, as a check does.</summary>
    /// <param name="baseLayers">How many of the layers are the base's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CheckedImage> LookAsync(int baseLayers = 0, CancellationToken cancellationToken = default)
    {
        var measured = AnalysisTests.Image([.. _layers.Select(layer => layer.ToArray())]);
        measured = measured with { Base = baseLayers == 0 ? null : new MeasuredBase("debian:13", baseLayers, new ByteSize(1)) };
        if (baseLayers > 0)
        {
            measured =
                measured with { Layers = [.. measured.Layers.Select((layer, index) => layer with { IsFromBase = index < baseLayers })] };
        }

        var reader = new ProgramReader(ReadAsync);
        var programs = await new ProgramFollower(measured.Files, Settings, reader).FollowAsync(cancellationToken);
        var image = new CheckedImage(measured, Settings, programs) { CancellationToken = cancellationToken };
        return image with { Evidence = await new EvidenceReader(image, reader).ReadAsync(cancellationToken) };
    }

    /// <summary>Gives a file's content in pieces whose ends are anywhere.</summary>
    private Task ReadAsync(string path, Func<ReadOnlyMemory<byte>, bool> piece, CancellationToken cancellationToken)
    {
        const int Piece = 60_001;
        var content = _contents[path];
        for (var at = 0; at < content.Length && piece(content.AsMemory(at, Math.Min(Piece, content.Length - at))); at += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Task.CompletedTask;
    }
}
