using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// Programs for Deno (Deno's documentation, "Deno and Docker", "Configuration"): what they import is fetched once and ships beside them, so
/// that nothing is fetched when they start.
/// </summary>
internal static partial class DenoProject
{
    private static readonly string[] StartTasks = ["start:prod", "start", "serve"];

    private const string Directory = "/app";
    private const string Cache = "/deno-dir";
    private const string User = "1993:1993"; // 'deno' in Deno's images
    private const string Id = "deno";

    private static readonly string[] Files = ["deno.json", "deno.jsonc"];

    private static readonly string[] Usual = ["main.ts", "server.ts", "mod.ts", "index.ts", "src/main.ts", "src/server.ts", "main.js",
        "main.tsx"];

    private static readonly string[] Left = ["Dockerfile*", "*.md", "*_test.ts", "*.test.ts", "tests", "test", ".github"];

    public static bool Is(ProjectFolder folder, NodeProjectSettings settings) => settings.Package is null && folder.First(Files) is not null
        && (!folder.Has("package.json") || Start(Tasks(folder)) is not null);

    /// <exception cref="MultiStageException">Nothing says what runs, or the configuration is not JSON.</exception>
    public static ImageProject Describe(ProjectFolder folder, NodeProjectSettings settings)
    {
        var file = folder.First(Files)!;
        var tasks = Tasks(folder);
        var table = ToolchainTable.Default;
        var version = settings.ToolchainVersion is { } given ? VersionChoice.Given(given, table[Id])
            // Its images have a tag for each version, and none for a line of them.
            : Pins(folder).FirstOrDefault(
                pin => pin.Text.Count(character => character == '.') == 2 && VersionText.Parse(pin.Text) is not null) is { } pin
                ? new VersionChoice(pin.Text, Release: null, pin, [])
                : new VersionChoice(table[Id].Releases[0].Version, table[Id].Releases[0], Asked: null, []);
        var final = ChosenBase.Of($"Deno {version.Tag}", settings, BaseFlavor.Distroless, new Dictionary<BaseFlavor, string>
        {
            [BaseFlavor.Distroless] = $"denoland/deno:distroless-{version.Tag}",
            [BaseFlavor.Slim] = $"denoland/deno:{version.Tag}",
            [BaseFlavor.Alpine] = $"denoland/deno:alpine-{version.Tag}",
        });
        var (command, entry, told) = Command(folder, settings, tasks);
        var builder = BuilderSteps.Start(final.HasMusl ? $"denoland/deno:alpine-{version.Tag}" : $"denoland/deno:{version.Tag}", settings,
            Directory,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DENO_DIR"] = Cache });
        builder = builder.Manifests(folder, folder.Existing([file, "deno.lock", "package.json", "import_map.json"]),
            "What they name changes less often than the source.")
            .Run($"deno install{(folder.Has("deno.lock") ? " --frozen" : "")}", [.. NodeSteps.Credentials.Mounts(settings)])
            .Because("Fetches the packages once; a change of the source does not repeat it.")
            .Copy(".", ".");
        var script = settings.BuildScript ?? (tasks.ContainsKey("build") ? "build" : "");
        string[] commands = [.. script.Length == 0 ? [] : new[] { $"deno task {ShellWord.Quoted(script)}" },
            $"deno cache {ShellWord.Quoted(entry)}", $"mkdir -p {Cache}"];
        builder = builder.Run(ShellWord.Sequence(commands)).Because("Compiles what runs, and fetches whatever it imports besides.");
        return new Preset
        {
            Name = folder.Name,
            Builder = builder,
            Base = final,
            BaseReason = "Deno itself, without a shell.",
            Artifacts =
            [
                new Artifact(Cache + "/", Cache + "/")
                    { Reason = "What the program imports, so that nothing is fetched when it starts.", Owner = settings.User ?? User },
                .. settings.Files.Count > 0 ? settings.Files.Select(path => new Artifact($"{Directory}/{path}", $"{Directory}/{path}"))
                    : [new Artifact(Directory + "/", Directory + "/") { Reason = "The program." }],
            ],
            Workdir = Directory,
            User = User,
            Client = HealthClient.Deno,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                { ["DENO_DIR"] = Cache, ["DENO_NO_PROMPT"] = "1", ["DENO_NO_UPDATE_CHECK"] = "1" },
            Entrypoint = command,
            Development = new DevelopmentSteps(tasks.ContainsKey("dev")
                ? ["deno", "task", "dev"]
                : ["deno", "run", "-A", "--watch", entry]),
            Tests = new TestSteps(tasks.ContainsKey("test")
                ? "deno task test"
                : folder.Find("*_test.ts", "*.test.ts").Count > 0
                ? "deno test -A"
                : null),
            Credentials = NodeSteps.Credentials,
            Ignored = [.. NodeSteps.Ignored, .. Left],
            Findings = [$"{file}: Deno runs it",
                .. version.Asked is { } asked ? [$"{asked.File} asks for Deno {asked.Text}"] : Array.Empty<string>(),
                $"what runs is {string.Join(' ', command)}"],
            Assumptions =
            [
                .. version.Assumptions, .. told,
                .. folder.Has("deno.lock")
                    ? []
                    : new[] { new Assumption("There is no deno.lock: two builds may install different versions.") },
            ],
        }.Compose(folder, settings);
    }

    private static IEnumerable<VersionRequest> Pins(ProjectFolder folder) =>
        new[] { ToolPins.FirstLine(folder, ".dvmrc"), ToolPins.FirstLine(folder, ".deno-version") }.OfType<VersionRequest>()
            .Concat(ToolPins.Of(folder, Id))
            .Select(pin => pin with { Text = pin.Text.TrimStart('v') });

    private static (IReadOnlyList<string> Command, string Entry, IReadOnlyList<Assumption> Assumptions) Command(
        ProjectFolder folder, NodeProjectSettings settings, IReadOnlyDictionary<string, string> tasks)
    {
        if (settings.EntryFile is null && Start(tasks) is { } task)
        {
            var words = ShellLine.Parse(task.Text).Commands[^1].Words.Where(word => !Variable().IsMatch(word)).ToList();
            var at = words.FindIndex(2, word => word[0] != '-');
            if (at > 0)
            {
                return ([words[0], words[1], "--cached-only",
                    .. words.Skip(2).Where(word => word is not ("--watch" or "--env-file" or "--env"))], words[at], []);
            }
        }

        var entry = settings.EntryFile ?? folder.First(Usual.Where(folder.Has)) ?? throw new MultiStageException(
            $"No task 'start' in '{folder.Path}' says what Deno runs, as in \"start\": \"deno run --allow-net main.ts\". Write one, or "
                + "name the file, as in node.EntryFile = \"main.ts\".");
        return (["deno", "run", "--cached-only", "-A", entry], entry,
            [new Assumption(
                $"No task says what '{entry}' is allowed to do: it is run with all permissions (-A). Write a task, as in \"start\": \"deno "
                    + $"run --allow-net {entry}\".", Doubtful: true)]);
    }

    /// <summary>Returns the task that starts the program by Deno itself.</summary>
    private static (string Name, string Text)? Start(IReadOnlyDictionary<string, string> tasks) =>
        StartTasks.Where(tasks.ContainsKey).Select(name => (name, tasks[name]))
            .Where(task => DenoCall().IsMatch(task.Item2)).Select(task => ((string, string)?)task).FirstOrDefault();

    /// <exception cref="MultiStageException">The file is not JSON.</exception>
    private static Dictionary<string, string> Tasks(ProjectFolder folder)
    {
        var file = folder.First(Files)!;
        try
        {
            using var document = JsonDocument.Parse(folder.Read(file),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("tasks", out var tasks)
                && tasks.ValueKind == JsonValueKind.Object
                ? tasks.EnumerateObject()
                    .Select(task => (task.Name, Text: Text(task.Value)))
                    .Where(task => task.Text is not null)
                    .ToDictionary(task => task.Name, task => task.Text!, StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{file}' in '{folder.Path}' is not JSON: {exception.Message}", exception);
        }
    }

    // A task is a command, or says more about one.
    private static string? Text(JsonElement task) => task.ValueKind == JsonValueKind.String ? task.GetString()
        : task.ValueKind == JsonValueKind.Object
            && task.TryGetProperty("command", out var command)
            && command.ValueKind == JsonValueKind.String ? command.GetString() : null;

    [GeneratedRegex(@"(\A|&&\s*|\s)deno\s+(run|serve)\s+[^&|;]*\S\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DenoCall();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
