using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>Sites that a tool of Node's makes: by a script of <c>package.json</c>, alone or as a package of a workspace.</summary>
internal static class NodeSite
{
    private static readonly string[] DevelopmentScripts = ["dev", "start", "develop", "serve"];

    /// <summary>Describes how the site is made.</summary>
    /// <exception cref="MultiStageException">Nothing builds it, something of it is a server, or several packages could be it.</exception>
    public static SiteBuild Of(ProjectFolder folder, SiteProjectSettings settings)
    {
        var source = NodeSource.Of(folder, settings.Package, IsSite, NodeSource.Site);
        var package = source.Package;
        var found = SiteTools.Of(source.Folder, package, settings.BuildScript);
        var tool = found?.Tool;
        var script = found is { } one ? one.Script : package.Scripts.ContainsKey(settings.BuildScript) ? settings.BuildScript : null;
        if (settings.Output is null && tool is null && NodeFrameworks.Of(source.Folder, package, settings.BuildScript) is { } server)
        {
            throw new MultiStageException(server.Outcome == NodeOutcome.Elsewhere
                ? $"'{source.Folder.Path}' is written with {server.Name}. {server.Advice}"
                : $"'{source.Folder.Path}' is not a static site: {server.Name} answers its requests. Describe it by MultiStageNode. "
                    + "Where its build leaves finished pages, too, name their folder by site.Output.");
        }

        if (script is null && tool?.Build is null)
        {
            throw new MultiStageException($"'{source.Folder.Path}' is not a static site that could be built: package.json has no script "
                + $"'{settings.BuildScript}'. Name the one that builds the site, as in site.BuildScript = "
                + $"\"{package.Scripts.Keys.FirstOrDefault(name => name.Contains("build", StringComparison.Ordinal)) ?? "generate"}\".");
        }

        var version = NodeVersion.Choose(source.Folder.Has(".nvmrc") ? source.Folder : source.Root, package.Engine is null
            ? source.RootPackage : package, settings, ToolchainTable.Default);
        var manager = NodeManager.Of(source.Root, source.RootPackage, version.Tag);
        var output = settings.Output?.TrimEnd('/') ?? (tool?.Output is { Length: > 0 } known ? known : "dist");
        var own = source.Member?.Folder ?? "";
        string[] commands =
        [
            .. source.Built.Where(part => part != source.Member && part.Package.Scripts.ContainsKey("build"))
                .Select(part => manager.Run("build", part.Folder)),
            script is null ? NodeSteps.Inside(own, $"{manager.Npx} {tool!.Build}") : manager.Run(script, own),
            SiteBuild.Check(own.Length == 0 ? output : $"{own}/{output}"),
        ];
        var natives = NativePackages.Of(source);
        var toolchain = manager.In(
            BuilderSteps.Start(NodeVersion.Image(version.Tag, "-slim"), settings, source.Directory, packages: natives.Tools), settings);
        var (variables, told) = PublicVariables(source, tool);
        return new SiteBuild(source.Root, (package.Name ?? source.Folder.Name).Split('/')[^1],
            NodeSteps.Source(NodeSteps.Install(toolchain, settings, source, manager), source, manager, commands), $"{source.Home}/{output}")
        {
            Own = source.Folder,
            Directory = source.Home,
            Base = tool?.Base ?? "",
            Fallback = tool?.Fallback,
            Hashed = tool?.Hashed,
            Development = new DevelopmentSteps(DevelopmentScripts.FirstOrDefault(package.Scripts.ContainsKey) is { } start
                ? ["sh", "-c", manager.Run(start, own)] : ["sh"]),
            Tests = NodeSteps.Tests(source, manager),
            Credentials = NodeSteps.CredentialsOf(manager),
            Ignored = [.. NodeSteps.Ignored, (own.Length == 0 ? "" : own + "/") + output],
            Included = variables,
            Findings =
            [
                $"{(script is null ? tool!.Build : $"the script '{script}' of package.json")} makes the site"
                    + (tool is null ? "" : $", with {tool.Name}")
                    + (source.Member is { } member ? $", in the package {member.Folder} of a workspace" : ""),
                $"{manager.Name} installs the packages",
                $"the finished site is in {output}",
            ],
            Assumptions = [.. source.Assumptions, .. settings.BuilderImage is null ? version.Assumptions : [], .. natives.Assumptions,
                .. RegistryToken.Missing(source.Root, settings, NodeSource.Site, manager), .. manager.Assumptions, .. told,
                .. Assumptions(source, tool, settings, manager)],
        };
    }

    // What others take in, or holds others together, and no script builds, only uses the tool.
    private static bool IsSite(ProjectFolder folder, NodePackage package) => SiteTools.IsSite(folder, package)
        && !((package.IsForOthers || NodeWorkspace.Read(folder) is not null) && SiteTools.Of(folder, package, "build")?.Script is null);

    private static IEnumerable<Assumption> Assumptions(NodeSource source, NodeFramework? tool, SiteProjectSettings settings,
        NodeManager manager)
    {
        if (tool is null && settings.Output is null)
        {
            yield return new Assumption("Where the build puts the site is taken to be 'dist'; set site.Output where it is elsewhere.",
                Doubtful: true);
        }

        if (source.Package.HasAnyDependencies && !manager.IsLocked)
        {
            yield return new Assumption("There is no lock file: two builds may install different versions.");
        }

        if (tool?.ReadsHistory == true && !settings.Include.Contains(".git"))
        {
            yield return SiteHistory.Missing(tool.Name);
        }
    }

    /// <summary>
    /// Finds <c>.env</c> and <c>.env.production</c>, which stay out as they may hold passwords: one that holds nothing but what the tool
    /// puts into the pages for everybody to see travels.
    /// </summary>
    private static (IReadOnlyList<string> Included,
        IReadOnlyList<Assumption> Assumptions) PublicVariables(NodeSource source, NodeFramework? tool)
    {
        List<string> included = [];
        List<Assumption> told = [];
        foreach (var file in tool?.PublicPrefix is null ? [] : source.Folder.Existing(".env", ".env.production"))
        {
            var names = source.Folder.Read(file).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split('=')[0].Replace("export ", "", StringComparison.Ordinal).Trim()).ToList();
            var shown = names.Where(name => name.StartsWith(tool!.PublicPrefix!, StringComparison.Ordinal)).ToList();
            var path = source.Member is { } member ? $"{member.Folder}/{file}" : file;
            if (shown.Count == names.Count)
            {
                included.Add(path);
            }
            else if (shown.Count > 0)
            {
                told.Add(new Assumption(
                    $"'{path}' stays out of the build context, as it may hold passwords, and with it what {tool!.Name} would put into the "
                        + $"pages: {string.Join(", ", shown.Take(3))}. Set site.Include.Add(\"{path}\") where all of it is public, "
                        + $"or give the values, as in site.BuilderEnvironment[\"{shown[0]}\"] = \"…\".", Doubtful: true));
            }
        }

        return (included, told);
    }
}
