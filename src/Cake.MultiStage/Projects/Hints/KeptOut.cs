using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// Files of the project that ship in no image unless they are named: what an ignore file or a default leaves out of the build, what holds
/// secrets by its name, and what version control leaves to each machine.
/// </summary>
internal sealed class KeptOut
{
    private readonly ProjectFolder _folder;
    private readonly IgnoreFile _docker;
    private readonly IgnoreFile _own;
    private readonly IgnoreFile _included;
    private readonly IgnoreFile _git;
    private readonly string _below;

    /// <param name="folder">The project's folder.</param>
    /// <param name="settings">The settings, which may bring some in.</param>
    /// <param name="ignored">What the ecosystem's tools leave.</param>
    public KeptOut(ProjectFolder folder, PresetSettings settings, IEnumerable<string> ignored)
    {
        _folder = folder;
        _own = folder.OwnIgnore();
        _docker = folder.Ignore(settings, ignored);
        _included = IgnoreFile.Parse(string.Join('\n', settings.Include));
        var above = folder.Has(".gitignore") ? folder : folder.Above(".gitignore");
        _below = above is null || above == folder ? "" : above.Described[..^folder.Described.Length];
        _git = Git(above?.ReadIfThere(".gitignore") ?? "");
    }

    /// <summary>Tells whether a file or folder stays out of the image.</summary>
    public bool Holds(string path) => _folder.HasFolder(path) && _folder.FilesBelow(path).ToList() is { Count: > 0 } files
        ? files.TrueForAll(HoldsFile) : HoldsFile(path);

    /// <summary>Returns the files of a folder that ships which are to stay out, and which the project's own ignore file lets in.</summary>
    public IReadOnlyList<string> Inside(string path) => !_folder.HasFolder(path) ? []
        : [.. _folder.FilesBelow(path).Where(file => IsPrivate(file) && !_own.IsIgnored(file))];

    /// <summary>Writes a path as a line of an ignore file.</summary>
    public static string Line(string path) => string.Concat(path.Select(character =>
        character is '*' or '?' or '[' or ']' or '\\' or '#' or '!' ? '?' : character));

    private bool HoldsFile(string path) => _docker.IsIgnored(path) || IsPrivate(path);

    private bool IsPrivate(string path) =>
        !_included.IsIgnored(path) && (ProgramFiles.IsSecret(path) || _git.IsIgnored(_below + path));

    /// <summary>Reads the rules of version control; one that is none is none of this (git's documentation, "gitignore").</summary>
    private static IgnoreFile Git(string text) => IgnoreFile.Parse(string.Join('\n', text.Split('\n').Select(Rule).OfType<string>()));

    private static string? Rule(string line)
    {
        var text = line.Trim();
        var back = text.StartsWith('!');
        var pattern = back ? text[1..] : text;
        // That folders are looked into brings none of their files back.
        if (pattern.Trim('/').Length == 0 || text[0] == '#' || (back && pattern.TrimEnd('/').TrimStart('/') is "*" or "**"))
        {
            return null;
        }

        var plain = pattern.TrimEnd('/');
        var rule = (back ? "!" : "") + (plain.Contains('/', StringComparison.Ordinal) ? plain.TrimStart('/') : "**/" + plain);
        try
        {
            IgnoreFile.Parse(rule);
            return rule;
        }
        catch (BuildContextException)
        {
            return null;
        }
    }
}
