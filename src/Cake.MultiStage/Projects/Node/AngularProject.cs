using System.Text.Json;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The project that <c>ng build</c> builds, which names the folder of its output (Angular's documentation, "Workspace configuration").
/// </summary>
/// <param name="Output">The folder of its output.</param>
/// <param name="Browser">Where the pages are in it: empty, or as in <c>/browser</c>.</param>
internal sealed record AngularProject(string Output, string Browser)
{
    private const string File = "angular.json";

    /// <summary>Reads it; what Angular does by default where there is no <c>angular.json</c>.</summary>
    /// <exception cref="MultiStageException">The file is not JSON.</exception>
    public static AngularProject Read(ProjectFolder folder)
    {
        try
        {
            using var document = JsonDocument.Parse(
                folder.ReadIfThere(File) ?? "{}",
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            var projects = Member(root, "projects");
            var name = Member(root, "defaultProject") is { ValueKind: JsonValueKind.String } chosen ? chosen.GetString()!
                : projects.ValueKind == JsonValueKind.Object
                    && projects.EnumerateObject().Where(IsApplication).Select(one => one.Name).FirstOrDefault() is { } first ? first
                : folder.Name;
            var project = Member(projects, name);
            var build = Member(Member(project, "architect") is { ValueKind: JsonValueKind.Object } architect
                ? architect
                : Member(project, "targets"), "build");
            return Of(name, build);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MultiStageException($"'{File}' in '{folder.Path}' is not what Angular writes: {exception.Message}", exception);
        }
    }

    private static AngularProject Of(string name, JsonElement build)
    {
        var path = Member(Member(build, "options"), "outputPath");
        var builder = Member(build, "builder") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : ":application";
        // Only the newer builder keeps pages and server apart.
        var browser = builder.EndsWith(":application", StringComparison.Ordinal) ? "browser" : "";
        var (output, inner) = path.ValueKind switch
        {
            JsonValueKind.String => (path.GetString()!, browser),
            JsonValueKind.Object => (
                Member(path, "base").GetString() ?? "",
                Member(path, "browser") is { ValueKind: JsonValueKind.String } own ? own.GetString()! : browser),
            _ => ("dist/" + name, browser),
        };
        return new AngularProject(output.TrimEnd('/'), inner.Length == 0 ? "" : "/" + inner);
    }

    private static bool IsApplication(JsonProperty project) =>
        Member(project.Value, "projectType") is not { ValueKind: JsonValueKind.String } type || type.GetString() == "application";

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
