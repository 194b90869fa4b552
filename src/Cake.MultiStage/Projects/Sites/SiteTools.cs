using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>
/// The tools of Node's that make sites and no servers. The sources are their documentation's pages on configuration and deployment; where
/// the names of files change with their content, a browser may keep them for good.
/// </summary>
internal static class SiteTools
{
    private const string IndexPage = "index.html";
    private const string Hex = "[.][0-9a-f]{8}[.]";

    /// <summary>Names of scripts that make a site, where <c>build</c> makes something else.</summary>
    private static readonly string[] Scripts = ["generate", "docs:build", "build:docs", "docs-build", "site:build", "build:site", "export",
        "build:prod"];

    private static NodeFramework[] Table =>
    [
        Tool("Docusaurus", "@docusaurus/core") with
        {
            Configuration = NodeFrameworks.Named("docusaurus.config"), Builds = @"\bdocusaurus\s+build\b", Build = "docusaurus build",
            Output = "build", OutputSays = @"--out-dir[= ](?<output>\S+)", BaseSays = @"\bbaseUrl\s*:\s*['""`](?<base>[^'""`$]+)['""`]",
            Hashed = "^/assets/", NeedsHistory = @"\bshowLastUpdate(Time|Author)\s*:\s*true",
        },
        Tool("VitePress", "vitepress") with
        {
            RootSays = @"\bvitepress[ ]+build[ ]+(?<root>[^\s-]\S*)", Configuration = NodeFrameworks.Named(".vitepress/config"),
            Builds = @"\bvitepress\s+build\b", Output = ".vitepress/dist", OutputSays = @"\boutDir\s*:\s*['""`](?<output>[^'""`]+)['""`]",
            BaseSays = @"\bbase\s*:\s*['""`](?<base>/[^'""`$]*)['""`]", Hashed = "^/assets/",
            NeedsHistory = @"\blastUpdated\s*:\s*(true|\{)",
        },
        Tool("VuePress", "vuepress", "@vuepress/cli") with
        {
            RootSays = @"\bvuepress[ ]+build[ ]+(?<root>[^\s-]\S*)", Configuration = NodeFrameworks.Named(".vuepress/config"),
            Builds = @"\bvuepress\s+build\b", Output = ".vuepress/dist",
            OutputSays = @"(?:\bdest\s*:\s*['""`]|(?<here>--dest[= ]|-d\s+))(?<output>[^'""`\s]+)",
            BaseSays = @"\bbase\s*:\s*['""`](?<base>/[^'""`$]*)['""`]", Hashed = "^/assets/",
        },
        Tool("Eleventy", "@11ty/eleventy") with
        {
            Configuration = [".eleventy.js", .. NodeFrameworks.Named("eleventy.config")], Build = "@11ty/eleventy", Output = "_site",
            OutputSays = @"(?:\boutput['""]?\s*:\s*['""`]|--output[= ])(?<output>[^'""`\s]+)",
            BaseSays = @"(?:\bpathPrefix\s*:\s*['""`]|--pathprefix[= ]['""]?)(?<base>/[^'""`\s$]*)",
        },
        Tool("Gatsby", "gatsby") with
        {
            Configuration = NodeFrameworks.Named("gatsby-config"), Build = "gatsby build", Output = "public", BaseSays = null,
            Hashed = "^/static/|-[0-9a-f]{20}[.](js|css)$", PublicPrefix = "GATSBY_",
        },
        Tool("Hexo", "hexo") with
        {
            Configuration = ["_config.yml"], Build = "hexo generate", Output = "public",
            OutputSays = @"(?m)^public_dir:[ \t]*(?<output>[^\s#]+)", BaseSays = @"(?m)^root:[ \t]*['""]?(?<base>/[^\s#'""]*)",
        },
        App("Create React App", "react-scripts") with
        {
            Configuration = ["package.json"], Build = "react-scripts build", Output = "build",
            OutputSays = @"\bBUILD_PATH=['""]?(?<output>[^\s'""]+)", BaseSays = @"""homepage""\s*:\s*""(?<base>[^""]+)""",
            Hashed = "^/static/", PublicPrefix = "REACT_APP_",
        },
        App("Vue CLI", "@vue/cli-service") with
        {
            Configuration = ["vue.config.js", "vue.config.cjs"], Build = "vue-cli-service build", Output = "dist",
            OutputSays = @"\boutputDir\s*:\s*['""`](?<output>[^'""`]+)|--dest[= ](?<output>\S+)",
            BaseSays = @"\bpublicPath\s*:\s*['""`](?<base>[^'""`$]+)['""`]", Hashed = $"^/(js|css|img|fonts)/.+{Hex}",
            PublicPrefix = "VUE_APP_",
        },
        App("Quasar", "@quasar/app-vite", "@quasar/app-webpack") with { Build = "quasar build", Output = "dist/spa",
            Hashed = "^/assets/.+-[0-9A-Za-z_-]{8}[.]" },
        App("Rsbuild", "@rsbuild/core") with
        {
            Configuration = NodeFrameworks.Named("rsbuild.config"), Build = "rsbuild build", Output = "dist", Hashed = "^/static/",
            PublicPrefix = "PUBLIC_",
        },
        App("Ember", "ember-cli") with { Build = "ember build --environment=production", Output = "dist",
            Hashed = "^/assets/.+-[0-9a-f]{32}[.]" },
        App("Parcel", "parcel", "parcel-bundler") with
        {
            Builds = @"\bparcel\s+build\b", Output = "dist", OutputSays = @"--dist-dir[= ](?<output>\S+)", CountsPages = true,
            Hashed = Hex + "(js|css)$",
        },
        App("Vite", "vite") with
        {
            RootSays = @"\bvite[ ]+build[ ]+(?<root>[^\s&|;-][^\s&|;]*)|(?m)^\s*root\s*:[^'""`\n]*['""`](?<root>[^'""`\n]+)['""`]",
            Configuration = NodeFrameworks.Named("vite.config"), SaysNot = @"\blib\s*:\s*\{", Build = "vite build", Output = "dist",
            OutputSays =
                @"\boutDir\s*:\s*(?:(?<here>(?:path\.)?(?:resolve|join)\()[^'""`\n]*|fileURLToPath\(new "
                    + @"URL\()?['""`](?<output>[^'""`\n]+)['""`]"
                + @"|--outDir[= ](?<output>\S+)",
            BaseSays = @"(?m)^\s*base\s*:\s*['""`](?<base>[^'""`$]+)['""`]|--base[= ](?<base>\S+)", CountsPages = true,
            Hashed = "^/assets/.+-[0-9A-Za-z_-]{8}[.]", PublicPrefix = "VITE_",
        },
        App("webpack", "webpack") with
        {
            Beside = ["html-webpack-plugin"],
            Configuration = ["webpack.config.js", "webpack.config.ts", "webpack.prod.js", "webpack.common.js",
                "config/webpack.config.prod.js"],
            Output = "dist", OutputSays = @"\bpath\s*:\s*path\.(?:resolve|join)\([^'""`\n]*['""`](?<output>[^'""`\n]+)['""`]\s*\)",
            BaseSays = @"\bpublicPath\s*:\s*['""`](?<base>[^'""`$]+)['""`]",
        },
    ];

    /// <summary>Tells whether a package makes a site, and nothing of it is a server.</summary>
    public static bool IsSite(ProjectFolder folder, NodePackage package) =>
        !NodeProgram.HasServer(folder, package) && Of(folder, package, "build") is not null;

    /// <summary>Returns what makes the site of a package, and the script that does it; null where nothing is known to.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="package">Its package.json.</param>
    /// <param name="wanted">The script that is asked for.</param>
    public static (NodeFramework Tool, string? Script)? Of(ProjectFolder folder, NodePackage package, string wanted)
    {
        string[] scripts = [.. Scripts.Prepend(wanted).Where(package.Scripts.ContainsKey).Distinct(StringComparer.Ordinal)];
        foreach (var script in scripts)
        {
            var framework = NodeFrameworks.Of(folder, package, script);
            var found = framework is null ? NodeFrameworks.First(Table, folder, package, script)
                : framework.Outcome == NodeOutcome.Site ? framework : null;
            if (found is not null)
            {
                return (found, script);
            }
        }

        // Without a script the tool is called by its own name.
        return scripts.Length > 0 || NodeFrameworks.Of(folder, package, wanted) is { Outcome: not NodeOutcome.Site } ? null
            : (NodeFrameworks.Of(folder, package, wanted)
                ?? NodeFrameworks.First(Table, folder, package, wanted)) is { Build: not null } alone ? (alone, null)
            : null;
    }

    private static NodeFramework Tool(string name, params string[] packages) => new(name, packages, NodeOutcome.Site);

    private static NodeFramework App(string name, params string[] packages) => Tool(name, packages) with { Fallback = IndexPage };
}
