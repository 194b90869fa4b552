using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Python;

/// <summary>
/// Chooses the version of Python: <c>.python-version</c> takes precedence, then <c>.tool-versions</c>, <c>mise.toml</c>,
/// <c>runtime.txt</c>, the Pipfile, <c>requires-python</c>, and Poetry's <c>python</c>.
/// </summary>
internal static partial class PythonVersion
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, PythonSource source, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["python"]);
        }

        var chooser = new VersionChooser(table, table["python"], tag => table.Exists(Image(tag, "-slim")));
        var choice = Chosen(folder, source, settings, chooser);
        if (source.NewestWheels is not { } wheels || choice.Asked is { Range: null } || Minor(choice.Tag) <= wheels.Minor)
        {
            return choice;
        }

        // An older one within the range, for which nothing has to be compiled.
        var older = new VersionChooser(table, table["python"], tag => table.Exists(Image(tag, "-slim")) && Minor(tag) <= wheels.Minor);
        try
        {
            var locked = Chosen(folder, source, settings, older);
            return Minor(locked.Tag) >= wheels.Minor - 1
                ? locked with { Assumptions = [.. locked.Assumptions,
                    new Assumption($"{source.Lock} has {wheels.Package}, which has no wheel for a Python newer than "
                    + $"3.{wheels.Minor}: {locked.Tag} is taken. Renew the lock for a newer one, or set ToolchainVersion.")] } : choice;
        }
        catch (MultiStageException)
        {
            return choice;
        }
    }

    private static int Minor(string tag) => VersionText.Parse(tag)?.Minor ?? 0;

    private static VersionChoice Chosen(ProjectFolder folder, PythonSource source, PresetSettings settings, VersionChooser chooser)
    {
        if (settings is { BuilderImage: not null, FinalBase: not null })
        {
            return chooser.Choose();
        }

        IEnumerable<VersionRequest?> requests =
        [
            ToolPins.FirstLine(folder, ".python-version"),
            .. ToolPins.Of(folder, "python"),
            ToolPins.FirstLine(folder, "runtime.txt"),
            folder.ReadIfThere("Pipfile") is { } pipfile && PipfileLine().Match(pipfile) is { Success: true } match
                ? new VersionRequest(match.Groups["version"].Value, "Pipfile", Range: null) : null,
        ];
        IEnumerable<VersionRequest?> ranges =
            [source.RequiresPython is { } requires ? Required(requires.Text, requires.File) : null,
                source.PoetryPython is { } poetry ? Poetry(poetry) : null];
        return chooser.Choose([.. requests.OfType<VersionRequest>().Select(Named), .. ranges.OfType<VersionRequest>()]);
    }

    public static string Image(string tag, string variant) => $"python:{tag}{variant}";

    private static VersionRequest Required(string text, string file) =>
        new(text, file, PythonRange.Specifiers(text) ?? throw Invalid(file, "requires-python", text));

    private static VersionRequest Poetry(string text) =>
        new(text, "pyproject.toml", PythonRange.Poetry(text) ?? throw Invalid("pyproject.toml", "Poetry's dependency python", text));

    private static MultiStageException Invalid(string file, string what, string text) =>
        new($"{file} has '{text}' as {what}, which is not a range of versions such as \">=3.12\". "
            + "Change it, or set ToolchainVersion.");

    /// <summary>
    /// Resolves what pyenv, uv, asdf and mise take: <c>3.12.4</c>, <c>python-3.12</c>, <c>cpython@3.12</c>,
    /// <c>cpython-3.12.3-linux-x86_64-gnu</c>, ranges.
    /// </summary>
    /// <exception cref="MultiStageException">It asks for another interpreter, or for no version that is known.</exception>
    private static VersionRequest Named(VersionRequest pin)
    {
        if (pin.Text is "latest" or "3")
        {
            return pin with { Range = VersionRange.AtLeast(new Version(3, 0, 0)) };
        }

        return Pin().Match(pin.Text) is { Success: true } match ? pin with { Text = match.Groups["version"].Value }
            : PythonRange.Specifiers(pin.Text) is { } range ? pin with { Range = range }
            : throw new MultiStageException(
                $"{pin.File} asks for '{pin.Text}', for which there is no image of Python's. Change it to a version such as 3.14, "
                + "or set ToolchainVersion, or BuilderImage and FinalBase.");
    }

    [GeneratedRegex(
        @"\A(c?python[-@]?)?(?<version>[0-9]+(\.[0-9]+){0,2})(-(linux|macos|windows).*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pin();

    [GeneratedRegex(
        @"^\s*python(_full)?_version\s*=\s*[""'](?<version>[0-9.]+)[""']",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PipfileLine();
}
