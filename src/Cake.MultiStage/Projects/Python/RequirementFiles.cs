using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Python;

/// <summary>A file of requirements with all that it refers to (pip's documentation, "Requirements File Format").</summary>
internal sealed partial record RequirementFiles
{
    /// <summary>Gets the files, the one that was read first; paths are relative to the project's folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets what lies in the project's folder and is installed from there, or searched for packages.</summary>
    public required IReadOnlyList<string> Local { get; init; }

    /// <summary>Gets what lies outside of the project's folder.</summary>
    public required IReadOnlyList<string> Outside { get; init; }

    public required IReadOnlyList<Requirement> Packages { get; init; }

    /// <summary>Gets a value indicating whether the project's own package is among what they ask for.</summary>
    public bool HasOwn { get; init; }

    /// <summary>Gets a value indicating whether something is taken from a Git repository.</summary>
    public bool NeedsGit { get; init; }

    /// <exception cref="MultiStageException">A file that another names is missing.</exception>
    public static RequirementFiles Read(ProjectFolder folder, params IEnumerable<string> files)
    {
        List<string> all = [];
        List<string> paths = [];
        List<Requirement> packages = [];
        var (hasOwn, needsGit) = (false, false);
        Queue<(string File, string? By)> left = new(files.Select(file => (file, (string?)null)));
        while (left.TryDequeue(out var next))
        {
            var (file, by) = next;
            if (all.Contains(file, StringComparer.Ordinal))
            {
                continue;
            }

            if (!folder.Has(file))
            {
                throw new MultiStageException(
                    $"{by ?? folder.Path} refers to '{file}', which does not exist in '{folder.Path}'. Correct the reference.");
            }

            all.Add(file);
            foreach (var line in Lines(folder.Read(file)))
            {
                var option = Option().Match(line);
                var (name, value) = (option.Groups["name"].Value, option.Groups["value"].Value.Trim('"', '\''));
                if (name is "-r" or "--requirement" or "-c" or "--constraint")
                {
                    left.Enqueue((Relative(file, value), file));
                    continue;
                }

                if (name.Length > 0 && name is not ("-e" or "--editable" or "-f" or "--find-links"))
                {
                    continue;
                }

                var text = name.Length > 0 ? value : line;
                needsGit |= text.Contains("git+", StringComparison.Ordinal);
                if (PathOf(folder, text, isPath: name.Length > 0) is not { } path)
                {
                    if (Requirement.Parse(Named().Match(text) is { Success: true } egg ? egg.Groups["name"].Value : text) is { } package)
                    {
                        packages.Add(package);
                    }
                }
                else if (path == ".")
                {
                    hasOwn = true;
                }
                else
                {
                    paths.Add(path);
                }
            }
        }

        return new RequirementFiles
        {
            Files = [.. all.Where(file => !IsOutside(file))],
            Local = [.. paths.Where(path => !IsOutside(path)).Distinct(StringComparer.Ordinal)],
            Outside = [.. paths.Concat(all).Where(IsOutside).Distinct(StringComparer.Ordinal)],
            Packages = packages,
            HasOwn = hasOwn,
            NeedsGit = needsGit,
        };
    }

    private static bool IsOutside(string path) => PosixPath.Leaves(path);

    private static IEnumerable<string> Lines(string text) =>
        Continued().Replace(text, " ").Split('\n').Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0);

    /// <summary>Takes the path out of what is asked for; null where it is not a path.</summary>
    private static string? PathOf(ProjectFolder folder, string text, bool isPath)
    {
        var target = FileUrl().Match(text) is { Success: true } url ? url.Groups["path"].Value
            : text.Contains("://", StringComparison.Ordinal) ? null
            : isPath || text[0] is '.' || text.EndsWith(".whl", StringComparison.Ordinal)
                || (text.Contains('/', StringComparison.Ordinal) && (folder.Has(text) || folder.HasFolder(text))) ? text : null;
        if (target is null)
        {
            return null;
        }

        target = target.Split('[')[0].Split(';')[0].Split('#')[0].Trim();
        return target.StartsWith('/') ? null : Clean(target);
    }

    // The path of a file that another names counts from that one's folder; that of a package from pip's, the project's own.
    private static string Relative(string file, string path) => Clean(PosixPath.Join(PosixPath.FolderOf(file), path));

    private static string Clean(string path) => PosixPath.Clean(path) is { Length: > 0 } clean ? clean : ".";

    [GeneratedRegex(@"\A(?<name>--[a-z][a-z-]*|-[a-zA-Z])[=\s]*(?<value>\S*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Option();

    [GeneratedRegex(@"\A(\S+\s*@\s*)?file:(//)?(?<path>[^\s;]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileUrl();

    [GeneratedRegex(@"#egg=(?<name>[^&\s]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"\\\r?\n", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Continued();

    [GeneratedRegex(@"(^|\s)#.*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
