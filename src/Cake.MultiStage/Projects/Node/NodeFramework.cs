namespace Cake.MultiStage.Projects.Node;

/// <summary>What a framework's build makes.</summary>
internal enum NodeOutcome
{
    /// <summary>A program that answers requests.</summary>
    Server,

    /// <summary>Finished pages, which a web server serves.</summary>
    Site,

    /// <summary>Something that only runs elsewhere, as on a host of functions.</summary>
    Elsewhere,
}

/// <summary>A framework as the preset knows it: how it is recognised, and what its build makes.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Packages">The packages one of which shows its use.</param>
/// <param name="Outcome">What its build makes.</param>
internal sealed record NodeFramework(string Name, IReadOnlyList<string> Packages, NodeOutcome Outcome)
{
    /// <summary>Gets packages one of which has to be there as well.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Gets the names of its configuration.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>Gets a pattern that its configuration has to match; the group <c>output</c> is the folder that it names.</summary>
    public string? Says { get; init; }

    /// <summary>Gets a pattern that the script which builds has to match.</summary>
    public string? Builds { get; init; }

    /// <summary>Gets the command that builds it where no script does.</summary>
    public string? Build { get; init; }

    /// <summary>Gets the folder of its output where the configuration names none.</summary>
    public string Output { get; init; } = "";

    /// <summary>Gets the file that node runs; <c>{output}</c> is the folder of the output. Null for what the project says.</summary>
    public string? Entry { get; init; }

    /// <summary>Gets the program of a package that starts it, where that is not a file of the project.</summary>
    public string? Tool { get; init; }

    /// <summary>Gets packages that it needs when it starts, each by the file of the project that it needs it for.</summary>
    public IReadOnlyList<(string File, string Package)> Needs { get; init; } = [];

    /// <summary>Gets the arguments of that file or program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets a value indicating whether its own entry is taken before what the script <c>start</c> runs.</summary>
    public bool Starts { get; init; }

    /// <summary>Gets what ships, where that is not all of the folder: source and target, relative to it.</summary>
    public IReadOnlyList<(string Source, string Target)> Ships { get; init; } = [];

    /// <summary>Gets a value indicating whether its output holds the packages that it needs.</summary>
    public bool BringsPackages { get; init; }

    /// <summary>Gets what its build leaves that nobody needs when it runs.</summary>
    public IReadOnlyList<string> Leftovers { get; init; } = [];

    /// <summary>Gets the folders that it writes to, relative to the project.</summary>
    public IReadOnlyList<string> Writes { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the port that it listens on.</summary>
    public string? Port { get; init; }

    /// <summary>Gets a pattern that its configuration must not match.</summary>
    public string? SaysNot { get; init; }

    /// <summary>Gets a pattern whose group <c>output</c> is the folder that the configuration, or the script, puts the output in.</summary>
    public string? OutputSays { get; init; }

    /// <summary>Gets a pattern whose group <c>root</c> is the folder that it works in, as its script names it.</summary>
    public string? RootSays { get; init; }

    /// <summary>Gets a pattern whose group <c>base</c> is the path below which the pages expect to be served.</summary>
    public string? BaseSays { get; init; }

    /// <summary>Gets that path: empty, or as in <c>/docs</c>.</summary>
    public string Base { get; init; } = "";

    /// <summary>Gets a pattern, for nginx, of the paths of files whose names change with their content.</summary>
    public string? Hashed { get; init; }

    /// <summary>Gets the page that answers for all paths of a single-page app; null for pages of their own.</summary>
    public string? Fallback { get; init; }

    /// <summary>
    /// Gets a value indicating whether a page beside <c>index.html</c> shows that it is not a single-page app, and none that it is not a
    /// site.
    /// </summary>
    public bool CountsPages { get; init; }

    /// <summary>Gets the start of the names of variables that go from <c>.env</c> into its pages, which everybody sees.</summary>
    public string? PublicPrefix { get; init; }

    /// <summary>Gets a pattern by which the configuration asks for the history of the repository.</summary>
    public string? NeedsHistory { get; init; }

    /// <summary>Gets a value indicating whether it asks for it.</summary>
    public bool ReadsHistory { get; init; }

    /// <summary>Gets what would make the image better, or is to be done before it can be one.</summary>
    public string? Advice { get; init; }
}
