using System.Text;

namespace Cake.MultiStage.Origins.Git;

/// <summary>A repository's configuration, as far as it is values. Other files that it includes are not read.</summary>
internal sealed class GitConfig
{
    /// <summary>The longest file that is read.</summary>
    public const int Longest = 1024 * 1024;

    private readonly List<(string Section, string Name, string Key, string Value)> _entries = [];

    /// <summary>Gets the names of the remotes, in order.</summary>
    public IEnumerable<string> Remotes =>
        _entries.Where(entry => entry is { Section: "remote", Key: "url" }).Select(entry => entry.Name).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    /// <summary>Reads the syntax of git's manual, "git-config", section "Syntax". What is not of it is passed over.</summary>
    public static GitConfig Parse(ReadOnlySpan<byte> file)
    {
        var config = new GitConfig();
        var (section, name) = ("", "");
        foreach (var line in JoinedLines(Encoding.UTF8.GetString(file)))
        {
            var text = line.TrimStart();
            if (text.StartsWith('['))
            {
                (section, name) = Header(text, out text);
            }

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (section.Length > 0 && equals > 0 && char.IsAsciiLetter(text[0]))
            {
                config._entries.Add((section, name, text[..equals].Trim().ToLowerInvariant(), Value(text[(equals + 1)..])));
            }
        }

        return config;
    }

    /// <summary>Gets a value; of several the last, as git does.</summary>
    public string? Find(string section, string name, string key) =>
        _entries.FindLast(entry => entry.Section == section && entry.Name == name && entry.Key == key).Value;

    /// <summary>A backslash at a line's end joins it with the next.</summary>
    private static IEnumerable<string> JoinedLines(string text)
    {
        var joined = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            joined.Append(line.TrimEnd('\r'));
            if (EndsInBackslash(joined))
            {
                joined.Length--;
                continue;
            }

            yield return joined.ToString();
            joined.Clear();
        }
    }

    /// <summary>Two backslashes are one that stands for itself.</summary>
    private static bool EndsInBackslash(StringBuilder line)
    {
        var count = 0;
        while (count < line.Length && line[^(count + 1)] == '\\')
        {
            count++;
        }

        return count % 2 == 1;
    }

    /// <summary>Reads <c>[section "name"]</c>, or the older <c>[section.name]</c>.</summary>
    private static (string Section, string Name) Header(string line, out string rest)
    {
        var (name, quoted, at) = (new StringBuilder(), false, 1);
        var section = new StringBuilder();
        for (; at < line.Length && (quoted || line[at] != ']'); at++)
        {
            if (line[at] == '"')
            {
                quoted = !quoted;
            }
            else if (quoted)
            {
                at += line[at] == '\\' && at + 1 < line.Length ? 1 : 0;
                name.Append(line[at]);
            }
            else if (!char.IsWhiteSpace(line[at]))
            {
                section.Append(char.ToLowerInvariant(line[at]));
            }
        }

        rest = at < line.Length ? line[(at + 1)..].TrimStart() : "";
        var parts = section.ToString().Split('.', 2);
        return (parts[0], name.Length > 0 ? name.ToString() : parts is [_, var older] ? older : "");
    }

    private static string Value(string text)
    {
        var (value, quoted, kept) = (new StringBuilder(), false, 0);
        text = text.TrimStart();
        for (var at = 0; at < text.Length && (quoted || text[at] is not ('#' or ';')); at++)
        {
            if (text[at] == '"')
            {
                quoted = !quoted;
                kept = value.Length;
                continue;
            }

            var escaped = text[at] == '\\' && at + 1 < text.Length;
            value.Append(!escaped ? text[at] : text[++at] switch { 'n' => '\n', 't' => '\t', 'b' => '\b', var other => other });
            kept = quoted || escaped || !char.IsWhiteSpace(text[at]) ? value.Length : kept;
        }

        return value.ToString(0, kept);
    }
}
