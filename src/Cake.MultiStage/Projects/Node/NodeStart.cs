namespace Cake.MultiStage.Projects.Node;

/// <summary>How the program is started.</summary>
/// <param name="Origin">What says so, such as <c>the script 'start'</c>.</param>
internal sealed record NodeStart(string Origin)
{
    /// <summary>Gets the file that node runs, relative to the package; null where a tool or a shell does.</summary>
    public string? File { get; init; }

    /// <summary>Gets a value indicating whether Bun runs the file, and not node.</summary>
    public bool IsBun { get; init; }

    /// <summary>Gets the own flags of what runs the file.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Gets the program of a package that runs it, such as <c>next</c>.</summary>
    public string? Tool { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets what a shell runs, where only a shell can.</summary>
    public string? Shell { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the commands of the script that build, and so have run when the image is made.</summary>
    public IReadOnlyList<string> Building { get; init; } = [];

    /// <summary>Gets the programs of packages that it needs.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Gets a value indicating whether it serves development, as a watcher does, and not the image.</summary>
    public bool IsDevelopment { get; init; }

    /// <summary>Gets the words that are run, where no shell has to.</summary>
    public IReadOnlyList<string> Words => [Tool ?? (IsBun ? "bun" : "node"), .. Flags, .. File is null ? [] : new[] { File }, .. Arguments];

    /// <summary>Gets the command as the last of a shell's, whose process it becomes, so that signals reach it.</summary>
    public string Line => string.Join(' ', [
        Environment.Count > 0 ? "exec env"
            : "exec", .. Environment.Select(pair => $"{pair.Key}={ShellWord.Quoted(pair.Value)}"), .. Words.Select(ShellWord.Quoted)]);

    /// <summary>Gets a description, for people.</summary>
    public string Text => Shell is not null ? $"a shell runs '{Shell}'" : string.Join(' ', Words);
}
