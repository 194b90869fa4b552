using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Python;

/// <summary>What a Django project's files say (Django's documentation, "How to deploy").</summary>
/// <param name="Root">The folder with <c>manage.py</c>: empty, or ending in <c>/</c>.</param>
/// <param name="Wsgi">The module that WSGI servers call; null where there is none.</param>
/// <param name="Asgi">The module that ASGI servers call; null where there is none.</param>
/// <param name="Settings">The module with the settings that the servers' modules name; null where they name none.</param>
/// <param name="SettingsTexts">The texts of the settings.</param>
internal sealed partial record DjangoProject(string Root, string? Wsgi, string? Asgi, string? Settings, IReadOnlyList<string> SettingsTexts)
{
    /// <summary>Reads it; null where the folder has none.</summary>
    public static DjangoProject? Read(ProjectFolder folder, PythonSource source, IReadOnlyList<string> files)
    {
        if (!source.Requires("django") || files.FirstOrDefault(file => Path.GetFileName(file) == "manage.py") is not { } manage)
        {
            return null;
        }

        var root = manage[..^"manage.py".Length];
        string[] inside = [.. files.Where(file => file.StartsWith(root, StringComparison.Ordinal))];
        var wsgi = Calls("wsgi.py", "get_wsgi_application");
        var asgi = Calls("asgi.py", "get_asgi_application");
        var text = string.Join('\n', new[] { wsgi, asgi, manage }.OfType<string>().Select(folder.Read));
        var settings = SettingsModule().Match(text) is { Success: true } match ? match.Groups["module"].Value : null;
        string[] texts = [.. inside.Where(file => file.Contains("settings", StringComparison.Ordinal)).Select(folder.Read)];
        return new DjangoProject(root, Module(wsgi), Module(asgi), settings, texts);

        string? Calls(string name, string function) =>
            Array.Find(inside, file => Path.GetFileName(file) == name && folder.Read(file).Contains(function, StringComparison.Ordinal));
        string? Module(string? file) => file?[root.Length..^".py".Length].Replace('/', '.');
    }

    /// <summary>Gets a value indicating whether it says where the static files are collected.</summary>
    public bool HasStaticRoot => SettingsTexts.Any(text => StaticRoot().IsMatch(text));

    /// <summary>Gets a value indicating whether the program itself serves them, or another server does.</summary>
    public static bool ServesStatic(PythonSource source) =>
        source.Requires("whitenoise") || source.Requires("servestatic") || source.Requires("django-storages")
        || source.Requires("dj-static");

    /// <summary>Gets a value indicating whether its database is a file in its own folder.</summary>
    public bool HasFileDatabase => SettingsTexts.Any(text => text.Contains("db.sqlite3", StringComparison.Ordinal));

    /// <summary>Gets the environment variables without which its settings can't be loaded.</summary>
    public IReadOnlyList<string> Variables =>
        [.. SettingsTexts.SelectMany(text => Variable().Matches(text)).Select(match => match.Groups["name"].Value)
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Writes the command that collects the static files, with stand-ins for what its settings want to know when it runs.
    /// </summary>
    public string Collect
    {
        get
        {
            var variables = string.Concat(Variables.Select(name => $"{name}={Value(name)} "));
            var settings = Settings is null ? "" : $"DJANGO_SETTINGS_MODULE={Settings} ";
            return $"{variables}{settings}/venv/bin/python manage.py collectstatic --noinput";
        }
    }

    private static string Value(string name) =>
        name.Contains("URL", StringComparison.Ordinal) ? "sqlite:////tmp/build.sqlite3"
        : name.Contains("PORT", StringComparison.Ordinal)
            || name.Contains("DEBUG", StringComparison.Ordinal)
            || name.StartsWith("USE_", StringComparison.Ordinal) ? "0"
        : "only-for-the-build";

    [GeneratedRegex(@"DJANGO_SETTINGS_MODULE[""']\s*,\s*[""'](?<module>[\w.]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingsModule();

    [GeneratedRegex(@"^\s*STATIC_ROOT\s*(:\s*\w+\s*)?=\s*(?!None\b)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StaticRoot();

    [GeneratedRegex(
        @"(environ\[\s*[""'](?<name>[A-Z][A-Z0-9_]*)[""']\s*\]"
            + @"|(?<![\w.])(env|config)(\.(str|int|bool|url|db|list))?"
            + @"\(\s*[""'](?<name>[A-Z][A-Z0-9_]*)[""']\s*(,\s*cast=[\w.]+(\(\))?\s*)?\)"
            + @"|(getenv|environ\.get)\(\s*[""'](?<name>[A-Z0-9_]*SECRET_KEY)[""']\s*\))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
