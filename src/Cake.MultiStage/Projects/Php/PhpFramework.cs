namespace Cake.MultiStage.Projects.Php;

/// <summary>A framework as the preset knows it.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Packages">The packages one of which shows its use.</param>
/// <param name="Root">The folder that the web server shows.</param>
/// <param name="Writes">The folders that it writes to, relative to the project.</param>
internal sealed record PhpFramework(string Name, IReadOnlyList<string> Packages, string Root, params IReadOnlyList<string> Writes)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the files with defaults that it does not start without, and that would stay out as files with keys do.</summary>
    public IReadOnlyList<string> Defaults { get; init; } = [];

    /// <summary>
    /// Gets commands that building runs after the source has come in, each with the file, folder or package that it is for.
    /// </summary>
    public IReadOnlyList<(string Needs, string Command)> Commands { get; init; } = [];

    /// <summary>Gets the variable with the key that it wants when it runs; null where it wants none.</summary>
    public string? Key { get; init; }

    /// <summary>Gets how it tells that it is well: a file, what is written there, and the path to ask.</summary>
    public (string File, string Text, string Path)? Health { get; init; }

    /// <summary>The table; the first row that fits counts.</summary>
    private static IReadOnlyList<PhpFramework> Table =>
    [
        new("Laravel", ["laravel/framework"], "public", "storage", "bootstrap/cache", "database")
        {
            Environment = Variables(("APP_ENV", "production"), ("LOG_CHANNEL", "stderr")),
            Commands = [("storage/app", "{ test -e public/storage || ln -s ../storage/app/public public/storage; }")],
            Health = ("bootstrap/app.php", "health: '/up'", "/up"),
            Key = "APP_KEY",
        },
        new("Lumen", ["laravel/lumen-framework"], "public", "storage") { Key = "APP_KEY" },
        new("Symfony", ["symfony/framework-bundle"], "public", "var")
        {
            Environment = Variables(("APP_ENV", "prod"), ("APP_DEBUG", "0")),
            Defaults = [".env"],
            Commands =
            [
                ("symfonycasts/sass-bundle", "php bin/console sass:build"),
                ("symfonycasts/tailwind-bundle", "php bin/console tailwind:build --minify"),
                ("importmap.php", "php bin/console asset-map:compile"),
            ],
        },
        new("CakePHP", ["cakephp/cakephp"], "webroot", "tmp", "logs"),
        new("Yii", ["yiisoft/yii2"], "web", "runtime", "web/assets") { Environment = Variables(("YII_ENV", "prod")) },
        new("CodeIgniter", ["codeigniter4/framework"], "public", "writable") { Environment = Variables(("CI_ENVIRONMENT", "production")) },
        new("Drupal", ["drupal/core-recommended", "drupal/core"], "web", "web/sites/default/files"),
        new("WordPress", ["roots/wordpress", "johnpbloch/wordpress"], "web", "web/app/uploads"),
        new("Laminas", ["laminas/laminas-mvc", "mezzio/mezzio"], "public", "data"),
        new("Slim", ["slim/slim"], "public"),
    ];

    /// <summary>Returns the row that fits; null where none does.</summary>
    public static PhpFramework? Of(ComposerFile? composer) =>
        composer is null ? null : Table.FirstOrDefault(row => row.Packages.Any(composer.Uses));

    private static Dictionary<string, string> Variables(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
}
