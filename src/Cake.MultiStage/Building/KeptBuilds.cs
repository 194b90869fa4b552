using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// Keeps what builds were made of and what came out, in a folder of the user's: by it a build says why it is needed, and an image that is
/// up to date knows its stages. Losing it costs these words and a look at the stages.
/// </summary>
/// <param name="folder">The folder; it is made when the first file is written.</param>
internal sealed class KeptBuilds(string folder)
{
    private const int Format = 1;
    private const long Largest = 64L << 20;
    private const int Most = 400;

    private readonly KeptFiles _files = new(folder, ".build", Largest, Most);

    /// <summary>Finds what the last build of the same description was made of.</summary>
    public Task<BuildInputs?> LastAsync(BuildRequest request, CancellationToken cancellationToken) =>
        _files.FindAsync(NameOf(request), ReadInputs, cancellationToken);

    /// <summary>Finds what a build with this fingerprint found out.</summary>
    public Task<KeptBuild?> FindAsync(Digest fingerprint, CancellationToken cancellationToken) =>
        _files.FindAsync(fingerprint.ToString(), ReadBuild, cancellationToken);

    /// <summary>Keeps what a build was made of.</summary>
    public Task KeepAsync(BuildRequest request, BuildInputs inputs, CancellationToken cancellationToken) =>
        _files.KeepAsync(NameOf(request), stream => Write(inputs, stream), cancellationToken);

    /// <summary>Keeps what a build found out.</summary>
    public Task KeepAsync(Digest fingerprint, KeptBuild build, CancellationToken cancellationToken) =>
        _files.KeepAsync(fingerprint.ToString(), stream => Write(build, stream), cancellationToken);

    /// <summary>What stays the same from one build of a description to the next: versions in tags do not.</summary>
    private static string NameOf(BuildRequest request) => string.Join('\n',
    [
        request.Name, request.ContextDirectory, request.IgnoreFileName, request.Target, string.Join(',', request.Platforms),
        .. request.Tags.Select(tag => tag.Repository).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ]);

    private static void Write(BuildInputs inputs, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(inputs.All.Count);
        foreach (var input in inputs.All)
        {
            writer.Write((byte)input.Kind);
            writer.Write(input.Name);
            writer.Write(input.Value);
        }
    }

    private static BuildInputs ReadInputs(Stream stream)
    {
        using var reader = Begin(stream);
        List<BuildInput> inputs = [];
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            inputs.Add(new BuildInput((BuildInputKind)reader.ReadByte(), reader.ReadString(), reader.ReadString()));
        }

        return new BuildInputs(inputs);
    }

    private static BinaryReader Begin(Stream stream)
    {
        var reader = new BinaryReader(stream, Encoding.UTF8);
        return reader.ReadInt32() == Format ? reader : throw new InvalidDataException("It is of another version.");
    }

    private static void Write(KeptBuild build, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(build.Stages.Count);
        foreach (var stage in build.Stages)
        {
            writer.Write(stage.Name);
            writer.Write(stage.Id?.ToString() ?? "");
            writer.Write(stage.AreSizesExact);
            writer.Write(stage.Layers?.Count ?? -1);
            foreach (var layer in stage.Layers ?? [])
            {
                writer.Write(layer.DiffId.ToString());
                writer.Write(layer.Size.Bytes);
            }
        }

        writer.Write(build.Findings.Count);
        foreach (var finding in build.Findings)
        {
            writer.Write(finding.Rule);
            writer.Write(finding.Text);
            writer.Write(finding.Address?.ToString() ?? "");
            writer.Write(finding.FirstLine ?? 0);
            writer.Write(finding.LastLine ?? 0);
        }
    }

    private static KeptBuild ReadBuild(Stream stream)
    {
        using var reader = Begin(stream);
        List<BuiltStage> stages = [];
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            stages.Add(ReadStage(reader));
        }

        List<BuildFinding> findings = [];
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            findings.Add(new BuildFinding(reader.ReadString(), reader.ReadString())
            {
                Address = Uri.TryCreate(reader.ReadString(), UriKind.Absolute, out var address) ? address : null,
                FirstLine = reader.ReadInt32() is > 0 and var first ? first : null,
                LastLine = reader.ReadInt32() is > 0 and var last ? last : null,
            });
        }

        return new KeptBuild(stages, findings);
    }

    private static BuiltStage ReadStage(BinaryReader reader)
    {
        var name = reader.ReadString();
        var id = Digest.TryParse(reader.ReadString(), out var digest) ? digest : null;
        var areExact = reader.ReadBoolean();
        var count = reader.ReadInt32();
        return new BuiltStage(name, "")
        {
            Id = id,
            AreSizesExact = areExact,
            Layers = count < 0 ? null
                : [.. Enumerable.Range(0, count).Select(_ => new BuiltLayer(Parse(reader.ReadString()), new ByteSize(reader.ReadInt64())))],
        };
    }

    private static Digest Parse(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new InvalidDataException("It is of another version.");
}

/// <summary>What a build found out that its image does not tell.</summary>
/// <param name="Stages">Its stages by name, as far as they were looked at.</param>
/// <param name="Findings">What the builder found about the Dockerfile.</param>
internal sealed record KeptBuild(IReadOnlyList<BuiltStage> Stages, IReadOnlyList<BuildFinding> Findings);
