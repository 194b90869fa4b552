using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Ruby;

/// <summary>What the Gemfile, its lock and a gemspec say (Bundler's documentation, "gemfile").</summary>
internal sealed partial record GemFiles
{
    /// <summary>Gets the name of the Gemfile; null where there is none.</summary>
    public string? Gemfile { get; private init; }

    public string? Lock { get; private init; }

    /// <summary>Gets the version of each gem of the lock by its name; of the Gemfile's, empty, where there is no lock.</summary>
    public required IReadOnlyDictionary<string, string> Gems { get; init; }

    /// <summary>Gets the gems of the lock that are built already for a platform.</summary>
    public required IReadOnlySet<string> Prebuilt { get; init; }

    /// <summary>Gets what the Gemfile says of Ruby's version, such as <c>~&gt; 3.3</c>.</summary>
    public string? RubyRange { get; private init; }

    /// <summary>Gets the version that the lock was made with.</summary>
    public string? RubyLocked { get; private init; }

    /// <summary>Gets what the gemspec says of Ruby's version.</summary>
    public string? RubyRequired { get; private init; }

    public string? Gemspec { get; private init; }

    public bool NeedsGit { get; private init; }

    /// <summary>Gets the folders that gems come from, relative to the project; <c>.</c> is the project itself.</summary>
    public IReadOnlyList<string> Paths { get; private init; } = [];

    public static GemFiles Read(ProjectFolder folder)
    {
        var gemfile = folder.First("Gemfile", "gems.rb");
        var locked = gemfile == "gems.rb" ? folder.First("gems.locked") : folder.First("Gemfile.lock");
        var text = gemfile is null ? "" : Comment().Replace(folder.Read(gemfile), "");
        var sections = locked is null ? [] : Sections(folder.Read(locked));
        var specs = sections.Where(section => section.Name is "GEM" or "GIT" or "PATH")
            .SelectMany(section => Spec().Matches(section.Text))
            .ToList();
        var gemspec = folder.Find("*.gemspec").FirstOrDefault(path => !path.Contains('/', StringComparison.Ordinal));
        var spec = gemspec is null ? "" : Comment().Replace(folder.Read(gemspec), "");
        Dictionary<string, string> gems = new(StringComparer.Ordinal);
        foreach (var match in specs)
        {
            gems[match.Groups["name"].Value] = match.Groups["version"].Value;
        }

        if (locked is null)
        {
            foreach (Match match in Asked().Matches(text))
            {
                gems[match.Groups["name"].Value] = "";
            }
        }

        return new GemFiles
        {
            Gemfile = gemfile,
            Lock = locked,
            Gems = gems,
            Prebuilt = specs.Where(match => match.Groups["platform"].Value.Contains("linux", StringComparison.Ordinal))
                .Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal),
            RubyRange = RubyLine().Match(text) is { Success: true } line
                ? string.Join(", ", Quoted().Matches(line.Groups["versions"].Value).Select(match => match.Groups["text"].Value)) : null,
            RubyLocked = sections.Where(section => section.Name == "RUBY VERSION").Select(section => LockedRuby().Match(section.Text))
                .FirstOrDefault(match => match.Success)?.Groups["version"].Value,
            RubyRequired = RequiredRuby().Match(spec) is { Success: true } required
                ? string.Join(", ", Quoted().Matches(required.Groups["versions"].Value).Select(match => match.Groups["text"].Value)) : null,
            Gemspec = gemspec,
            NeedsGit = sections.Exists(section => section.Name == "GIT") || (locked is null && FromGit().IsMatch(text)),
            Paths =
            [
                .. sections.Where(section => section.Name == "PATH")
                    .Select(section => Remote().Match(section.Text))
                    .Where(match => match.Success)
                    .Select(match => match.Groups["path"].Value)
                    .Concat(locked is null ? FromPath().Matches(text).Select(match => match.Groups["path"].Value) : [])
                    .Distinct(StringComparer.Ordinal),
            ],
        };
    }

    public bool Uses(string gem) => Gems.ContainsKey(gem);

    /// <summary>Splits a lock into its sections, each a line in capitals with lines below it that are indented.</summary>
    private static List<(string Name, string Text)> Sections(string text)
    {
        List<(string Name, string Text)> sections = [];
        foreach (var line in text.Replace("\r", "", StringComparison.Ordinal).Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                sections.Add((line.Trim(), ""));
            }
            else if (sections.Count > 0)
            {
                sections[^1] = (sections[^1].Name, sections[^1].Text + line + "\n");
            }
        }

        return sections;
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^\s*#.*$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^    (?<name>[A-Za-z0-9_.-]+) \((?<version>[0-9][0-9A-Za-z.]*)(-(?<platform>[^)]+))?\)$", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spec();

    [GeneratedRegex(@"^\s*gem\s*\(?\s*['""](?<name>[^'""]+)['""]", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();

    [GeneratedRegex(@"^\s*ruby\s*\(?\s*(?<versions>['""][^\r\n]*)$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RubyLine();

    [GeneratedRegex(@"['""](?<text>[^'""]*[0-9][^'""]*)['""]", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s+ruby (?<version>[0-9]+\.[0-9]+\.[0-9]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LockedRuby();

    [GeneratedRegex(@"required_ruby_version\s*=\s*(?<versions>[^\r\n]*)$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequiredRuby();

    [GeneratedRegex(@"\b(git|github)(:|\s*=>)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FromGit();

    [GeneratedRegex(@"^\s+remote: (?<path>\S+)$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Remote();

    [GeneratedRegex(@"\bpath(:|\s*=>)\s*['""](?<path>[^'""]+)['""]", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FromPath();
}
