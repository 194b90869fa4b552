using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>The preset for static sites: made by Hugo, by a tool of Node's or by hand, served by an nginx that needs no root.</summary>
internal static class SitePreset
{
    private const string SourceDirectory = "/src";
    private const string Served = "/usr/share/nginx/html";
    private const string User = "101:101"; // 'nginx' in nginx's images
    private const string Port = "8080";

    private static readonly string[] HugoFiles = ["hugo.toml", "hugo.yaml", "hugo.json"];

    private static readonly string[] PageFolders = ["public", "site", "html", "."];

    // The folders that generators put their output in where nothing else is said, by the package that shows their use.
    private static readonly (string Package, string Folder)[] NodeOutputs =
        [("@11ty/eleventy", "_site"), ("react-scripts", "build"), ("next", "out"), ("vite", "dist"), ("astro", "dist"), ("@vue/cli-service", "dist"), ("@docusaurus/core", "build"), ("gatsby", "public")];

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
        var isHugo = IsHugo(folder);
        var isNode = !isHugo && folder.Has("package.json") && NodePackage.Read(folder).Scripts.ContainsKey(settings.BuildScript);
        var (builder, output, finding) = isHugo ? Hugo(folder, settings) : isNode ? Built(folder, settings) : Plain(folder, settings);
        return new Preset
        {
            Name = folder.Name,
            Builder = builder,
            Artifacts = [new Artifact($"{SourceDirectory}/{output}".TrimEnd('/', '.') + "/", Served) { Reason = "The finished site is all that ships." }],
            Base = ChosenBase.Of("A static site", settings, BaseFlavor.Slim, new Dictionary<BaseFlavor, string>
            {
                [BaseFlavor.Slim] = "nginxinc/nginx-unprivileged:stable",
                [BaseFlavor.Alpine] = "nginxinc/nginx-unprivileged:stable-alpine",
            }),
            BaseReason = "An nginx that listens on 8080 and needs no root.",
            User = User,
            Ports = [Port],
            Development = new DevelopmentSteps(isHugo ? ["hugo", "server", "--bind", "0.0.0.0", "--port", Port] : isNode ? ["npm", "run", "dev"] : ["ls", "-R", SourceDirectory]),
            Ignored = isHugo ? [output, "resources/_gen", ".hugo_build.lock"] : isNode ? [.. NodeSteps.Ignored, output] : [],
            Credentials = isNode ? NodeSteps.Credentials : null,
            Assumptions =
            [
                .. isNode && settings.BuilderImage is null ? NodeVersion.Choose(folder, NodePackage.Read(folder), settings, ToolchainTable.Default).Assumptions : [],
                .. isNode && settings.Output is null && output == "dist"
                    ? [new Assumption("Where the build puts the site is taken to be 'dist'; set site.Output where it is elsewhere.", Doubtful: true)] : Array.Empty<Assumption>(),
            ],
            Findings = [finding, $"the finished site is in {(output is "." ? "the folder itself" : output)}"],
        }.Compose(folder, settings);
    }

    private static bool IsHugo(ProjectFolder folder) =>
        folder.Existing(HugoFiles).Count > 0 || (folder.Existing("config.toml", "config.yaml").Count > 0 && folder.HasFolder("content"));

    private static (Stage Builder, string Output, string Finding) Hugo(ProjectFolder folder, SiteProjectSettings settings)
    {
        var output = settings.Output ?? "public";
        var builder = BuilderSteps.Start(HugoImage(settings.ToolchainVersion), settings, SourceDirectory);
        builder = (builder with { Instructions = [new UserInstruction("root"), .. builder.Instructions] }).Copy(".", ".")
            .Run($"hugo --minify --destination {ShellWord.Quoted(output)}", RunMount.Cache("/cache")).Because("Makes the site of its content.");
        return (builder, output, $"{folder.Existing([.. HugoFiles, "config.toml", "config.yaml"])[0]}: Hugo makes the site");
    }

    /// <summary>Names the image, which runs as a user who may write to its own folder alone.</summary>
    private static string HugoImage(string? version) => "ghcr.io/gohugoio/hugo:" + (version is null ? "latest" : "v" + version.TrimStart('v'));

    private static (Stage Builder, string Output, string Finding) Built(ProjectFolder folder, SiteProjectSettings settings)
    {
        var package = NodePackage.Read(folder);
        var version = NodeVersion.Choose(folder, package, settings, ToolchainTable.Default);
        var manager = NodeManager.Of(folder, package, version.Tag);
        var output = settings.Output ?? NodeOutputs.Where(one => package.Dependencies.Contains(one.Package) || package.DevelopmentDependencies.Contains(one.Package)).Select(one => one.Folder).FirstOrDefault() ?? "dist";
        var builder = NodeSteps.Source(BuilderSteps.Start(NodeVersion.Image(version.Tag, "-slim"), settings, SourceDirectory), folder, settings, package, manager, settings.BuildScript);
        return (builder, output, $"the script '{settings.BuildScript}' of package.json makes the site");
    }

    /// <exception cref="MultiStageException">There is no page.</exception>
    private static (Stage Builder, string Output, string Finding) Plain(ProjectFolder folder, SiteProjectSettings settings)
    {
        var output = settings.Output ?? PageFolders.FirstOrDefault(inner => folder.Has($"{inner}/index.html"))
            ?? throw new MultiStageException($"'{folder.Path}' is no static site: it has no hugo.toml, no package.json with a script '{settings.BuildScript}' and no index.html. Where the pages lie elsewhere set site.Output.");
        var source = output == "." || folder.HasFolder(output) ? output
            : throw new MultiStageException($"The pages are said to lie in '{output}', which is no folder in '{folder.Path}'. Correct site.Output.");
        var builder = BuilderSteps.Start("busybox:1", settings, SourceDirectory)
            .CopyNames([source], output == "." ? "." : output + "/")
            .Run("find . \\( -name \"Dockerfile*\" -o -name \"*.cake\" -o -name README.md -o -name artifacts -o -name \".*\" ! -name . ! -name .well-known \\) -prune -exec rm -rf {} +").Because("Files that are no part of a site do not ship.");
        return (builder, output, "index.html: the pages are finished");
    }
}
