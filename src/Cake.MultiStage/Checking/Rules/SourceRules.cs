using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A rule over a Dockerfile that was read: what it looks for can't be described, or is refused before a build.</summary>
internal abstract class SourceRule(string id, FindingLevel level, string reason) : DockerfileRule(id, level, reason)
{
    public sealed override IEnumerable<Finding> Check(CheckedDockerfile file) => file.File.Source is { } source ? Check(file, source) : [];

    protected abstract IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source);

    protected sealed override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage) => [];

    protected Finding FoundAt(SourcePiece piece, string message, string fix) =>
        Found(FormattableString.Invariant($"{message}, in line {piece.FirstLine}."), fix,
            instruction: piece.Text) with { Line = piece.FirstLine };
}

/// <summary>How a word is written; what has no casing is both.</summary>
internal static class Casing
{
    public static bool IsSmall(string word) => !word.Any(char.IsUpper);

    public static bool IsCapital(string word) => !word.Any(char.IsLower);
}

/// <summary>Stages have names in small letters.</summary>
internal sealed class StageNameIsSmall()
    : SourceRule("dockerfile-stage-name-casing", FindingLevel.Warning,
        "Names in small letters tell stages from keywords (Docker's StageNameCasing).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        source.Pieces.Where(piece => piece.From?.Name is { } name && !Casing.IsSmall(name))
            .Select(
                piece => FoundAt(piece, $"The stage name '{piece.From!.Name}' has capital letters",
                    $"Write '{piece.From.Name!.ToLowerInvariant()}', here and where it is used."));
}

/// <summary><c>FROM</c> and <c>AS</c> are written alike.</summary>
internal sealed class AsIsLikeFrom()
    : SourceRule("dockerfile-from-as-casing", FindingLevel.Warning, "Keywords in one casing are easier to read (Docker's FromAsCasing).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source)
    {
        foreach (var piece in source.Pieces.Where(piece => piece.From?.Name is not null))
        {
            var words = NameValues.Spaced(piece.Text);
            var (from, named) = (words[0], words[^2]);
            var isSmall = Casing.IsSmall(from);
            if ((isSmall || Casing.IsCapital(from)) && !(isSmall ? Casing.IsSmall(named) : Casing.IsCapital(named)))
            {
                yield return FoundAt(piece, $"'{from}' and '{named}' are written differently", $"Write '{(isSmall ? "as" : "AS")}'.");
            }
        }
    }
}

/// <summary>Keywords are written alike.</summary>
internal sealed class KeywordsAreAlike()
    : SourceRule("dockerfile-consistent-instruction-casing", FindingLevel.Warning,
        "Keywords in one casing are easier to read (Docker's ConsistentInstructionCasing).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source)
    {
        var keywords = source.Pieces.Where(piece => piece.Text.Length > 0)
            .Select(piece => (Piece: piece, Keyword: NameValues.Spaced(piece.Text)[0]))
            .ToList();
        var small = keywords.Count(one => Casing.IsSmall(one.Keyword));
        var isSmall = small > keywords.Count(one => Casing.IsCapital(one.Keyword));
        return keywords.Where(one => !(isSmall ? Casing.IsSmall(one.Keyword) : Casing.IsCapital(one.Keyword)))
            .Select(
                one => FoundAt(one.Piece,
                    $"'{one.Keyword}' is not in {(isSmall ? "small" : "capital")} letters as most keywords of the file are",
                    "Write all keywords in one casing."));
    }
}

/// <summary>An instruction that goes on has no blank line in it.</summary>
internal sealed class NoBlankContinuation()
    : SourceRule("dockerfile-no-empty-continuation", FindingLevel.Warning,
        "A later version of the Dockerfile syntax refuses blank lines there (Docker's NoEmptyContinuation).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        source.Pieces.Where(piece => piece.HasBlankLine)
            .Select(piece => FoundAt(piece, "A blank line is in the middle of an instruction", "Take it out, or make a comment of it."));
}

/// <summary>No two stages have one name.</summary>
internal sealed class StageNamesDiffer()
    : SourceRule("dockerfile-duplicate-stage-name", FindingLevel.Warning,
        "Of two stages of one name the later one is meant from there on (Docker's DuplicateStageName).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        source.Pieces.Where(piece => piece.From?.Name is not null)
            .GroupBy(piece => piece.From!.Name, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group.Skip(1))
            .Select(piece => FoundAt(piece, $"An earlier stage is called '{piece.From!.Name}', too", "Rename one."));
}

/// <summary>No stage has a name that means something else.</summary>
internal sealed class StageNameIsFree()
    : SourceRule("dockerfile-reserved-stage-name", FindingLevel.Warning,
        "The name 'scratch' is the empty base's and 'context' the build context's (Docker's ReservedStageName).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        source.Pieces.Where(piece => piece.From?.Name?.ToLowerInvariant() is "scratch" or "context")
            .Select(piece => FoundAt(piece, $"The stage name '{piece.From!.Name}' is reserved", "Rename the stage."));
}

/// <summary><c>FROM</c> uses arguments that are declared before it.</summary>
internal sealed class BaseArgumentsAreDeclared()
    : SourceRule("dockerfile-undefined-arg-in-from", FindingLevel.Warning,
        "An argument that is not declared before the first FROM is empty there (Docker's UndefinedArgInFrom).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        from piece in source.Pieces
        where piece.From is not null
        from name in VariableText.Read(piece.From!.Base is ArgumentBase argument ? argument.Expression : "").Names.Concat(
            VariableText.Read(piece.From!.Platform ?? "").Names).Distinct(StringComparer.Ordinal)
        where !DockerfileValidator.IsPlatformArgument(name) && file.File.Arguments.All(argument => argument.Name != name)
        select FoundAt(piece, $"FROM uses ${name}, which is not an argument declared before the first FROM",
            $"Declare it there: ARG {name}=….");
}

/// <summary>A relative working folder stands on one that is known.</summary>
internal sealed class WorkdirIsAbsolute()
    : SourceRule("dockerfile-workdir-relative-path", FindingLevel.Warning,
        "Where a relative WORKDIR leads is up to the base image (Docker's WorkdirRelativePath).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source)
    {
        foreach (var stage in file.Stages)
        {
            var isSet = StageChain.Of(file.File, Words.Number(file.IndexOf(stage)), file.BuildArguments)
                .Skip(1)
                .SelectMany(earlier => earlier.Instructions)
                .OfType<WorkdirInstruction>()
                .Any();
            foreach (var folder in stage.Instructions.OfType<WorkdirInstruction>())
            {
                if (!isSet
                    && !folder.Path.StartsWith('/')
                    && !folder.Path.StartsWith('$')
                    && !folder.Path.Contains(':', StringComparison.Ordinal)
                    && source.Of(folder) is { } piece)
                {
                    yield return FoundAt(piece, $"WORKDIR '{folder.Path}' is relative, and no WORKDIR comes before it",
                        "Make it absolute.");
                }

                isSet = true;
            }
        }
    }
}

/// <summary>Values follow an equals sign.</summary>
internal sealed class ValuesHaveEquals()
    : SourceRule("dockerfile-legacy-key-value-format", FindingLevel.Warning,
        "The old form 'ENV name value' takes the rest of the line for the value (Docker's LegacyKeyValueFormat).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        source.Pieces.Where(
            piece => FlagReader.Keyword(piece.Text) is ("ENV" or "LABEL", var rest)
                && NameValues.Quoted(rest, source.Escape) is [var first, ..]
                && !first.Contains('=', StringComparison.Ordinal))
            .Select(
                piece => FoundAt(piece, $"{FlagReader.Keyword(piece.Text).Keyword} has a name and a value with a space between them",
                    "Write NAME=value."));
}

/// <summary>The protocols of ports are written in small letters.</summary>
internal sealed class ProtocolIsSmall()
    : SourceRule("dockerfile-expose-proto-casing", FindingLevel.Warning,
        "Protocols are written in small letters (Docker's ExposeProtoCasing).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        from piece in source.Pieces
        from port in piece.Instructions.OfType<ExposeInstruction>().Select(expose => expose.Port)
        let slash = port.LastIndexOf('/')
        where slash > 0 && port[slash..] is var protocol && !protocol.Contains('}', StringComparison.Ordinal) && !Casing.IsSmall(protocol)
        select FoundAt(piece, $"The protocol of '{port}' has capital letters",
            $"Write '{port[..slash]}{port[slash..].ToLowerInvariant()}'.");
}

/// <summary><c>EXPOSE</c> names ports alone.</summary>
internal sealed class PortIsPort()
    : SourceRule("dockerfile-expose-invalid-format", FindingLevel.Warning,
        "Where a port is reached on the host is said when a container is run (Docker's ExposeInvalidFormat).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, DockerfileSource source) =>
        from piece in source.Pieces
        from port in piece.Instructions.OfType<ExposeInstruction>().Select(expose => expose.Port)
        where port.Contains(':', StringComparison.Ordinal) && !port.Contains('$', StringComparison.Ordinal)
        select FoundAt(piece, $"EXPOSE names '{port}', an address or a port of the host", "Name the container's port alone.");
}
