using System.Globalization;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>
/// The project files of a solution or workspace with very many folders. A <c>COPY</c> brings the files of one folder, and each makes a
/// layer, of which an image has at most 127: they are gathered in a stage of their own instead, and come from there as one tree.
/// BuildKit and the legacy builder both look at the content of what is copied between stages, so that a change of the source alone leaves
/// what follows in the cache.
/// </summary>
internal static class ManifestStage
{
    /// <summary>The name of the stage.</summary>
    public const string Name = "project-files";

    private const string Tree = "/" + Name;

    /// <summary>
    /// How many <c>COPY</c>s a stage has at most: the base image has layers too, and what builds has its own instructions.
    /// </summary>
    public const int MostCopies = 60;

    private const int MostNames = 20;

    /// <summary>Gathers what the stages of a preset copy, where that is more than an image can have in layers.</summary>
    public static Preset Gather(Preset preset)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        var gathered = preset with
        {
            Builder = Gather(preset.Builder, names),
            CrossBuilder = preset.CrossBuilder is { } cross ? Gather(cross, names) : null,
            Stages = [.. preset.Stages.Select(stage => Gather(stage, names))],
        };
        return names.Count == 0 ? preset : gathered with { Stages = [Gathering(preset.Builder.Base, names), .. gathered.Stages] };
    }

    /// <summary>Returns the way from a folder to the one that it counts from, as <c>COPY</c> takes it.</summary>
    /// <param name="below">The folder, with or without a slash at its end; nothing for none.</param>
    public static string Up(string below) =>
        PosixPath.Parts(below).Count() is > 0 and var depth ? string.Concat(Enumerable.Repeat("../", depth)) : "./";

    private static Stage Gathering(StageBase origin, IReadOnlyCollection<string> names) => Stage.From(origin)
        .Named(Name)
        .Workdir("/context")
        .Copy(".", ".")
        .Run(ShellWord.Sequence($"mkdir {Tree}",
            $@"find . -type f \( {string.Join(" -o ", Patterns(names).Select(name => $"-name {ShellWord.Quoted(name)}"))} \) "
            + $@"-exec cp --parents {{}} {Tree}/ \;"))
        .Because("The project files of all folders: one COPY per folder would be more layers than an image can have.")
        with { Reason = "Leaves the project files of everything that travels, so that a change of other files is not seen." };

    /// <summary>The names, those of one extension together where they are many.</summary>
    private static IEnumerable<string> Patterns(IReadOnlyCollection<string> names) => names.Count <= MostNames
        ? names.Select(Literal)
        : names.GroupBy(name => Path.GetExtension(name), StringComparer.Ordinal)
            .SelectMany(group => group.Key.Length > 1 && group.Count() > 1 ? ["*" + Literal(group.Key)] : group.Select(Literal));

    private static string Literal(string name) => string.Concat(name.Select(character => character is '*' or '?' or '[' or '\\'
        ? "\\" + character : character.ToString(CultureInfo.InvariantCulture)));

    private static Stage Gather(Stage stage, SortedSet<string> names)
    {
        var first = 0;
        while (first < stage.Instructions.Count)
        {
            CopyInstruction[] copies = [.. InPlace(stage.Instructions.Skip(first), out var below)];
            if (copies.Length > MostCopies)
            {
                names.UnionWith(copies.SelectMany(copy => copy.Sources).Select(PosixPath.NameOf));
                var one = new CopyInstruction([Tree + "/"], Up(below)) { From = Name, Reason = copies[0].Reason };
                return stage with
                {
                    Instructions = [.. stage.Instructions.Take(first), one, .. stage.Instructions.Skip(first + copies.Length)],
                };
            }

            first += copies.Length + 1;
        }

        return stage;
    }

    /// <summary>Takes the instructions that bring files of the context to the same places below the working directory.</summary>
    /// <param name="instructions">The instructions.</param>
    /// <param name="below">The folder of the context whose place the working directory is, with a slash at its end.</param>
    private static IEnumerable<CopyInstruction> InPlace(IEnumerable<Instruction> instructions, out string below)
    {
        CopyInstruction[] plain = [.. instructions.TakeWhile(IsPlain).Cast<CopyInstruction>()];
        var (own, target) = plain.Select(copy => (Folder(copy.Sources[0]), Target(copy)))
            .FirstOrDefault(pair => !PosixPath.Leaves(pair.Item2), ("", ""));
        var from = below = own.EndsWith(target, StringComparison.Ordinal) ? own[..^target.Length] : "";
        return plain.TakeWhile(copy =>
            copy.Sources.All(source => PosixPath.Rooted(from + Target(copy)) == PosixPath.Rooted(Folder(source))));
    }

    private static bool IsPlain(Instruction instruction) => instruction is CopyInstruction copy
        && copy == new CopyInstruction(copy.Sources, copy.Destination) { Reason = copy.Reason, Exclude = copy.Exclude, Files = copy.Files }
        && copy.Exclude.Count == 0 && copy.Files.Count == 0 && copy.Destination.EndsWith('/')
        && !copy.Sources.Any(source => PosixPath.NameOf(source) == "." || source.AsSpan().ContainsAny("*?[$"));

    private static string Folder(string source) => source[..(source.LastIndexOf('/') + 1)];

    private static string Target(CopyInstruction copy) => copy.Destination == "./" ? "" : copy.Destination;
}
