using System.IO.Enumeration;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// What ships of the folder in which a program was built, as one <c>COPY</c>: what a framework's output is, what <c>files</c> in
/// package.json lists, or all but what is known to be for development.
/// </summary>
internal sealed class NodeShipping(NodeSource source, NodeProgram program, NodeProjectSettings settings, string user, bool isBun)
{
    private const string ProgramStage = "program";
    private const string Packed = "/program";

    /// <summary>Names of files and folders that serve development alone.</summary>
    private static readonly string[] Development =
    [
        "node_modules", "test", "tests", "__tests__", "__mocks__", "e2e", "cypress", "playwright", "coverage", "benchmark", "benchmarks",
        "patches",
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "pnpm-workspace.yaml",
        "bunfig.toml",
        "eslint.config.*", "prettier.config.*", "jest.config.*", "jest.preset.*", "jest.setup.*", "vitest.config.*", "vitest.workspace.*",
        "playwright.config.*", "cypress.config.*",
        "commitlint.config.*", "lint-staged.config.*", "webpack.config.*", "rollup.config.*", "tsup.config.*", "esbuild.config.*",
        "postcss.config.*", "tailwind.config.*",
        "build.js", "build.mjs", "build.ts", "gulpfile.*", "Gruntfile.*", "nx.json", "project.json", "turbo.json", "lerna.json",
        "rush.json", "nest-cli.json", "angular.json", "biome.json", "biome.jsonc", "renovate.json", "nodemon.json", "typedoc.json",
        "deno.json",
        "Dockerfile*", "*.dockerfile", "docker-compose*", "compose.yml", "compose.yaml", "Makefile", "Procfile", "fly.toml",
        "netlify.toml", "vercel.json", "Vagrantfile",
        "LICENSE*", "LICENCE*", "*.md", "*.test.*", "*.spec.*", "*.cake", "*.tsbuildinfo",
    ];

    /// <summary>The compiler's settings, which also tools read that compile when the program runs.</summary>
    private static readonly string[] Compiler = ["tsconfig.json", "tsconfig.*.json", "jsconfig.json", "babel.config.*"];

    private static readonly string[] RunningCompilers = ["tsx", "ts-node", "ts-node-esm", "tsconfig-paths", "babel-node",
        "@babel/register", "@swc-node/register", "@swc/register", "esbuild-register"];

    /// <summary>Files with a dot that a program reads when it runs; others are of tools.</summary>
    private static readonly string[] Read = [".env.production", ".sequelizerc", ".sailsrc", ".well-known"];

    private static readonly HashSet<string> Code = new(StringComparer.OrdinalIgnoreCase)
    {
        ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".css", ".scss", ".sass", ".less", ".map", ".snap",
    };

    /// <summary>Gets the stage in which what ships is set apart; null where it is taken from the builder.</summary>
    public Stage? Stage => Listed.Count > 0 ? null : IsPacked ? Pack() : Prune();

    /// <summary>Gets what ships, but for the packages.</summary>
    public IReadOnlyList<Artifact> Artifacts => Listed.Count > 0 ? Listed
        : [new Artifact(IsPacked ? Packed + "/" : NodeSource.Top + "/", NodeSource.Top + "/", Stage is null ? ImageProject.BuilderStage
            : ProgramStage) { Reason = Reason }];

    public string Reason => IsPacked ? "What \"files\" in package.json lists." : "The program, without what serves development alone.";

    /// <summary>Gets the files that the settings or the framework list.</summary>
    private IReadOnlyList<Artifact> Listed => settings.Files.Count > 0
        ? [.. settings.Files.Select(file => new Artifact($"{source.Home}/{file}", $"{source.Home}/{file}"))]
        : program is { IsFrameworks: true, Framework.Ships: { Count: > 0 } ships }
            ? [.. ships.Where(pair => pair.Source != "public" || source.Folder.HasFolder("public")).Select(Shipped)]
        : [];

    /// <summary>Gets a value indicating whether package.json lists what ships; npm packs only what has a name and a version.</summary>
    private bool IsPacked => source.Package is { Files.Count: > 0, Name: not null, Version: not null } && !source.IsTree
        && program.Framework?.Ships.Count is null or 0 && program.Start.File is not null && !isBun;

    // Next.js writes pages that it makes anew into its own folder; its standalone output begins at the root of a workspace.
    private Artifact Shipped((string Source, string Target) pair) =>
        new($"{source.Home}/{pair.Source}", pair.Target.Length == 0 ? source.Directory + "/" : $"{source.Home}/{pair.Target}")
        {
            Reason = $"What {program.Framework!.Name} put out.", Owner = program.Framework.Writes.Count > 0 ? user : null,
        };

    private Stage Pack() => Dockerfiles.Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(ProgramStage)
        .Because("Sets apart what ships.")
        .Run(ShellWord.Sequence([
            $"mkdir {Packed} /packed", "npm pack --ignore-scripts --silent --pack-destination /packed", "tar -xzf /packed/*.tgz "
                + $"--strip-components=1 -C {Packed}", .. Check(Packed + "/")]))
        .Because("npm itself reads what \"files\" in package.json lists.");

    private Stage? Prune()
    {
        string[] commands = [.. Removal(), .. Writable(), .. Check("")];
        return commands.Length == 0 ? null : Dockerfiles.Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(ProgramStage)
            .Because("Sets apart what ships.")
            .Run(ShellWord.Sequence(commands)).Because("Takes away what serves development alone; everything else ships.");
    }

    private IEnumerable<string> Removal()
    {
        var needed = source.Needed.Select(package => package.Folder).ToList();
        string[] names =
        [
            .. Names(source.Root, ""),
            .. needed.SelectMany(folder => Names(new ProjectFolder(Path.Combine(source.Root.Path, folder)), folder + "/")),
            .. source.Member is null ? [] : source.Workspace!.Packages.Select(package => package.Folder)
                .Where(folder => !needed.Contains(folder, StringComparer.Ordinal)
                && !needed.Exists(other => other.StartsWith(folder + "/", StringComparison.Ordinal))),
            .. program.Framework?.Leftovers.Select(left => source.Member is { } member ? $"{member.Folder}/{left}" : left) ?? [],
        ];
        if (source.IsTree)
        {
            yield return $"find {NodeSource.Top} -name node_modules -prune -exec rm -rf {{}} +";
        }

        string[] removed = [.. names.Concat(!source.IsTree && source.Package.HasAnyDependencies ? ["node_modules"] : [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (removed.Length > 0)
        {
            yield return "rm -rf " + string.Join(' ', removed.Select(ShellWord.Quoted));
        }
    }

    /// <summary>Gives the folders that the program keeps files in, such as uploads, to the user that it runs as.</summary>
    private IEnumerable<string> Writable()
    {
        var inner = source.Member is { } member ? member.Folder + "/" : "";
        string[] folders = [.. KeptFolders.Of(source.Folder).Select(name => ShellWord.Quoted(inner + name))];
        return folders.Length == 0 || !char.IsAsciiDigit(user[0]) ? []
            : [$"mkdir -p {string.Join(' ', folders)}", $"chown -R {user} {string.Join(' ', folders)}"];
    }

    private IEnumerable<string> Names(ProjectFolder folder, string prefix) =>
        folder.Travelling(settings, NodeSteps.Ignored).Where(name => IsDevelopment(name) || (name == "src" && IsCompiled(folder)))
            // The install names it, so that it travels although files of its kind stay out.
            .Concat(folder.Existing(".npmrc")).Distinct(StringComparer.Ordinal).Select(name => prefix + name);

    private bool IsDevelopment(string name) => (name[0] == '.' && !Read.Contains(name, StringComparer.Ordinal))
        || (!Runs(name) && (Matches(Development, name)
            || (Matches(Compiler, name)
                && !isBun
                && !program.Start.Tools.Any(tool => RunningCompilers.Contains(tool, StringComparer.Ordinal)))));

    private bool Runs(string name) => program.Start.Flags.Select(NodeScripts.Preloaded).Append(program.Start.File ?? "")
        .Select(file => file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file)
        .Any(file => file == name || file.StartsWith(name + "/", StringComparison.Ordinal));

    /// <summary>Tells whether the source is only what the build compiled: nothing in it could be read when the program runs.</summary>
    private bool IsCompiled(ProjectFolder folder) => !isBun && IsBuilt(folder) && program.IsBuilt && !Runs("src")
        && program.Start.Tools.All(tool => !RunningCompilers.Contains(tool, StringComparer.Ordinal))
        && Directory.EnumerateFiles(Path.Combine(folder.Path, "src"), "*", SearchOption.AllDirectories)
            .All(file => Code.Contains(Path.GetExtension(file)));

    // A package of a workspace may be used from its source, without a build.
    private bool IsBuilt(ProjectFolder folder) => folder.Path == source.Folder.Path
        || (NodePackage.Read(folder).Scripts.ContainsKey("build")
            && !folder.Read("package.json").Contains("src/", StringComparison.Ordinal));

    /// <summary>Checks that the build made what is to run, where it could not be seen before.</summary>
    private IEnumerable<string> Check(string folder)
    {
        var inner = source.Member is { } member ? member.Folder + "/" : "";
        if (program.Start.File is not { } file || file.StartsWith("node_modules/", StringComparison.Ordinal)
            || (folder.Length == 0 && NodeProgram.Exists(source.Folder, file)))
        {
            yield break;
        }

        var found = string.Join(" || ", NodeProgram.Spellings(file).Where(name => file.EndsWith(".json", StringComparison.Ordinal)
            || !name.EndsWith(".json", StringComparison.Ordinal)).Select(name => $"test -e {ShellWord.Quoted(folder + inner + name)}"));
        var message = folder.Length == 0 ? $"The build made no '{file}', which node is to run. Name what it makes, as in node.EntryFile, "
            + "or the script, as in node.BuildScript."
            : $"'{file}', which node is to run, is not among the \"files\" of package.json. Add it, or set node.Files.";
        yield return $"{{ {found} || {{ echo {ShellWord.Quoted(message)} >&2; exit 1; }}; }}";
    }

    private static bool Matches(string[] patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name));
}
