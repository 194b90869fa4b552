using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>
/// Sites that .NET's tools make: the documentation that DocFX writes, and Blazor WebAssembly without a server of its own.
/// </summary>
internal static partial class DotNetSite
{
    private const string Directory = "/src";
    private const string Sdk = "mcr.microsoft.com/dotnet/sdk:";
    private const string ToolManifest = ".config/dotnet-tools.json";

    private static readonly string[] DocFxFiles = ["docfx.json", "docs/docfx.json", "doc/docfx.json", "docfx/docfx.json",
        "documentation/docfx.json"];

    private static CredentialsFile Credentials => new("nuget-config", "/root/.nuget/NuGet/NuGet.Config");

    public static bool IsDocFx(ProjectFolder folder) => folder.First(DocFxFiles) is not null;

    /// <summary>Tells whether a folder has one program that browsers run, and no server beside it.</summary>
    public static bool IsBlazor(ProjectFolder folder) =>
        folder.Find("*.csproj").Any(file => folder.Read(file).Contains("Sdk.BlazorWebAssembly", StringComparison.Ordinal))
        && new DotNetFolder(folder).Projects is var projects
        && projects.Any(project => project.Role == DotNetRole.BrowserApp) && !projects.Any(project => project.Role == DotNetRole.Program);

    /// <exception cref="MultiStageException">The configuration is not JSON, or refers to what doesn't exist.</exception>
    public static SiteBuild DocFx(ProjectFolder folder, SiteProjectSettings settings)
    {
        var file = folder.First(DocFxFiles)!;
        var inner = file.Contains('/', StringComparison.Ordinal) ? file[..file.LastIndexOf('/')] : "";
        var (output, outside) = Read(folder, file);
        if (inner.Length == 0 && outside.Count > 0)
        {
            folder = folder.Reaching(outside, file);
        }

        output = settings.Output?.TrimEnd('/') ?? (inner.Length == 0 ? output : $"{inner}/{output}");
        var isLocal = folder.ReadIfThere(ToolManifest)?.Contains("docfx", StringComparison.OrdinalIgnoreCase) == true;
        var directory = folder.In(Directory);
        var builder = BuilderSteps.Start(Sdk + Newest(settings), settings, directory,
            isLocal
                ? null
                : new Dictionary<string, string>(StringComparer.Ordinal)
                    { ["PATH"] = "/root/.dotnet/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" });
        RunMount[] mounts = [RunMount.Cache("/root/.local/share/NuGet/http-cache"), .. Credentials.Mounts(settings)];
        builder = isLocal
            ? builder.Manifests(folder, [ToolManifest], "The tool changes less often than the pages.")
                .Run("dotnet tool restore", mounts)
                .Because("Installs DocFX in the version that the project names.")
            : builder.Run("dotnet tool install --global docfx", mounts)
                .Because("Installs DocFX once; a change of the pages does not repeat it.");
        builder = builder.Source(folder, outside)
            .Run(ShellWord.Sequence($"{(isLocal ? "dotnet " : "")}docfx {ShellWord.Quoted(file)}", SiteBuild.Check(output)), mounts)
            .Because("Makes the site of its content.");
        return new SiteBuild(folder, folder.Name, builder, $"{directory}/{output}")
        {
            Own = folder,
            Directory = directory,
            Credentials = Credentials,
            Development = new DevelopmentSteps(["sh"]),
            Ignored = ["**/[Bb]in", "**/[Oo]bj", output],
            Findings = [$"{file}: DocFX makes the site", $"the finished site is in {output}"],
            Assumptions = isLocal
                ? []
                : [new Assumption(
                    $"No file names a version of DocFX: its newest makes the site. Write one into {ToolManifest}: dotnet new tool-manifest "
                        + "&& dotnet tool install docfx")],
        };
    }

    /// <exception cref="MultiStageException">There are several such programs, and none is named.</exception>
    public static SiteBuild Blazor(ProjectFolder folder, SiteProjectSettings settings)
    {
        var projects = new DotNetFolder(folder).Projects.Where(one => one.Role == DotNetRole.BrowserApp).ToList();
        var project = settings.Package is { } named
            ? projects.Find(one => one.Path == named || one.Folder == named.TrimEnd('/') || one.Name == named)
                ?? throw Several(folder, $"has no project '{named}' of Blazor WebAssembly", projects)
            : projects is [var only] ? only : throw Several(folder, "holds several", projects);
        var all = new DotNetFolder(folder);
        if (all.Outside(project) is { Count: > 0 } outside)
        {
            var root = folder.Holding(outside, project.Path);
            return Blazor(root, ImageProjectSettings.Changed(settings, site => site.Package = root.Described + project.Path));
        }

        var table = ToolchainTable.Default;
        var framework = table["dotnet"].Line(DotNetProject.VersionOf(project.AllFrameworks is [var target, ..] ? target : "")?.ToString(2)
            ?? Newest(settings))
            ?? throw new MultiStageException(
                $"{project.Path} is for {string.Join(", ", project.AllFrameworks)}, and no image of the SDK is known for that. Set "
                    + "ToolchainVersion.");
        var sdk = DotNetSdk.Choose(table, framework, all.Sdk(), settings.ToolchainVersion, isNative: false, onAlpine: false);
        var isCompiled = project.Is("RunAOTCompilation");
        RunMount[] mounts = [RunMount.Cache("/root/.local/share/NuGet/http-cache"), .. Credentials.Mounts(settings)];
        var builder = BuilderSteps.Start(sdk.Image, settings, Directory, packages: isCompiled ? ["python3"] : []);
        builder = isCompiled
            ? builder.Run("dotnet workload install wasm-tools", mounts).Because("RunAOTCompilation needs the compiler for WebAssembly.")
            : builder;
        builder = builder.Manifests(folder, all.RestoreFiles(all.Closure(project)).Where(file => !folder.HasFolder(file)),
            "What a restore reads changes less often than the source.")
            .Run($"dotnet restore {ShellWord.Quoted(project.Path)}", mounts)
            .Because("Restores the packages once; a change of the source does not repeat it.")
            .Copy(".", ".")
            .Run(
                ShellWord.Sequence($"dotnet publish {ShellWord.Quoted(project.Path)} -c Release --no-restore -o /out",
                    "test -e /out/wwwroot/index.html")).Because("Makes the site.");
        var page = folder.ReadIfThere((project.Folder.Length == 0 ? "" : project.Folder + "/") + "wwwroot/index.html") ?? "";
        return new SiteBuild(folder, project.Name, builder, "/out/wwwroot")
        {
            Own = folder,
            Directory = Directory,
            Base = BasePath.Of(BaseElement().Match(page).Groups["base"].Value),
            Fallback = "index.html",
            Hashed = "^/_framework/.+[.][0-9a-z]{10}[.](wasm|js|dll|dat|pdb)$",
            IsCompressed = true,
            Credentials = Credentials,
            Development = new DevelopmentSteps(["dotnet", "watch", "run", "--project", project.Path, "--no-launch-profile"]),
            Ignored = ["**/[Bb]in", "**/[Oo]bj"],
            Findings = [$"{project.Path} is Blazor WebAssembly, which browsers run: what it publishes is a site"],
            Assumptions = settings.BuilderImage is null ? sdk.Assumptions : [],
        };
    }

    private static MultiStageException Several(ProjectFolder folder, string what, List<DotNetProject> projects) => new(
        $"'{folder.Path}' {what}. Those of Blazor WebAssembly are: {string.Join(", ", projects.Select(one => one.Path))}. Choose one, as "
            + $"in site.Package = \"{projects[0].Name}\".");

    private static string Newest(SiteProjectSettings settings) => settings.ToolchainVersion
        ?? new VersionChooser(ToolchainTable.Default, ToolchainTable.Default["dotnet"],
            tag => ToolchainTable.Default.Exists(Sdk + tag)).Choose().Tag;

    /// <summary>Reads where the pages go, and where outside of its folder the sources are that it documents.</summary>
    private static (string Output, IReadOnlyList<string> Outside) Read(ProjectFolder folder, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(folder.Read(file),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var build = Member(document.RootElement, "build");
            var output = Text(build, "output") ?? Text(build, "dest") ?? "_site";
            var metadata = Member(document.RootElement, "metadata");
            IReadOnlyList<string> outside = metadata.ValueKind != JsonValueKind.Array ? [] :
            [
                .. metadata.EnumerateArray()
                    .Select(one => Member(one, "src"))
                    .Where(one => one.ValueKind == JsonValueKind.Array)
                    .SelectMany(one => one.EnumerateArray())
                    .Select(one => Text(one, "src") ?? Text(one, "cwd"))
                    .OfType<string>()
                    .Where(PosixPath.Leaves)
                    .Distinct(StringComparer.Ordinal),
            ];
            return (output, outside);
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{file}' in '{folder.Path}' is not JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    [GeneratedRegex(@"<base\s+href=['""](?<base>[^'""]+)['""]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BaseElement();
}
