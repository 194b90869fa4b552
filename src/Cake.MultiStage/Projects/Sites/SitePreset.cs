using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>The preset for static sites: made by a generator or by hand, served by an nginx that needs no root.</summary>
internal static class SitePreset
{
    private const string User = "101:101"; // 'nginx' in nginx's images

    /// <summary>What makes a site, by the files that show it; the first that fits counts.</summary>
    private static readonly (Func<ProjectFolder, SiteProjectSettings, bool> Is, Func<ProjectFolder, SiteProjectSettings, SiteBuild> Of)[] Generators =
    [
        ((folder, _) => HugoSite.Is(folder), HugoSite.Of),
        (IsNode, NodeSite.Of),
        ((_, _) => true, PlainSite.Of),
    ];

    public static EcosystemPreset Entry => new(Ecosystem.Site, EcosystemPreset.By<SiteProjectSettings>(Describe))
    {
        Manifests = ["hugo.toml", "hugo.yaml", "hugo.json", "_config.yml", "package.json"],
        Sources = ["index.html"],
        SourceStrength = SignStrength.Page,
        Below = path => path is "public/index.html" or "site/index.html" or "html/index.html" ? SignStrength.Page : null,
        Read = (files, sign) => sign.File switch
        {
            "_config.yml" when !files.Has("index.html") => sign with { Strength = SignStrength.Helper, Reading = "the configuration of a page" },
            "package.json" => PackageJson.Read(files.Folder).Generator is { } generator
                ? sign with { Reading = $"{generator} makes a site, and nothing in it is a server" } : null,
            _ => sign,
        },
        Beside = (_, sign, manifests) => sign.File == "package.json" && manifests.Any(other => other is not (Ecosystem.Site or Ecosystem.Node)) ? "assets" : null,
    };

    public static ImageProject Describe(string path, SiteProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (settings.Package is null && !HugoSite.Is(folder) && folder.Has("package.json") && NodeWorkspace.Owning(folder) is { } owner)
        {
            var inner = owner.Root.Described.TrimEnd('/');
            return Describe(NodeSite.Of(owner.Root, ImageProjectSettings.Changed(settings, site => site.Package = inner)), settings)
                .Widened($"'{folder.Path}' is a package of the workspace in '{owner.Root.Path}', which has the lock");
        }

        return Describe(Generators.First(one => one.Is(folder, settings)).Of(folder, settings), settings);
    }

    private static ImageProject Describe(SiteBuild site, SiteProjectSettings settings)
    {
        var server = new SiteServer(site, settings.SinglePage switch
        {
            true => site.Fallback ?? "index.html",
            false => null,
            null => site.Fallback,
        });
        var project = new Preset
        {
            Name = site.Name,
            Builder = server.In(site.Builder),
            Artifacts = server.Artifacts,
            Base = ChosenBase.Of("A static site", settings, BaseFlavor.Alpine, new Dictionary<BaseFlavor, string>
            {
                [BaseFlavor.Alpine] = "nginxinc/nginx-unprivileged:stable-alpine-slim",
                [BaseFlavor.Slim] = "nginxinc/nginx-unprivileged:stable",
            }),
            BaseReason = "A small nginx that listens on 8080 and needs no root.",
            User = User,
            Ports = server.Ports,
            Cmd = server.Cmd,
            WritableFolders = server.WritableFolders,
            Development = site.Development,
            Tests = site.Tests,
            Ignored = site.Ignored,
            Credentials = site.Credentials,
            Assumptions = [.. site.Assumptions, .. server.Assumptions],
            Findings = [.. site.Findings, .. server.Findings],
        }.Compose(site.Folder, settings);
        return project with { Included = [.. project.Included, .. site.Included] };
    }

    /// <summary>Tells whether packages of Node's are there that make the site, and not only help to write it.</summary>
    private static bool IsNode(ProjectFolder folder, SiteProjectSettings settings) => folder.Has("package.json")
        && NodePackage.Read(folder) is var package
        && (package.Scripts.ContainsKey(settings.BuildScript) || SiteTools.Of(folder, package, settings.BuildScript) is not null || NodeWorkspace.Read(folder) is not null);
}
