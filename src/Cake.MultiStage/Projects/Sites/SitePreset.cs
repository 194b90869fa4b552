using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>The preset for static sites: made by a generator or by hand, served by an nginx that needs no root.</summary>
internal static class SitePreset
{
    private const string User = "101:101"; // 'nginx' in nginx's images

    /// <summary>What makes a site, by the files that show it; the first that fits counts.</summary>
    private static readonly (Func<ProjectFolder, SiteProjectSettings, bool> Is,
        Func<ProjectFolder, SiteProjectSettings, SiteBuild> Of)[] Generators =
    [
        ((folder, _) => HugoSite.Is(folder), HugoSite.Of),
        ((folder, _) => PythonSite.IsMkDocs(folder), PythonSite.MkDocs),
        ((folder, _) => DotNetSite.IsDocFx(folder), DotNetSite.DocFx),
        ((folder, _) => JekyllSite.Is(folder), JekyllSite.Of),
        (IsNode, NodeSite.Of),
        ((folder, _) => DotNetSite.IsBlazor(folder), DotNetSite.Blazor),
        ((folder, settings) => settings.Output is null && PythonSite.IsSphinx(folder), PythonSite.Sphinx),
        ((_, _) => true, PlainSite.Of),
    ];

    public static EcosystemPreset Entry => new(Ecosystem.Site, EcosystemPreset.By<SiteProjectSettings>(Describe))
    {
        Manifests = ["hugo.toml", "hugo.yaml", "hugo.json", "mkdocs.yml", "docfx.json", "_config.yml", "conf.py", "package.json",
            "*.csproj", .. HugoSite.OldFiles],
        Sources = ["index.html"],
        SourceStrength = SignStrength.Page,
        Below = path => path is "public/index.html" or "site/index.html" or "html/index.html" ? SignStrength.Page
            : HugoSite.Folders.Contains(path, StringComparer.Ordinal) ? SignStrength.Manifest : null,
        Read = (files, sign) => sign.File switch
        {
            "_config.yml" when JekyllSite.Is(files.Folder) => sign with { Reading = "a site of Jekyll" },
            "_config.yml" when !files.Has("index.html") =>
                sign with { Strength = SignStrength.Helper, Reading = "the configuration of a page" },
            _ when HugoSite.OldFiles.Contains(sign.File, StringComparer.Ordinal) => HugoSite.Is(files.Folder)
                ? sign with { Reading = "a site of Hugo" } : null,
            "conf.py" => PythonSite.IsSphinxAlone(files.Folder) ? sign with { Reading = "a site of Sphinx" } : null,
            // A solution in a folder below may have the server of these pages.
            "package.json" => PackageJson.Read(files.Folder).Generator is { } generator
                ? sign with
                {
                    Strength = files.HasAnywhere("*.sln", "*.slnx") && !files.Has("*.sln", "*.slnx") ? SignStrength.Nested : sign.Strength,
                    Reading = $"{generator} makes a site, and nothing in it is a server",
                } : null,
            _ when sign.File.EndsWith(".csproj", StringComparison.Ordinal) => DotNetSite.IsBlazor(files.Folder)
                ? sign with { Reading = "browsers run it, and nothing in it is a server" } : null,
            _ => sign,
        },
        Beside = (files, sign, manifests) => !manifests.Any(other => other is not (Ecosystem.Site or Ecosystem.Node)) ? null
            // What installs the generator is not a program of Python's.
            : sign.File == "mkdocs.yml"
                && manifests.All(other => other is Ecosystem.Site or Ecosystem.Python)
                && !files.Has("*.py", "pyproject.toml") ? null
            : sign.File == "conf.py" && manifests.All(other => other is Ecosystem.Site or Ecosystem.Python) ? null
            : sign.File switch { "package.json" =>
                "assets", "mkdocs.yml" or "docfx.json" or "_config.yml" or "conf.py" => "the documentation", _ => null },
    };

    public static ImageProject Describe(string path, SiteProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (settings.Output is null && HugoSite.IsTheme(folder))
        {
            throw HugoSite.ThemeAlone(folder);
        }

        if (settings.Package is null
            && Generators.First(one => one.Is(folder, settings)).Of == NodeSite.Of
            && NodeWorkspace.Owning(folder) is { } owner)
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
        var final = ChosenBase.Of("A static site", settings, BaseFlavor.Alpine, new Dictionary<BaseFlavor, string>
        {
            [BaseFlavor.Alpine] = "nginxinc/nginx-unprivileged:stable-alpine-slim",
            [BaseFlavor.Slim] = "nginxinc/nginx-unprivileged:stable",
        });
        var project = new Preset
        {
            Name = site.Name,
            Builder = server.In(site.Builder),
            IsPortable = true,
            Artifacts = server.Artifacts,
            IsSite = true,
            Base = final,
            BaseReason = "A small nginx that listens on 8080 and needs no root.",
            User = User,
            Ports = server.Ports,
            Endpoint = server.Endpoint,
            // nginx's image on Debian has it.
            Client = final is { Flavor: BaseFlavor.Slim, IsGiven: false } ? HealthClient.Curl : null,
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
        && (package.Scripts.ContainsKey(settings.BuildScript)
            || SiteTools.Of(folder, package, settings.BuildScript) is not null
            || NodeWorkspace.Read(folder) is not null);
}
