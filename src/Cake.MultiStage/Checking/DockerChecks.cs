using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Docker's own build checks. An engine from 27 on has BuildKit tell its findings with a build: they are taken as they come, and the rules
/// of this library step back where it has said the same.
/// </summary>
internal static class DockerChecks
{
    // A file may name them in any casing.
    private static readonly string[] Names =
    [
        "StageNameCasing", "FromAsCasing", "NoEmptyContinuation", "ConsistentInstructionCasing", "DuplicateStageName", "ReservedStageName",
        "MaintainerDeprecated", "UndefinedArgInFrom", "WorkdirRelativePath", "UndefinedVar", "LegacyKeyValueFormat",
        "InvalidBaseImagePlatform", "RedundantTargetPlatform", "InvalidDefaultArgInFrom", "CopyIgnoredFile", "InvalidDefinitionDescription",
        "ExposeProtoCasing", "ExposeInvalidFormat",
    ];

    private static readonly Dictionary<string, string> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["JSONArgsRecommended"] = "dockerfile-json-args",
        ["MultipleInstructionsDisallowed"] = "dockerfile-multiple-instructions",
        ["SecretsUsedInArgOrEnv"] = "dockerfile-secrets-in-arg-or-env",
        ["FromPlatformFlagConstDisallowed"] = "dockerfile-from-platform-flag-const",
    };

    /// <summary>
    /// Gets the ids of checks that no rule over an image makes: of files that the context lacks, and of what BuildKit alone looks at.
    /// </summary>
    public static IReadOnlyList<string> Ids { get; } = [IdOf("CopyIgnoredFile"), IdOf("InvalidBaseImagePlatform"),
        IdOf("InvalidDefinitionDescription")];

    /// <summary>Returns the id of a check here: <c>dockerfile-from-as-casing</c> for <c>FromAsCasing</c>.</summary>
    public static string IdOf(string rule)
    {
        if (Short.TryGetValue(rule, out var id))
        {
            return id;
        }

        rule = Names.FirstOrDefault(name => name.Equals(rule, StringComparison.OrdinalIgnoreCase)) ?? rule;
        var text = new StringBuilder("dockerfile");
        for (var i = 0; i < rule.Length; i++)
        {
            text.Append(i == 0 || (char.IsAsciiLetterUpper(rule[i]) && !char.IsAsciiLetterUpper(rule[i - 1])) ? "-" : "");
            text.Append(char.IsAsciiLetterOrDigit(rule[i]) ? char.ToLowerInvariant(rule[i]).ToString() : "");
        }

        return text.ToString();
    }

    /// <summary>
    /// Puts BuildKit's findings in the place of those that say the same, and leaves out what the file itself has skipped.
    /// </summary>
    public static IEnumerable<Finding> With(IReadOnlyList<BuildFinding> theirs, IEnumerable<Finding> ours, Dockerfile? file)
    {
        var skipped = Skipped(file?.Check).ToHashSet(StringComparer.Ordinal);
        List<Finding> taken = [.. theirs.Where(finding => finding.Rule.Length > 0).Select(Taken)];
        return ours.Where(
            finding => !IsIn(skipped, finding.Rule)
                && !taken.Exists(one => one.Rule == finding.Rule)
                && !(finding.Line is { } line && IsIn(SkippedAt(line, file), finding.Rule)))
            .Concat(taken);
    }

    private static bool IsIn(HashSet<string> skipped, string rule) =>
        skipped.Contains(rule) || (skipped.Contains("all") && IsDockers(rule));

    /// <summary>
    /// Gets what a comment above an instruction has skipped for it alone, as in <c># check=skip=A // why</c>.
    /// </summary>
    private static HashSet<string> SkippedAt(int line, Dockerfile? file)
    {
        if (file?.Source is not { } source || !source.Pieces.Any(piece => piece.FirstLine == line))
        {
            return [];
        }

        var comments = CommentsAbove(line, source);
        var check = comments.Select(comment => comment.Split('=', 2))
            .FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim().Equals("check", StringComparison.OrdinalIgnoreCase));
        return check is null ? [] : [.. Skipped(check[1].Trim().Split(' ')[0])];
    }

    /// <summary>Gets the comments above an instruction as BuildKit takes them: since that before, or since an empty comment.</summary>
    public static IReadOnlyList<string> CommentsAbove(int line, DockerfileSource source)
    {
        var before = source.Pieces.Where(piece => piece.Text.Length > 0 && piece.LastLine < line).Max(piece => (int?)piece.LastLine) ?? 0;
        List<string> comments = [];
        foreach (var text in source.Lines.Skip(before).Take(line - 1 - before).Select(text => text.Trim()))
        {
            if (text == "#")
            {
                comments.Clear();
            }
            else if (text.StartsWith('#'))
            {
                comments.Add(text[1..].Trim());
            }
        }

        return comments;
    }

    /// <summary>Says whether a file asks for a check that is an experiment of Docker's.</summary>
    public static bool IsAsked(string rule, Dockerfile file) =>
        Named(file.Check, "experimental").Any(name => name == "all" || name == IdOf(rule));

    private static Finding Taken(BuildFinding finding) => new(
        IdOf(finding.Rule),
        FindingLevel.Warning,
        Sentence(finding.Text, finding.FirstLine is { } line ? FormattableString.Invariant($", in line {line} of the Dockerfile") : ""),
        finding.Address is null ? "Docker's documentation says how." : $"See {finding.Address} .")
    {
        Reason = $"BuildKit's own build check {finding.Rule} says so.",
        Address = finding.Address,
        Line = finding.FirstLine,
    };

    private static string Sentence(string text, string place) => text.TrimEnd('.') + place + ".";

    // 'dockerfile-base-tag' is not a check of Docker's.
    private static bool IsDockers(string rule) => rule.StartsWith("dockerfile-", StringComparison.Ordinal) && rule != "dockerfile-base-tag";

    /// <summary>Reads <c># check=skip=A,B;error=true</c>.</summary>
    private static IEnumerable<string> Skipped(string? check) => Named(check, "skip");

    private static IEnumerable<string> Named(string? check, string option) =>
        (check ?? "").Split(';').Select(part => part.Split('=', 2)).Where(part => part is [var name, _] && name.Trim() == option)
            .SelectMany(part => part[1].Split(','))
            .Select(name => name.Trim())
            .Select(name => name.Equals("all", StringComparison.OrdinalIgnoreCase) ? "all" : IdOf(name));
}
