using System.Text.RegularExpressions;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>What COPY and ADD have in common.</summary>
internal static partial class Transfer
{
    public static string Write(Flags flags, IReadOnlyList<string> sources, IReadOnlyList<InlineFile> files, string destination)
    {
        if (files.Count == 0)
        {
            return flags + Words.List([.. sources, destination]);
        }

        List<string> delimiters = [];
        foreach (var file in files)
        {
            delimiters.Add(file.Delimiter(delimiters));
        }

        // The delimiters are words of the line, so the line stays in the form of words.
        var words = sources.Select(Words.Word)
            .Concat(files.Select((file, i) => file.Source(delimiters[i])))
            .Append(Words.Word(destination));
        return flags
            + string.Join(' ', words)
            + "\n"
            + string.Concat(files.Select((file, i) => file.Body + delimiters[i] + "\n")).TrimEnd('\n');
    }

    public static IEnumerable<string> Problems(
        IReadOnlyList<string> sources,
        IReadOnlyList<InlineFile> files,
        string destination,
        IReadOnlyList<string> exclude,
        string? chown,
        string? chmod)
    {
        List<string> problems =
        [
            .. sources.SelectMany(source => Rules.Text("a source", source)),
            .. Rules.Text("the destination", destination),
            .. exclude.SelectMany(pattern => Rules.FlagValue("exclude", pattern)),
            .. Rules.FlagValue("chown", chown),
            .. Rules.FlagValue("chmod", chmod),
            .. files.SelectMany(file => file.Problems()),
        ];
        if (sources.Count + files.Count == 0)
        {
            problems.Add("there is no source: name at least one");
        }

        problems.AddRange(sources.Where(source => HeredocPattern().IsMatch(source))
            .Select(source => $"the source '{source}' reads as a heredoc: put './' before it"));
        if (sources.Count + files.Count > 1 && !destination.EndsWith('/') && destination is not ("." or ".."))
        {
            problems.Add($"several sources need a folder to go to: end the destination '{Words.Show(destination)}' in '/'");
        }

        if (files.Count > 0 && sources.Append(destination).Any(path => path.Any(char.IsWhiteSpace)))
        {
            problems.Add("a path beside an inline file has a space: use two instructions");
        }

        if (files.Any(file => file.Name is null) && (destination.EndsWith('/') || destination is "." or ".."))
        {
            problems.Add($"the inline file has no name and the destination '{Words.Show(destination)}' is a folder: name one of them");
        }

        if (files.Where(file => file.Name is not null)
            .GroupBy(file => file.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            problems.Add($"two inline files are named '{twice.Key}': name them apart");
        }

        return problems;
    }

    /// <summary>Whether ADD fetches the source: a URL or a git repository.</summary>
    public static bool IsRemote(string source) => RemotePattern().IsMatch(source);

    /// <summary>Whether ADD clones the source.</summary>
    public static bool IsGit(string source) => GitPattern().IsMatch(source);

    [GeneratedRegex(@"\A[0-9]*<<-?[^<]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HeredocPattern();

    [GeneratedRegex(@"\A(?:https?://|git://|ssh://|git@[^/\s:]+:)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RemotePattern();

    [GeneratedRegex(@"\A(?:git://|ssh://|git@[^/\s:]+:|https?://[^#?]*\.git(?:[#?].*)?\z)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GitPattern();
}
