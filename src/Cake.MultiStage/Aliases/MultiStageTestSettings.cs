using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Testing;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// Tests of an image, written by its user: its files, how it is run, and what commands in a container of it print. Each is one line; those
/// that fail are findings of the check <c>image-test</c>, and all are in the report and in its <c>report.junit.xml</c>.
/// </summary>
public sealed class MultiStageTestSettings
{
    private readonly List<ImageTest> _tests = [];

    internal IReadOnlyList<ImageTest> Tests => _tests;

    /// <summary>A file or directory exists; links on the way to it are followed.</summary>
    /// <param name="path">The path from the image's root, such as <c>/app/web</c>.</param>
    /// <param name="mode">Its mode in octal, such as <c>0755</c>; any by default.</param>
    /// <param name="owner">The numbers of its user, or of its user and group, such as <c>1654:1654</c>; any by default.</param>
    /// <param name="content">
    /// A regular expression that is found in the file's text (<see cref="RegexOptions.NonBacktracking"/>, <c>^</c> and <c>$</c> match at
    /// lines); any text by default.
    /// </param>
    /// <param name="without">A regular expression that is found nowhere in it; none by default.</param>
    /// <exception cref="MultiStageException">The mode or an expression is not valid.</exception>
    public void Exists(string path, string? mode = null, string? owner = null, string? content = null, string? without = null)
    {
        RequirePath(path);
        _tests.Add(FileTests.Exists(path, mode, owner, Pattern(content), Pattern(without)));
    }

    /// <summary>There is nothing at a path, not even a link; links on the way to it are followed.</summary>
    /// <param name="path">The path from the image's root, such as <c>/bin/sh</c>.</param>
    public void Missing(string path)
    {
        RequirePath(path);
        _tests.Add(FileTests.Missing(path));
    }

    /// <summary>The image runs as a user.</summary>
    /// <param name="user">The user as the image names it, such as <c>1654</c> or <c>app</c>.</param>
    public void User(string user) => Value("user", user, settings => settings.User);

    /// <summary>The image has a working directory.</summary>
    /// <param name="path">The directory.</param>
    public void WorkingDirectory(string path) => Value("working directory", path, settings => settings.WorkingDirectory);

    /// <summary>The image starts a program.</summary>
    /// <param name="entrypoint">The program and its arguments: the image's <c>ENTRYPOINT</c>.</param>
    public void Entrypoint(params string[] entrypoint) => Value("entry point", Joined(entrypoint), settings => Joined(settings.Entrypoint));

    /// <summary>The image has arguments of its program, or a program where it has no entry point.</summary>
    /// <param name="cmd">The image's <c>CMD</c>.</param>
    public void Cmd(params string[] cmd) => Value("command", Joined(cmd), settings => Joined(settings.Cmd));

    /// <summary>The image sets an environment variable.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    public void Environment(string name, string value) =>
        Value($"variable {name}", value, settings => settings.Environment.GetValueOrDefault(name));

    /// <summary>The image doesn't set an environment variable.</summary>
    /// <param name="name">The variable.</param>
    public void NoEnvironment(string name) => _tests.Add(ImageTest.Of($"the variable {name} isn't set", image =>
        image.Settings.Environment.TryGetValue(name, out var found) ? $"it is '{found}'." : null));

    /// <summary>The image has a label.</summary>
    /// <param name="name">The label.</param>
    /// <param name="value">Its value.</param>
    public void Label(string name, string value) => Value($"label {name}", value, settings => settings.Labels.GetValueOrDefault(name));

    /// <summary>The image says that it listens on a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="protocol">The protocol.</param>
    public void Port(int port, string protocol = "tcp") => Listed("port",
        string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"), settings => settings.Ports);

    /// <summary>The image doesn't say that it listens on a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="protocol">The protocol.</param>
    public void NoPort(int port, string protocol = "tcp") => NotListed("port",
        string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"), settings => settings.Ports);

    /// <summary>The image has a volume.</summary>
    /// <param name="path">The path.</param>
    public void Volume(string path) => Listed("volume", path, settings => settings.Volumes);

    /// <summary>The image doesn't have a volume.</summary>
    /// <param name="path">The path.</param>
    public void NoVolume(string path) => NotListed("volume", path, settings => settings.Volumes);

    /// <summary>
    /// A command ends as expected, in a container of the image that has no network. Only an image of an engine can run one.
    /// </summary>
    /// <param name="command">The program and its arguments; no shell is involved but one that is named.</param>
    /// <param name="output">
    /// A regular expression that is found in what it prints, its standard output and error in one (<c>^</c> and <c>$</c> match at lines);
    /// anything by default.
    /// </param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="timeout">How long it may take; 30 seconds by default.</param>
    /// <param name="without">A regular expression that is found nowhere in what it prints; none by default.</param>
    /// <param name="environment">Variables of the container beside those of the image; none by default.</param>
    /// <param name="user">The user of the container, such as <c>0</c>; the image's by default.</param>
    /// <exception cref="MultiStageException">There is no command, or an expression is not valid.</exception>
    public void Command(
        IEnumerable<string> command,
        string? output = null,
        int exitCode = 0,
        TimeSpan? timeout = null,
        string? without = null,
        IDictionary<string, string>? environment = null,
        string? user = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        List<string> parts = [.. command];
        if (parts.Count == 0 || parts[0].Length == 0)
        {
            throw new MultiStageException("A test of a command needs one, such as tests.Command([\"/app/web\", \"--version\"]).");
        }

        var test = new CommandTest(parts, Pattern(output), exitCode, timeout ?? TimeSpan.FromSeconds(30))
        {
            Without = Pattern(without),
            Environment = environment?.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) ?? [],
            User = user,
        };
        _tests.Add(test.ToTest());
    }

    private static string Joined(IReadOnlyList<string> parts) => $"[{string.Join(", ", parts.Select(part => $"\"{part}\""))}]";

    private static void RequirePath(string path)
    {
        if (string.IsNullOrEmpty(path) || path[0] != '/')
        {
            throw new MultiStageException($"'{path}' can't be tested: write a path from the image's root, such as \"/app/web\".");
        }
    }

    private static Regex? Pattern(string? text)
    {
        try
        {
            return text is null ? null
                : new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new MultiStageException($"'{text}' is not a valid regular expression: {exception.Message}", exception);
        }
    }

    private void Value(string what, string wanted, Func<ImageSettings, string?> value) =>
        _tests.Add(ImageTest.Of($"the {what} is '{wanted}'", image => value(image.Settings) switch
        {
            null => "it isn't set.",
            var found when found == wanted => null,
            var found => $"it is '{found}'.",
        }));

    private void Listed(string what, string wanted, Func<ImageSettings, IReadOnlyList<string>> values) =>
        _tests.Add(ImageTest.Of($"there is the {what} {wanted}", image =>
        {
            var found = values(image.Settings);
            return found.Contains(wanted, StringComparer.Ordinal) ? null
                : found.Count == 0 ? $"the image has no {what}."
                : $"there is {string.Join(", ", found)}.";
        }));

    private void NotListed(string what, string unwanted, Func<ImageSettings, IReadOnlyList<string>> values) =>
        _tests.Add(ImageTest.Of($"there is no {what} {unwanted}", image =>
            values(image.Settings).Contains(unwanted, StringComparer.Ordinal) ? "there is." : null));
}
