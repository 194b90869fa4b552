using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Php;

/// <summary>
/// The preset for PHP: Apache with PHP in it, one program in the publisher's own image, without root; FPM would take a second server.
/// Extensions are compiled on the base, packages are installed from the lock before the source comes in, and neither Composer nor what is
/// for development ships.
/// </summary>
internal static class PhpPreset
{
    public const string AppDirectory = "/app";

    /// <summary>Words of the lines that start a server for the same pages.</summary>
    private static readonly string[] ServerWords = ["apache2-foreground", "apache2ctl", "apachectl", "apache2", "httpd", "httpd-foreground",
        "php-fpm", "nginx", "frankenphp", "supervisord", "serve", "-S", "unitd", "caddy", "rr", "octane:start", "s6-svscan"];

    private const string ShippedStage = "program";
    private const string Composer = "composer:2";
    private const string ComposerHome = "/composer";
    private const string User = "33:33"; // 'www-data' in PHP's images

    /// <summary>What Composer, the frameworks and their tools make in a project.</summary>
    private static readonly string[] Ignored =
    [
        "vendor", "**/node_modules", "**/.phpunit.result.cache", "**/.phpunit.cache", "**/.php-cs-fixer.cache", "var/cache", "var/log",
        "storage/logs/*.log", "storage/framework/cache/data/*", "storage/framework/sessions/*", "storage/framework/views/*.php",
        "bootstrap/cache/*.php", "public/hot", "public/storage",
    ];

    /// <summary>What stands beside a program and is not it, as patterns of names in its folder.</summary>
    private static readonly string[] Beside =
    [
        "node_modules", "tests", "test", "docs", "docker", ".docker", ".github", ".ddev", "Dockerfile*", "docker-compose*", "compose*.y*ml",
        "phpunit*", "phpstan*", "psalm*", "rector.php", "pint.json", ".php-cs-fixer*", ".editorconfig", ".gitignore", ".gitattributes",
        ".env.example", ".env.test", "*.md", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "vite.config.*",
        "webpack*", "tailwind.config.*", "postcss.config.*", "tsconfig*.json",
    ];

    private static CredentialsFile Credentials => new("composer-auth", ComposerHome + "/auth.json");

    public static EcosystemPreset Entry => new(Ecosystem.Php, EcosystemPreset.By<PhpProjectSettings>(Describe))
    {
        Manifests = ["composer.json"],
        Sources = ["index.php"],
        Below = path => path is "public/index.php" or "web/index.php" or "html/index.php" or "www/index.php" ? SignStrength.Source : null,
        Read = (files, sign) => files.HasAnywhere("*.php") ? sign
            : sign with { Strength = SignStrength.Helper, Reading = "the packages of tools, as there is no PHP source" },
    };

    /// <summary>Tells of a file whether it is of a package, and not of the project itself.</summary>
    public static bool IsOthers(string path) => path.StartsWith("vendor/", StringComparison.Ordinal)
        || path.Contains("/vendor/", StringComparison.Ordinal) || path.StartsWith("tests/", StringComparison.Ordinal);

    public static ImageProject Describe(string path, PhpProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var source = PhpSource.Read(folder, settings);
        var version = PhpVersion.Choose(folder, source.Composer, settings, ToolchainTable.Default);
        var extensions = PhpExtensions.Of(folder, source.Composer, settings);
        var assets = NodeAssets.Of(folder);
        var final = ChosenBase.Of("PHP", settings, BaseFlavor.Slim, new Dictionary<BaseFlavor, string>
        {
            [BaseFlavor.Slim] = PhpVersion.Image(version.Tag, source.IsServed ? "-apache" : "-cli"),
        });
        var builder = Builder(folder, source, settings, assets);
        var health = source.Framework?.Health is { } one
            && folder.ReadIfThere(one.File)?.Contains(one.Text, StringComparison.Ordinal) == true
            ? new HealthEndpoint(one.Path, one.File) : null;
        return new Preset
        {
            Name = source.Composer?.Name?.Split('/')[^1] ?? folder.Name,
            Builder = builder,
            Base = final,
            BaseReason = "What PHP runs on, with the extensions that the program needs, and without what building takes.",
            Runtime = Runtime(final, settings, source, extensions),
            Stages = [Shipped(source, settings)],
            Artifacts = [new Artifact(AppDirectory + "/", AppDirectory + "/", ShippedStage) { Reason = "The program with its packages." }],
            Workdir = AppDirectory,
            User = User,
            Environment = source.Framework?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Ports = source.IsServed ? [PhpServer.Port] : [],
            Endpoint = source.IsServed ? health : null,
            // PHP's image has it.
            Client = final.IsGiven ? null : HealthClient.Curl,
            Entrypoint = source.IsServed ? ["apache2-foreground"] : ["php", .. source.Command],
            StartWords = source.IsServed ? ServerWords : source.Command,
            Development = source.IsServed
                ? new DevelopmentSteps(["php", "-S", $"0.0.0.0:{PhpServer.Port}", "-t", source.Root!,
                    .. source.Index is { } page ? [page] : Array.Empty<string>()])
                : new DevelopmentSteps(["php", .. source.Command]),
            Tests = new TestSteps(source.Test, Cache()),
            Credentials = source.Composer is null or { IsVendored: true } ? null : Credentials,
            // Without Composer's manifest the folder of packages is a part of the project.
            Ignored = [.. Ignored.Where(line => line != "vendor" || source.Composer is { IsVendored: false }),
                .. assets is null ? Array.Empty<string>() : ["public/build"]],
            Findings = Findings(source, version, extensions, assets),
            Assumptions = [.. version.Assumptions, .. assets?.Version.Assumptions ?? [],
                .. Assumptions(source, version, extensions, settings)],
        }.Compose(folder, settings);
    }

    private static Stage Runtime(ChosenBase final, PhpProjectSettings settings, PhpSource source, PhpExtensions extensions)
    {
        var stage = Stage.From(ProjectDescription.Base(final.Image, settings))
            .Because("PHP as the program needs it, in building and when it runs.");
        stage = extensions.Names.Count == 0 ? stage : stage.Run(extensions.Install(), SystemPackages.Caches())
            .Because("Compiles the extensions that the program needs; of what that takes only linked libraries stay.");
        return source.IsServed
            ? stage.Run(PhpServer.Configure(source.Root!, source.HasFrontController, source.Index))
                .Because("PHP's own settings for production, and a web server that shows one folder, on a port that needs no root.")
            : stage.Run(PhpServer.Production).Because("PHP's own settings for production.");
    }

    private static Stage Builder(ProjectFolder folder, PhpSource source, PhpProjectSettings settings, NodeAssets? assets)
    {
        if (source.Composer is not { IsVendored: false } composer)
        {
            return AssetsBuilt(BuilderSteps.Start(Preset.RuntimeStage, settings, AppDirectory, source.Framework?.Environment,
                assets?.Packages), folder, assets, source.Defaults, source.Commands.Count == 0 ? null
                : stage => stage.Run(ShellWord.Sequence([.. source.Commands])).Because("Makes what the framework makes of the source."));
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["COMPOSER_HOME"] = ComposerHome, ["COMPOSER_CACHE_DIR"] = ComposerHome + "/cache", ["COMPOSER_ALLOW_SUPERUSER"] = "1",
            ["COMPOSER_NO_INTERACTION"] = "1",
        };
        var framework = source.Framework?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var builder = BuilderSteps.Start(
                Preset.RuntimeStage, settings, AppDirectory,
                ProjectDescription.Merged(environment, framework.ToDictionary(StringComparer.Ordinal)),
                [.. composer.NeedsUnzip ? ["unzip"] : Array.Empty<string>(), .. composer.NeedsGit ? ["git"] : Array.Empty<string>(),
                    .. assets?.Packages ?? []])
            .CopyFrom(Composer, "/usr/bin/composer", "/usr/bin/composer").Because("Composer's own image has its program in one file.");
        builder = builder.Manifests(folder, folder.Existing("composer.json", "composer.lock", "symfony.lock"),
            "The manifests change less often than the source: what they ask for stays in the cache.");
        foreach (var local in source.LocalFolders)
        {
            builder = builder.CopyNames([local], local + "/").Because("Packages that lie in the project itself.");
        }

        builder = builder.Run("composer install --no-dev --no-scripts --no-autoloader --prefer-dist --no-progress",
            [Cache(), .. Credentials.Mounts(settings)])
            .Because("Installs the packages once; a change of the source does not repeat it.");
        builder = AssetsBuilt(builder, folder, assets, source.Defaults, stage => stage.Run(ShellWord.Sequence(AfterSource(source)))
            .Because("Has Composer find classes by a map, and runs what the project does when it is installed."));
        return builder;
    }

    /// <summary>Brings the source in; what Node.js makes comes last, as its tools look into the packages.</summary>
    private static Stage AssetsBuilt(
        Stage builder, ProjectFolder folder, NodeAssets? assets, IReadOnlyList<string>? defaults = null, Func<Stage, Stage>? between = null)
    {
        builder = (assets is null ? builder : assets.Install(builder)).Source(folder);
        builder = defaults is not { Count: > 0 } ? builder
            : builder.CopyNames(defaults, "./")
                .Because("The framework's defaults, without which it does not start; keys belong elsewhere.");
        builder = between is null ? builder : between(builder);
        return assets is null ? builder : assets.Build(builder);
    }

    private static IEnumerable<string> AfterSource(PhpSource source)
    {
        string[] writes = [.. source.Writes.Select(ShellWord.Quoted)];
        return
        [
            .. writes.Length == 0 ? Array.Empty<string>() : [$"mkdir -p {string.Join(' ', writes)}"],
            "composer dump-autoload --no-dev --optimize",
            .. source.Composer!.Scripts.Contains("post-install-cmd")
                ? ["composer run-script --no-dev post-install-cmd"]
                : Array.Empty<string>(),
            .. source.Commands,
        ];
    }

    /// <summary>Makes the stage with what ships: the builder keeps all, for the variants of development and tests.</summary>
    private static Stage Shipped(PhpSource source, PhpProjectSettings settings)
    {
        var names = string.Join(" -o ", Beside.Where(name => name != source.Root).Select(name => $"-name \"{name}\""));
        string[] writes = [.. source.Writes.Select(ShellWord.Quoted)];
        var stage = Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(ShippedStage)
            .Because("What ships of the builder.")
            .Run($"find . -mindepth 1 -maxdepth 1 \\( {names} \\) -exec rm -rf {{}} +").Because("Leaves out what is only for development.");
        return writes.Length == 0 ? stage
            : stage.Run($"mkdir -p {string.Join(' ', writes)} && chown -R {settings.User ?? User} {string.Join(' ', writes)}")
                .Because("The folders that the program writes to belong to the image's user.");
    }

    private static IReadOnlyList<string> Findings(PhpSource source, VersionChoice version, PhpExtensions extensions, NodeAssets? assets) =>
    [
        .. source.Composer is { IsLocked: true } ? ["composer.lock names the packages"] : Array.Empty<string>(),
        .. version.Asked is { } asked ? [$"{asked.File} asks for PHP {asked.Text}"] : Array.Empty<string>(),
        .. source.Framework is { } framework ? [$"it is written with {framework.Name}"] : Array.Empty<string>(),
        .. extensions.Names.Count > 0 ? [$"it needs the extensions {string.Join(", ", extensions.Names)}"] : Array.Empty<string>(),
        .. assets is not null ? [$"{assets.Manager} installs what makes the scripts and styles of its pages"] : Array.Empty<string>(),
        source.IsServed ? $"Apache shows '{source.Root}' on port {PhpServer.Port}" : $"what runs is php {string.Join(' ', source.Command)}",
    ];

    private static IEnumerable<Assumption> Assumptions(PhpSource source, VersionChoice version, PhpExtensions extensions,
        PhpProjectSettings settings)
    {
        if (version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null)
        {
            yield return new Assumption(
                $"No file names a version of PHP: {version.Tag} runs. Set \"php\" in \"require\" of composer.json, or ToolchainVersion.");
        }

        if (source.Composer is { IsVendored: true })
        {
            yield return new Assumption("The packages are a part of the project, as nothing keeps them out of git: they ship as they are, "
                + "and Composer installs none.");
        }

        if (source.Composer is { IsLocked: false, IsVendored: false, Requires.Count: > 0 })
        {
            yield return new Assumption(
                "There is no composer.lock: two builds may install different versions. Commit the one that 'composer update' makes.");
        }

        foreach (var feed in PrivateFeed.Missing((source.Composer?.Feeds ?? []).Select(Feed), settings))
        {
            yield return feed;
        }

        if (source is { IsServed: true, Framework.Key: { } key })
        {
            yield return new Assumption($"Keys do not travel: give the container {key}, without which {source.Framework.Name} answers no "
                + "request.");
        }

        if (source is { IsServed: true, Root: "." })
        {
            yield return new Assumption(
                "The web server shows the project's own folder, all that ships of it: set php.DocumentRoot where the pages lie in one "
                    + "below.",
                Doubtful: source.Composer is not null);
        }

        if (source is { IsServed: true, Writer: { } writer })
        {
            yield return new Assumption(
                $"{writer} writes files, and the image's user may write to none of the program's folders: name those that it fills, as in "
                    + $"php.WritableFolders.Add(\"{AppDirectory}/data\"), or php.Volumes where they are to outlive the container.",
                Doubtful: true);
        }

        if (extensions.Unknown.Count > 0)
        {
            yield return new Assumption(
                $"The extensions {string.Join(", ", extensions.Unknown)} are taken from PECL by that name; what they are linked to is not "
                    + "known. "
                + "Where they do not compile, set php.FinalBase to an image that has them.", Doubtful: true);
        }

        if (source.Defaults.Count > 0)
        {
            yield return new Assumption(
                $"{string.Join(", ", source.Defaults)} ships with the defaults that {source.Framework!.Name} needs to start: "
                + "keep passwords out of it, in the container's environment.");
        }

        if (source.Composer?.Uses("laravel/octane") == true || source.Composer?.Uses("runtime/frankenphp-symfony") == true)
        {
            yield return new Assumption(
                "Apache serves each request anew: the worker of Octane or FrankenPHP is not started. For that set php.FinalBase "
                + "to its image, and php.Entrypoint.", Doubtful: true);
        }
    }

    private static PrivateFeed Feed(string address) => PrivateFeed.Of("composer.json", address, uri =>
        $"php.Credentials = BuildSecret.FromValue(\"{{\\\"http-basic\\\":{{\\\"{uri.Host}\\\":{{\\\"username\\\":\\\"USER\\\","
        + "\\\"password\\\":\\\"\" + EnvironmentVariable(\"COMPOSER_TOKEN\") + \"\\\"}}}\");");

    private static RunMount Cache() => RunMount.Cache(ComposerHome + "/cache");
}
