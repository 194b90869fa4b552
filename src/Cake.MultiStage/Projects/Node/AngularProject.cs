using System.Text.Json;

namespace Cake.MultiStage.Projects.Node;

/// <summary>The project that <c>ng build</c> builds, which names the folder of its output.</summary>
internal static class AngularProject
{
    private const string File = "angular.json";

    /// <summary>Returns the name; that of the folder where there is no <c>angular.json</c>.</summary>
    /// <exception cref="MultiStageException">The file is not JSON.</exception>
    public static string Name(ProjectFolder folder)
    {
        try
        {
            using var document = JsonDocument.Parse(
                folder.ReadIfThere(File) ?? "{}",
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                ? (root.TryGetProperty("defaultProject", out var chosen) ? chosen.GetString() : null)
                    ?? (root.TryGetProperty("projects", out var projects)
                        ? projects.EnumerateObject().FirstOrDefault(IsApplication).Name : null)
                    ?? folder.Name
                : folder.Name;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MultiStageException($"'{File}' in '{folder.Path}' is not what Angular writes: {exception.Message}", exception);
        }
    }

    private static bool IsApplication(JsonProperty project) =>
        !project.Value.TryGetProperty("projectType", out var type) || type.GetString() == "application";
}
