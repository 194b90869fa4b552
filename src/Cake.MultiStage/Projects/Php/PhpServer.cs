namespace Cake.MultiStage.Projects.Php;

/// <summary>PHP's settings for production, and those of the Apache in its images (their documentation, "Configuration").</summary>
internal static class PhpServer
{
    /// <summary>The port that the web server listens on: one that needs no root.</summary>
    public const string Port = "8080";

    /// <summary>Takes the settings that PHP brings for production.</summary>
    public const string Production = "cp \"$PHP_INI_DIR/php.ini-production\" \"$PHP_INI_DIR/php.ini\"";

    /// <summary>Writes the command that has Apache show one folder.</summary>
    /// <param name="root">The folder, relative to the program's.</param>
    /// <param name="hasFrontController">Whether index.php there answers for every path that is not a file.</param>
    /// <param name="index">The page that answers for a folder, where that is not index.php.</param>
    public static string Configure(string root, bool hasFrontController, string? index = null)
    {
        var folder = root == "." ? PhpPreset.AppDirectory : $"{PhpPreset.AppDirectory}/{root}";
        string[] lines =
        [
            $"<VirtualHost *:{Port}>", $"DocumentRoot {folder}", $"<Directory {folder}>", "AllowOverride All", "Require all granted",
            .. index is not null ? [$"DirectoryIndex {index}"] : Array.Empty<string>(),
            .. hasFrontController ? ["FallbackResource /index.php"] : Array.Empty<string>(),
            "</Directory>",
            // What an application's own folder holds beside its pages is not for readers.
            .. root == "." ? ["RedirectMatch 404 ^/(vendor/|composer[.]|[.](?!well-known))"] : Array.Empty<string>(),
            "</VirtualHost>",
        ];
        return ShellWord.Sequence(
            Production,
            "a2enmod rewrite",
            $"echo \"Listen {Port}\" > /etc/apache2/ports.conf",
            "echo \"ServerName localhost\" >> /etc/apache2/apache2.conf",
            $"printf \"%s\\n\" {string.Join(' ', lines.Select(ShellWord.Quoted))} > /etc/apache2/sites-available/000-default.conf");
    }
}
