namespace Cake.MultiStage.Projects;

/// <summary>A description of a PHP application.</summary>
public sealed class PhpProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the folder that the web server shows, relative to the project's, such as <c>public</c>; <c>.</c> for the project's
    /// own. By default the framework's, else the first of <c>public</c>, <c>web</c>, <c>webroot</c>, <c>htdocs</c>, <c>html</c>,
    /// <c>www</c> and the project's own that has an <c>index.php</c>.
    /// </summary>
    public string? DocumentRoot { get; set; }

    /// <summary>
    /// Gets or sets the extensions of PHP that the program needs besides those that <c>composer.json</c> and <c>composer.lock</c> ask for
    /// and that its source shows, such as <c>pdo_pgsql</c>. None by default.
    /// </summary>
    public IList<string> Extensions { get; set; } = [];

    /// <summary>
    /// Gets or sets the arguments of <c>php</c> for a program of the command line or a worker, such as <c>bin/console</c> and
    /// <c>messenger:consume</c>: there is no web server then. By default the only program that <c>"bin"</c> of <c>composer.json</c> names,
    /// where nothing is to be shown by a web server.
    /// </summary>
    public IList<string> Command { get; set; } = [];
}
