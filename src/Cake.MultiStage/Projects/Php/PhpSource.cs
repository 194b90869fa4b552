using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Php;

/// <summary>What a project's files say: what runs, with which framework and packages.</summary>
/// <param name="Composer">What Composer's files say; null where there are none.</param>
/// <param name="Framework">The framework; null for none of the table's.</param>
/// <param name="Root">The folder that the web server shows; null for a program of the command line.</param>
/// <param name="Command">What PHP runs where there is no web server.</param>
internal sealed record PhpSource(ComposerFile? Composer, PhpFramework? Framework, string? Root, IReadOnlyList<string> Command)
{
    private static readonly string[] Roots = ["public", "web", "webroot", "htdocs", "html", "www", "."];

    public bool IsServed => Root is not null;

    /// <summary>
    /// Gets a value indicating whether index.php answers for every path: that of a framework, or of a program with packages.
    /// </summary>
    public bool HasFrontController => Composer is not null;

    /// <summary>Gets the page that stands for index.php, where the project is one page of another name; else null.</summary>
    public string? Index { get; private init; }

    /// <summary>Gets the folders that the program writes to, relative to the project.</summary>
    public IReadOnlyList<string> Writes { get; private init; } = [];

    /// <summary>Gets a file of the project that writes files, where nothing says to which folder; else null.</summary>
    public string? Writer { get; private init; }

    /// <summary>Gets the folders that packages are installed from, relative to the project.</summary>
    public IReadOnlyList<string> LocalFolders { get; private init; } = [];

    /// <summary>Gets the files with the framework's defaults.</summary>
    public IReadOnlyList<string> Defaults { get; private init; } = [];

    /// <summary>Gets what building runs at its end.</summary>
    public IReadOnlyList<string> Commands { get; private init; } = [];

    /// <summary>Gets the command that runs the tests; null where there are none.</summary>
    public string? Test { get; private init; }

    /// <exception cref="MultiStageException">It is not a PHP project, a library, or does not show what runs.</exception>
    public static PhpSource Read(ProjectFolder folder, PhpProjectSettings settings)
    {
        var composer = ComposerFile.Read(folder);
        if (composer is null && folder.Find("*.php").Count == 0)
        {
            throw new MultiStageException($"'{folder.Path}' is not a PHP project: it has neither a composer.json nor a .php file.");
        }

        var framework = PhpFramework.Of(composer);
        IReadOnlyList<string> command = [.. settings.Command];
        var root = command.Count > 0 ? null : DocumentRoot(folder, composer, framework, settings);
        var index = command.Count > 0 || root is not null ? null : Page(folder, composer);
        root ??= index is null ? null : ".";
        var known = framework?.Writes ?? [];
        string[] writes = [.. known, .. PhpFolders.Empty(folder)
            .Where(path => !known.Any(other => path == other || path.StartsWith(other + "/", StringComparison.Ordinal)))];
        return new PhpSource(composer, framework, root, root is not null || command.Count > 0 ? command : Program(folder, composer))
        {
            Index = index,
            Writes = writes,
            Writer = writes.Length > 0 || settings.WritableFolders.Count + settings.Volumes.Count > 0 ? null : PhpFolders.Writer(folder),
            LocalFolders = composer is null ? [] : Locals(folder, composer),
            Defaults = folder.Existing(framework?.Defaults ?? []),
            Commands = [.. (framework?.Commands ?? [])
                .Where(one => folder.HasFolder(one.Needs) || folder.Has(one.Needs) || composer!.Uses(one.Needs))
                .Select(one => one.Command)],
            Test = folder.Existing("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml").Count == 0
                || composer is null or { IsVendored: true }
                ? null
                : "composer install --no-progress && vendor/bin/"
                    + $"{(composer.Development.Contains("pestphp/pest") ? "pest" : "phpunit")} --log-junit "
                    + $"{ReadyVariants.ResultsFolder}/phpunit.xml",
        };
    }

    private static string? DocumentRoot(ProjectFolder folder, ComposerFile? composer, PhpFramework? framework, PhpProjectSettings settings)
    {
        if (settings.DocumentRoot is { } given)
        {
            var root = given.Trim('/') is { Length: > 0 } inside ? inside : ".";
            return folder.HasFolder(root) ? root : throw new MultiStageException(
                $"The web server is to show '{given}', which is not a folder in '{folder.Path}'. Correct php.DocumentRoot.");
        }

        return new[] { composer?.PublicFolder?.Trim('/'), framework?.Root }.OfType<string>().Concat(Roots)
            .FirstOrDefault(root => folder.Has($"{root}/index.php"));
    }

    /// <summary>Finds the page that the whole project is, as single-file applications are: the only one, and it writes HTML.</summary>
    private static string? Page(ProjectFolder folder, ComposerFile? composer) =>
        composer is null && folder.Find("*.php").Where(path => !path.Contains('/', StringComparison.Ordinal)).ToList() is [var only]
            && folder.Read(only).Contains("<html", StringComparison.OrdinalIgnoreCase) ? only : null;

    /// <exception cref="MultiStageException">There is none, or there are several.</exception>
    private static IReadOnlyList<string> Program(ProjectFolder folder, ComposerFile? composer)
    {
        if (composer?.Programs is [var one])
        {
            return [one];
        }

        if (composer?.Programs is { Count: > 1 } several)
        {
            throw new MultiStageException($"composer.json in '{folder.Path}' names several programs: {string.Join(", ", several)}. "
                + $"Choose one, as in php.Command.Add(\"{several[0]}\").");
        }

        if (folder.First("bin/console", "artisan", "main.php", "app.php", "cli.php") is { } file)
        {
            return [file];
        }

        var shown = string.Join(", ", Roots.Where(root => root != ".").Select(root => root + "/index.php"));
        throw new MultiStageException(
            composer?.Type is "library" or "symfony-bundle" or "composer-plugin"
                || (composer is { Type: null } && composer.Name is not null)
            ? $"'{folder.Path}' holds a library, which ships in no image: composer.json calls it '{composer.Name}' of the type "
                + $"{composer.Type ?? "library"}, names no program in \"bin\", and there is no index.php. "
                + "Where it has a program, say it, as in php.Command.Add(\"serve.php\")."
            : $"'{folder.Path}' does not show what to run: there is no index.php, no {shown}, and no \"bin\" in composer.json. "
                + "Say it, as in php.DocumentRoot = \"pages\" or php.Command.Add(\"serve.php\").");
    }

    private static string[] Locals(ProjectFolder folder, ComposerFile composer) =>
    [
        .. composer.LocalFolders.Select(path => path.Split('*')[0].TrimEnd('/'))
            .Select(path => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)
            .Distinct(StringComparer.Ordinal).Select(path => PosixPath.Leaves(path)
                ? throw new MultiStageException(
                    $"composer.json in '{folder.Path}' takes packages from '{path}', outside of its folder. Describe the folder "
                    + "that holds both, with a composer.json there, or bring the package in.")
                : path).Where(folder.HasFolder),
    ];
}
