using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>How the pages of a site are made, whatever makes them.</summary>
/// <param name="Folder">The folder that the build context belongs to.</param>
/// <param name="Name">The site's name, in any spelling.</param>
/// <param name="Builder">The stage that makes them.</param>
/// <param name="Output">The absolute path of the finished pages in it.</param>
internal sealed record SiteBuild(ProjectFolder Folder, string Name, Stage Builder, string Output)
{
    /// <summary>Gets the folder of the site itself, where that is one below.</summary>
    public required ProjectFolder Own { get; init; }

    /// <summary>Gets where that folder is in the builder.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets the path that the pages expect to be served below: empty, or as in <c>/docs</c>.</summary>
    public string Base { get; init; } = "";

    /// <summary>Gets the page that answers for all paths of a single-page app; null for pages of their own.</summary>
    public string? Fallback { get; init; }

    /// <summary>Gets a pattern, for nginx, of the paths of files whose names change with their content.</summary>
    public string? Hashed { get; init; }

    /// <summary>Gets a value indicating whether all its text is UTF-8, also where a page does not say so.</summary>
    public bool IsUnicode { get; init; } = true;

    /// <summary>Gets a value indicating whether the build leaves compressed files beside the others.</summary>
    public bool IsCompressed { get; init; }

    public required DevelopmentSteps Development { get; init; }

    public TestSteps Tests { get; init; } = new(Command: null);

    public CredentialsFile? Credentials { get; init; }

    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Gets the files that travel although they would stay out.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    public IReadOnlyList<string> Findings { get; init; } = [];

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Writes the check that a build put pages where they are taken from, for what can't be seen before.</summary>
    /// <param name="output">The folder, relative to the working directory.</param>
    public static string Check(string output)
    {
        var message =
            $"The build put no pages into '{output}'. The folders that have some are listed below; name the right one, as in site.Output.";
        return $"{{ find {ShellWord.Quoted(output)} -name \"*.html\" 2>/dev/null | grep -q . || {{ echo {ShellWord.Quoted(message)} >&2; "
            + "find . -name index.html -not -path \"*/node_modules/*\" >&2; exit 1; }; }";
    }
}
