using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>What a project pins for all its tools: asdf's <c>.tool-versions</c> and mise's <c>mise.toml</c>, in this order.</summary>
internal static class ToolPins
{
    private static readonly string[] MiseFiles =
        ["mise.toml", ".mise.toml", "mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"];

    /// <summary>Returns the pins of a tool.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="names">The tool's names in the two.</param>
    /// <exception cref="MultiStageException">A file is not valid TOML.</exception>
    public static IEnumerable<VersionRequest> Of(ProjectFolder folder, params string[] names)
    {
        if (folder.ReadIfThere(".tool-versions") is { } asdf
            && Words(asdf).FirstOrDefault(words => names.Contains(words[0], StringComparer.Ordinal)) is [_, var version, ..])
        {
            yield return new VersionRequest(version, ".tool-versions", Range: null);
        }

        foreach (var file in MiseFiles.Where(folder.Has))
        {
            var tools = Mise(folder, file);
            if (names.Select(name => Text(Value(tools, name))).FirstOrDefault(text => text is not null) is { } pinned)
            {
                yield return new VersionRequest(pinned, file, Range: null);
            }
        }
    }

    /// <summary>Reads a file that has a version on its first line, comments aside; null where it has none.</summary>
    public static VersionRequest? FirstLine(ProjectFolder folder, string file) =>
        folder.ReadIfThere(file) is { } text && Words(text).FirstOrDefault() is [var version, ..]
            ? new VersionRequest(version, file, Range: null) : null;

    private static IEnumerable<string[]> Words(string text) =>
        text.Split('\n').Select(line => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0);

    private static string? Text(object? value) => value switch
    {
        string text => text,
        TomlTable table => table.TryGetValue("version", out var version) ? version as string : null,
        IEnumerable<object?> several => several.FirstOrDefault() as string,
        _ => null,
    };

    private static object? Value(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value : null;

    private static TomlTable? Mise(ProjectFolder folder, string file)
    {
        try
        {
            return Value(TomlSerializer.Deserialize<TomlTable>(folder.Read(file)), "tools") as TomlTable;
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"'{file}' in '{folder.Path}' is not valid TOML: {exception.Message}", exception);
        }
    }
}
