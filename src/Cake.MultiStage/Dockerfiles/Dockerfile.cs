using System.Globalization;
using System.Text;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>A Dockerfile as data. Its <see cref="ToString"/> is the text: the same for the same data, byte for byte.</summary>
/// <example><code>
/// var file = new Dockerfile
/// {
///     Stages =
///     [
///         Stage.From("golang:1.21").Named("builder").Workdir("/src").Copy(".", ".").Run("go build -o /hello ."),
///         Stage.From(StageBase.Scratch).CopyFrom("builder", "/hello", "/hello").Entrypoint("/hello"),
///     ],
/// };
/// </code></example>
public sealed record Dockerfile
{
    /// <summary>Gets the frontend image, such as <c>docker/dockerfile:1</c>; <see langword="null"/> for the builder's own.</summary>
    public string? Syntax { get; init; }

    /// <summary>
    /// Gets what the builder's own checks are told, as <c># check=</c> says it: <c>skip=JSONArgsRecommended</c>; <see langword="null"/> for
    /// nothing.
    /// </summary>
    internal string? Check { get; init; }

    /// <summary>Gets the names that the description gives a meaning, and that are used like images.</summary>
    internal IReadOnlyCollection<string> ContextNames { get; init; } = [];

    /// <summary>Gets the text that the file was read from; what is still as it was read is written as it stood there.</summary>
    internal DockerfileSource? Source { get; init; }

    /// <summary>Gets the global arguments, which <c>FROM</c> can use.</summary>
    internal IReadOnlyList<ArgInstruction> Arguments { get; init; } = [];

    /// <summary>Gets the stages, in order.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Gets a value indicating whether the text carries a comment above each instruction that says why it is there.</summary>
    public bool Comments { get; init; }

    /// <summary>Gets the last stage: the one a build without a target makes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no stage.</exception>
    public Stage FinalStage => Stages[^1];

    /// <summary>Makes a Dockerfile of stages in any order: each is put after those it refers to, the given order otherwise kept.</summary>
    /// <param name="arguments">The global arguments.</param>
    /// <param name="stages">The stages; the last given stays last unless another refers to it.</param>
    /// <returns>The Dockerfile.</returns>
    internal static Dockerfile Create(IEnumerable<ArgInstruction> arguments, IEnumerable<Stage> stages)
    {
        ArgInstruction[] given = [.. arguments];
        return new() { Arguments = given, Stages = StageOrder.Sort([.. stages], given) };
    }

    /// <summary>Checks that Docker can build the file and will build what was described.</summary>
    /// <exception cref="DockerfileException">It cannot or would not; every problem is listed.</exception>
    public void Validate()
    {
        var problems = new DockerfileValidator(this).Problems();
        if (problems.Count > 0)
        {
            throw new DockerfileException(problems);
        }
    }

    /// <summary>
    /// Returns the file without what only BuildKit knows and a build can do without: cache and tmpfs mounts, <c>--link</c>, the syntax
    /// line, a platform that is the builder's own.
    /// </summary>
    /// <returns>The file for the legacy builder.</returns>
    /// <exception cref="DockerfileException">The file needs BuildKit; every reason is listed.</exception>
    internal Dockerfile ForLegacyBuilder() => new LegacyBuilderForm(this).Make();

    /// <summary>Returns the file for Podman's builder, with labels for the image that a stage makes.</summary>
    /// <param name="buildah">Buildah's version.</param>
    /// <param name="target">The stage's name or number; <see langword="null"/> for the last.</param>
    /// <param name="buildArguments">The build arguments.</param>
    /// <param name="labels">The labels.</param>
    /// <exception cref="DockerfileException">The file needs what that version doesn't have; every reason is listed.</exception>
    internal Dockerfile ForBuildah(Version buildah, string? target, IReadOnlyDictionary<string, string> buildArguments,
        IReadOnlyDictionary<string, string> labels) => new BuildahForm(this, buildah).Make(target, buildArguments, labels);

    /// <summary>Tells whether what a file was read from has a heredoc that became part of the command.</summary>
    internal bool IsWithHeredoc(Instruction instruction) =>
        instruction is RunInstruction { Command: ShellCommand { Text: var text } } && text.Contains('\n', StringComparison.Ordinal)
        && !ShellCommand.IsContinued(text) && Source?.Of(instruction) is not null;

    /// <summary>Returns what the build can read from the build context.</summary>
    /// <returns>The sources, distinct, in the order of the file.</returns>
    internal IReadOnlyList<ContextSource> ContextSources() => ContextSourceFinder.Find(Stages);

    /// <summary>Returns the images from outside that the file refers to.</summary>
    /// <param name="buildArguments">The build arguments.</param>
    /// <returns>The images as written, variables replaced; distinct, in the order of the file.</returns>
    internal IReadOnlyList<string> ImageBases(IReadOnlyDictionary<string, string> buildArguments)
    {
        ArgumentNullException.ThrowIfNull(buildArguments);
        return new ImageBaseFinder(this, buildArguments).Images(Enumerable.Range(0, Stages.Count));
    }

    /// <summary>Returns the images from outside that building one stage needs.</summary>
    /// <param name="buildArguments">The build arguments.</param>
    /// <param name="target">The stage's name or number; <see langword="null"/> for the last.</param>
    /// <returns>The images as written, variables replaced; distinct, in the order of the file.</returns>
    /// <exception cref="DockerfileException">There is no such stage.</exception>
    internal IReadOnlyList<string> ImageBases(IReadOnlyDictionary<string, string> buildArguments, string? target)
    {
        ArgumentNullException.ThrowIfNull(buildArguments);
        var finder = new ImageBaseFinder(this, buildArguments);
        return finder.Images(finder.Needed(target));
    }

    /// <summary>Returns the text: <c>\n</c> line ends, the last line ended too.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="DockerfileException">The file has problems; see <see cref="Validate"/>.</exception>
    public override string ToString() => Render().Text;

    /// <summary>Says for each instruction why it is there, in a line below it.</summary>
    /// <returns>The text, to be read, not built.</returns>
    /// <exception cref="DockerfileException">The file has problems; see <see cref="Validate"/>.</exception>
    public string Explain()
    {
        var text = new StringBuilder();
        foreach (var stage in (this with { Comments = false }).Render().Lines.Where(line => line.StageIndex >= 0)
            .GroupBy(line => line.StageIndex))
        {
            text.Append(text.Length == 0 ? "" : "\n");
            foreach (var line in stage)
            {
                text.Append(line.Text)
                    .Append("\n    ")
                    .Append(InstructionReasons.Of(Stages[line.StageIndex], line.Instruction))
                    .Append('\n');
            }
        }

        return text.ToString();
    }

    internal DockerfileText Render()
    {
        Validate();
        return new DockerfileWriter(this).Write();
    }

    /// <summary>Writes what one stage needs; blank lines stand in place of the other stages, so that every line keeps its number.</summary>
    internal DockerfileText Render(string? target, IReadOnlyDictionary<string, string> buildArguments)
    {
        Validate();
        var graph = new StageGraph(Stages);
        if (Enumerable.Range(0, Stages.Count)
            .SelectMany(graph.References)
            .Any(reference => graph.IndexOf(reference) < 0 && int.TryParse(reference, CultureInfo.InvariantCulture, out _)))
        {
            // Stages referred to by number keep their numbers only among all others.
            return new DockerfileWriter(this).Write();
        }

        return new DockerfileWriter(this).Write(new ImageBaseFinder(this, buildArguments).Needed(target).ToHashSet());
    }

    internal IReadOnlyList<Stage> StagesNeededBy(string? target, IReadOnlyDictionary<string, string> buildArguments) =>
        [.. new ImageBaseFinder(this, buildArguments).Needed(target).Select(index => Stages[index])];

    /// <summary>Returns the file with other images from outside; stages and scratch stay.</summary>
    internal Dockerfile WithImages(IReadOnlyDictionary<string, string> buildArguments,
        Func<Images.ImageReference, Images.ImageReference> change) =>
        new BaseImageRewriter(this, buildArguments, change).Rewrite();

    /// <summary>
    /// Returns the images from outside that building one stage needs, each with the place of the stage that refers to it.
    /// </summary>
    internal IReadOnlyList<(int Stage, string Image)> ImagesByStage(IReadOnlyDictionary<string, string> buildArguments, string? target)
    {
        var finder = new ImageBaseFinder(this, buildArguments);
        return [.. finder.Needed(target).SelectMany(stage => finder.Images([stage]).Select(image => (stage, image)))];
    }

    /// <summary>Returns the image that a stage grows from, through the stages between; <see langword="null"/> for scratch.</summary>
    internal string? RootImage(IReadOnlyDictionary<string, string> buildArguments, string? target) =>
        new ImageBaseFinder(this, buildArguments).RootOf(target);

    /// <summary>Returns the place of the stage that a target names, by name or by number, or -1.</summary>
    internal int IndexOf(string target) => new StageGraph(Stages).IndexOfReference(target);

    /// <summary>
    /// Finds the lines of a stage's FROM in the text that the file was read from, also where it has another image since.
    /// </summary>
    internal SourcePiece? PieceOf(int stage) =>
        Source?.Of(Stages[stage])
            ?? (Source?.Froms is { } froms && froms.Count == Stages.Count && froms[stage].From!.Name == Stages[stage].Name
                ? froms[stage] : null);

    /// <summary>Finds the lines of an instruction, also where it takes files from another image since.</summary>
    internal SourcePiece? PieceOf(int stage, int instruction)
    {
        var (of, found) = (Stages[stage], Stages[stage].Instructions[instruction]);
        if (Source?.Of(found) is { } exact)
        {
            return exact;
        }

        var read = PieceOf(stage) is not { } from ? [] : Source!.Pieces.SkipWhile(piece => piece != from).Skip(1)
            .TakeWhile(piece => piece.From is null)
            .SelectMany(piece => piece.Instructions.Select(one => (Piece: piece, one.Keyword))).ToList();
        return read.Count == of.Instructions.Count && read[instruction].Keyword == found.Keyword ? read[instruction].Piece : null;
    }

    /// <summary>Says where a stage begins: in a file that was read by its line.</summary>
    internal string Place(int stage) =>
        PieceOf(stage) is { } piece
            ? $"line {Words.Number(piece.FirstLine)} ({Words.Show(Stages[stage].ToString())})"
            : DockerfileValidator.Place(Stages, stage);

    /// <summary>Says where an instruction stands: in a file that was read by its line.</summary>
    internal string Place(int stage, int instruction) =>
        Stages[stage].Instructions[instruction] is var found && PieceOf(stage, instruction) is { } piece
            ? $"line {Words.Number(piece.FirstLine)} ({found.Keyword})"
        : DockerfileValidator.Place(Place(stage), found, instruction);

    /// <summary>Returns every problem that keeps the file from being built; empty where there is none.</summary>
    internal IReadOnlyList<string> Problems() => new DockerfileValidator(this).Problems();

    /// <summary>Returns what a stage starts from, variables replaced.</summary>
    internal string ExpandBase(Stage stage, IReadOnlyDictionary<string, string> buildArguments) =>
        new ImageBaseFinder(this, buildArguments).BaseOf(stage);
}
