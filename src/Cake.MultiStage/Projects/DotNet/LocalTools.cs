using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The tools that a repository keeps in <c>dotnet-tools.json</c>, and Paket, which is one of them.</summary>
internal sealed class LocalTools(ProjectFolder folder)
{
    private static readonly string[] Manifests = [".config/dotnet-tools.json", "dotnet-tools.json"];
    private static readonly string[] PaketFiles = ["paket.dependencies", "paket.lock", ".paket"];

    /// <summary>Gets the manifest, or <see langword="null"/> where there is none.</summary>
    public string? Manifest { get; } = folder.First(Manifests);

    /// <summary>Gets a value indicating whether Paket restores the packages.</summary>
    public bool UsesPaket { get; } = folder.Has("paket.dependencies");

    /// <summary>Reads the packages that a project in a folder has of Paket: the first word of each line ("paket.references").</summary>
    public static IEnumerable<string> Paket(ProjectFolder folder, string project) =>
        (folder.ReadIfThere(PosixPath.Join(project, "paket.references")) ?? "").Split('\n')
            .Select(line => line.Trim().Split(' ')[0])
            .Where(name => name.Length > 0 && name != "group" && !name.StartsWith("File:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Gets the files that restoring them reads.</summary>
    /// <param name="closure">The projects that are published.</param>
    public IEnumerable<string> Files(IReadOnlyList<DotNetProject> closure) =>
    [
        .. Manifest is null ? [] : new[] { Manifest },
        .. UsesPaket
            ? folder.Existing(PaketFiles.Concat(closure.Select(project => PosixPath.Join(project.Folder, "paket.references"))))
            : [],
    ];

    /// <summary>Says whether the build of some projects runs one of the tools, and what restores them.</summary>
    /// <exception cref="MultiStageException">The manifest can't be read.</exception>
    public string? Restore(IReadOnlyList<DotNetProject> closure) =>
        Manifest is not null && (UsesPaket || IsUsed(closure)) ? "dotnet tool restore" : null;

    private bool IsUsed(IReadOnlyList<DotNetProject> closure)
    {
        string[] commands = [.. closure.SelectMany(project => project.Commands)];
        return commands.Length > 0 && Commands().Any(tool => commands.Any(command =>
            command.Contains($"dotnet {tool}", StringComparison.OrdinalIgnoreCase)
            || command.Contains($"dotnet tool run {tool}", StringComparison.OrdinalIgnoreCase)
            || command.Contains("dotnet tool restore", StringComparison.OrdinalIgnoreCase)));
    }

    private IReadOnlyList<string> Commands()
    {
        try
        {
            using var json = JsonDocument.Parse(folder.Read(Manifest!),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.RootElement.TryGetProperty("tools", out var tools)
                ? [.. tools.EnumerateObject().SelectMany(tool => tool.Value.TryGetProperty("commands", out var commands)
                    ? commands.EnumerateArray()
                        .Select(
                            command => command.GetString() is ['d', 'o', 't', 'n', 'e', 't', '-', .. var name]
                                ? name
                                : command.GetString() ?? "")
                    : [tool.Name])]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MultiStageException($"'{Manifest}' in '{folder.Path}' can't be read: {exception.Message}", exception);
        }
    }
}
