namespace Cake.MultiStage.Projects;

/// <summary>A description of a Python program.</summary>
public sealed class PythonProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets what runs, as arguments of the program itself, such as <c>-m app</c>, <c>main.py</c> or, for a console script, its path
    /// in <c>/venv/bin</c>. By default worked out from the Procfile, Django's <c>manage.py</c>, the console scripts, the program that the
    /// source makes for a server that is among the packages (uvicorn, hypercorn, daphne, granian, gunicorn, waitress, uwsgi), and the files
    /// <c>main.py</c>, <c>app.py</c> and <c>__main__.py</c>.
    /// </summary>
    public IList<string> Command { get; set; } = [];

    /// <summary>
    /// Gets or sets the file of requirements, relative to the project's folder, such as <c>requirements/prod.txt</c>. By default the lock
    /// where there is one, else <c>requirements.txt</c> or what takes its place.
    /// </summary>
    public string? Requirements { get; set; }

    /// <summary>Gets or sets the extras of the project to install, as in <c>pip install .[extra]</c>. None by default.</summary>
    public IList<string> Extras { get; set; } = [];

    /// <summary>Gets or sets options for <c>pip install</c>, such as <c>--no-index --find-links=vendor</c>. None by default.</summary>
    public IList<string> PipOptions { get; set; } = [];
}
