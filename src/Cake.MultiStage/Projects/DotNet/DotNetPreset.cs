using System.Globalization;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// The preset for .NET: project files are restored before the source comes in, the program is published without symbols
/// and paths of the builder, and ships on the runtime it needs, or on none.
/// </summary>
internal static class DotNetPreset
{
    private const string SourceDirectory = "/src";
    private const string CredentialsId = "nuget-config";
    private const string WebPort = "8080";

    public static ImageProject Describe(string path, DotNetProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var all = new DotNetFolder(folder);
        var project = all.Chosen(settings.Project);
        var (closure, missing) = all.Closure(project);
        var publishing = new Publishing(settings, project, all);
        var bases = new DotNetBases(settings, project, publishing, closure.Any(other => other.UsesAspNet));
        var builder = BuilderSteps.Start(bases.Sdk(all.Sdk()), settings, SourceDirectory);
        foreach (var group in all.RestoreFiles(closure).GroupBy(folder.HasFolder).SelectMany(kind => kind.Key ? kind.Select(feed => (Sources: new[] { feed }, Target: feed + "/")) : kind.GroupBy(RelativePath.FolderOf, StringComparer.Ordinal).Select(files => (Sources: files.ToArray(), Target: "./" + (files.Key.Length == 0 ? "" : files.Key + "/")))))
        {
            builder = builder.Copy(group.Sources, group.Target).Because("What a restore reads changes less often than the source: the packages stay in the cache.");
        }

        builder = builder
            .Run(publishing.Restore, [DownloadCache(), .. Credentials(settings)]).Because("Restores the packages once; a change of the source does not repeat it. They stay in this stage, where later steps and the variants find them.")
            .Copy(".", ".")
            .Run(publishing.Publish).Because(publishing.Reason);
        var (variants, stages) = Variants(settings, all, project, bases);
        return ProjectDescription.Of(folder.Path, settings, new Preset
        {
            Name = project.AssemblyName,
            Builder = builder,
            Stages = stages,
            Artifacts = [new Artifact("/app/", "/app/") { Reason = "The published program is all that ships." }],
            FinalBase = bases.Final(),
            FinalReason = bases.FinalReason,
            Workdir = "/app",
            User = "1654:1654",
            Entrypoint = publishing.Entrypoint,
            Environment = bases.Environment,
            Ports = bases.UsesAspNet && project.IsWeb ? [WebPort] : [],
            SharedLibraries = bases.NeedsLibraries ? publishing.NativeFiles : [],
            Secrets = BuilderSteps.Secrets(settings, CredentialsId),
            Variants = variants,
            Findings = Findings(project, publishing, closure, all),
            Assumptions = Assumptions(project, publishing, missing, all, bases),
        });
    }

    private static (IReadOnlyList<Variant> Variants, IReadOnlyList<Stage> Stages) Variants(DotNetProjectSettings settings, DotNetFolder all, DotNetProject project, DotNetBases bases)
    {
        var development = ReadyVariants.Development(settings, ["dotnet", "watch", "run", "--project", project.Path, "--no-launch-profile"], [.. ProjectDescription.Given(settings.Ports, project.IsWeb ? [WebPort] : [])]);
        development = project.IsWeb && bases.Version.Major >= 8 ? development with { Stage = development.Stage!.Env("ASPNETCORE_HTTP_PORTS", WebPort).Env("DOTNET_ENVIRONMENT", "Development").Because("The image of the SDK sets no port.") } : development;
        if ((settings.TestCommand ?? TestCommand(all)) is not { } command)
        {
            return ([development], []);
        }

        var (test, run) = ReadyVariants.Test(command, [DownloadCache(), .. Credentials(settings)]);
        return ([development, test], [run]);
    }

    /// <summary>Runs the tests of every project that has some, also where those of one fail.</summary>
    private static string? TestCommand(DotNetFolder all)
    {
        var arguments = all.UsesTestingPlatform() ? $"--results-directory {ReadyVariants.ResultsFolder} --report-trx" : $"--logger trx --results-directory {ReadyVariants.ResultsFolder}";
        string[] commands = [.. all.Tests.Select(test => $"dotnet test {(all.UsesTestingPlatform() ? "--project " : "")}{ShellWord.Quoted(test.Path)} {arguments}")];
        return commands.Length switch
        {
            0 => null,
            1 => commands[0],
            _ => $"failed=0; {string.Concat(commands.Select(command => command + " || failed=1; "))}exit $failed",
        };
    }

    private static IReadOnlyList<string> Findings(DotNetProject project, Publishing publishing, IReadOnlyList<DotNetProject> closure, DotNetFolder all) =>
    [
        $"the program is {project.Path}, for {publishing.Framework}",
        .. closure.Count > 1 ? [$"it is built from {closure.Count.ToString(CultureInfo.InvariantCulture)} projects: {string.Join(", ", closure.Select(other => other.Path))}"] : Array.Empty<string>(),
        $"it is published {publishing.Described}",
        .. all.Sdk() is { } sdk ? [$"global.json asks for the SDK {sdk.Version}"] : Array.Empty<string>(),
        .. publishing.IsLocked ? ["packages.lock.json fixes the versions of the packages"] : Array.Empty<string>(),
        .. all.Tests.Select(test => $"{test.Path} has tests"),
    ];

    private static IReadOnlyList<Assumption> Assumptions(DotNetProject project, Publishing publishing, IReadOnlyList<string> missing, DotNetFolder all, DotNetBases bases) =>
    [
        .. missing.Select(reference => new Assumption($"{project.Name} refers to '{reference}', which is not in the project's folder and does not travel. Describe the folder above both.", Doubtful: true)),
        .. publishing.FrameworkAssumption is { } framework ? [new Assumption(framework)] : Array.Empty<Assumption>(),
        .. all.LeavesOutObj ? Array.Empty<Assumption>() : [new Assumption("no .dockerignore leaves out **/bin and **/obj: what a build on the host left there would travel, so that publishing restores once more. Add the two lines.")],
        .. bases.GlobalizationAssumption is { } cultures ? [new Assumption(cultures, Doubtful: true)] : Array.Empty<Assumption>(),
    ];

    /// <summary>Caches what is downloaded, not the packages themselves: a later step that needs them must not depend on a cache.</summary>
    private static RunMount DownloadCache() => RunMount.Cache("/root/.local/share/NuGet/http-cache");

    private static IEnumerable<RunMount> Credentials(DotNetProjectSettings settings) => BuilderSteps.Credentials(settings, CredentialsId, "/root/.nuget/NuGet/NuGet.Config");
}
