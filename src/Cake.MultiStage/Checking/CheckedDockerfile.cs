using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Checking;

/// <summary>What rules over a Dockerfile look at: the file, what is asked of it, and what came of it where it was built.</summary>
/// <param name="File">The Dockerfile.</param>
internal sealed record CheckedDockerfile(Dockerfile File)
{
    public string? Target { get; init; }

    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets how the built image is run; <see langword="null"/> before a build.</summary>
    public ImageSettings? Settings { get; init; }

    /// <summary>Gets what stays out of the build context, as far as that is known.</summary>
    public IgnoreFile Ignored { get; init; } = IgnoreFile.Empty;

    /// <summary>Gets the stages that the target needs.</summary>
    public IEnumerable<Stage> Stages => File.StagesNeededBy(Target, BuildArguments);

    /// <summary>Makes it of a build that was done.</summary>
    public static CheckedDockerfile Of(BuildRecord record, ImageSettings settings) =>
        new(record.Dockerfile) { Target = record.Target, BuildArguments = record.BuildArguments, Settings = settings };

    /// <summary>Makes it of a build that is asked for.</summary>
    public static async Task<CheckedDockerfile> OfAsync(BuildRequest request, CancellationToken cancellationToken) =>
        new(request.Dockerfile)
    {
        Target = request.Target,
        BuildArguments = request.BuildArguments,
        Ignored = await IgnoreFile.LoadAsync(request.ContextDirectory, request.IgnoreFileName, cancellationToken),
    };

    public int IndexOf(Stage stage) => File.Stages.Index().First(other => ReferenceEquals(other.Item, stage)).Index;

    /// <summary>Gets the line of an instruction, or where there is none of its stage's <c>FROM</c>, as far as it was read.</summary>
    public int? LineOf(Stage stage, Instruction? instruction) =>
        PieceOf(stage, instruction)?.FirstLine;

    /// <summary>Says where a stage is, or where in it an instruction is, as far as that is known.</summary>
    public string Place(Stage stage, Instruction? instruction = null) =>
        instruction is not null && PieceOf(stage, instruction) is { } piece
            ? FormattableString.Invariant($"line {piece.FirstLine}")
            : File.Place(IndexOf(stage));

    private SourcePiece? PieceOf(Stage stage, Instruction? instruction)
    {
        var index = IndexOf(stage);
        return instruction is null ? File.PieceOf(index)
            : stage.Instructions.Index().FirstOrDefault(other => ReferenceEquals(other.Item, instruction)) is { Item: not null } found
            ? File.PieceOf(index, found.Index) : File.Source?.Of(instruction);
    }
}
