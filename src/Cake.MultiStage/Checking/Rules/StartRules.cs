using System.Globalization;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>There is something to start, and it is there.</summary>
internal sealed class ProgramExists() : CheckRule("start-program", FindingLevel.Error, "A container whose program is missing does not start.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is null)
        {
            yield return Found("The image has neither an entry point nor a command: there is nothing to start.", "Set the entry point, as in project.Entrypoint.Add(\"/bin/app\").");
        }
        else if (image.Program.Path is null)
        {
            var shell = image.Settings.Command is ["/bin/sh", "-c", ..];
            yield return shell
                ? Found("The program is written in shell form, and the image has no /bin/sh.", "Write it in exec form, as a list of the program and its arguments; then no shell is needed.", "/bin/sh")
                : Found($"The program '{image.Program.Name}' is not in the image{(image.Program.Name.Contains('/', StringComparison.Ordinal) ? "" : $", in none of {string.Join(", ", image.Settings.SearchPath)}")}.", "Copy it into the final stage, or correct the entry point.", image.Program.Name);
        }
    }
}

/// <summary>The program may be executed by the user who runs it.</summary>
internal sealed class ProgramIsExecutable() : CheckRule("start-executable", FindingLevel.Error, "The kernel starts only what the user may execute.")
{
    private const int Owner = 0b001_000_000, Group = 0b001_000, Others = 0b001;

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program?.Path is not { } path || image.Files.Resolve(path)?.File is not { } file)
        {
            yield break;
        }

        var parts = image.Settings.User.Split(':');
        var isRoot = parts[0] is "" or "0" or "root";
        var isNumber = long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var user);
        var group = parts.Length > 1 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var needed = isRoot || !isNumber ? Owner | Group | Others : file.UserId == user ? Owner : file.GroupId == group ? Group : Others;
        if ((file.Mode & needed) == 0)
        {
            yield return Found(
                $"'{path}' can't be executed{(isRoot ? "" : $" by user '{image.Settings.User}'")}: its mode is {Convert.ToString(file.Mode, 8)}, its owner {file.UserId}:{file.GroupId}.",
                "Set the mode where it is made, as in RUN chmod 755, before it is copied.",
                path,
                image.InstructionOf(image.Files.Resolve(path)!.Layer));
        }
    }
}

/// <summary>The program is for the image's processor.</summary>
internal sealed class ProgramIsForPlatform() : CheckRule("start-platform", FindingLevel.Error, "A program for another processor ends with 'exec format error'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { Elf: { Machine: { Length: > 0 } machine }, Path: { } path } && image.Settings.Architecture.Length > 0 && machine != image.Settings.Architecture)
        {
            yield return Found($"'{path}' is a program for {machine}, and the image is for {image.Settings.Architecture}.", "Build it for the image's platform, or set the platform of the build.", path, image.InstructionOf(image.Files.Resolve(path)?.Layer ?? -1));
        }
    }
}

/// <summary>The loader that a dynamic program names is there.</summary>
internal sealed class LoaderExists() : CheckRule("start-loader", FindingLevel.Error, "Without its loader a dynamic program ends with 'no such file or directory'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { LacksLoader: true, Path: { } path, Elf.Interpreter: { } loader })
        {
            yield return Found(
                $"'{path}' is linked dynamically, and its loader '{loader}' is not in the image.",
                $"Link it statically, copy what it is linked to by project.SharedLibraries.Add(\"{path}\"), or take a base that has it.",
                path,
                image.InstructionOf(image.Files.Resolve(path)?.Layer ?? -1));
        }
    }
}

/// <summary>Every library that a dynamic program is linked to is where the loader looks.</summary>
internal sealed class LibrariesExist() : CheckRule("start-libraries", FindingLevel.Error, "Without one of its libraries a dynamic program ends before it begins.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) => (image.Program?.MissingLibraries ?? []).Select(missing => Found(
        $"'{missing.NeededBy}' needs the library '{missing.Library}', which is in none of the folders that the loader searches.",
        $"Copy what the program is linked to by project.SharedLibraries.Add(\"{image.Program!.Path}\"), or take a base that has it.",
        missing.NeededBy));
}

/// <summary>The interpreter that a script's first line names is there.</summary>
internal sealed class ScriptInterpreterExists() : CheckRule("start-interpreter", FindingLevel.Error, "A script starts only with the interpreter that its first line names.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { LacksScriptInterpreter: true, Path: { } path, ScriptInterpreter: { } interpreter })
        {
            yield return Found($"'{path}' is a script for '{interpreter}', which is not in the image.", "Take a base that has it, or start another program.", path, image.InstructionOf(image.Files.Resolve(path)?.Layer ?? -1));
        }
    }
}

/// <summary>The file that an interpreter is given is there: a jar, a script, a .NET assembly.</summary>
internal sealed class ArgumentFileExists() : CheckRule("start-argument", FindingLevel.Error, "An interpreter ends at once where the file it is given is missing.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program?.Path is { } path && FileOf(image.Settings.Command) is { } file && image.Files.Resolve(image.Settings.Absolute(file)) is null)
        {
            yield return Found($"'{path}' is given '{file}', and there is no '{image.Settings.Absolute(file)}' in the image.", "Copy it into the final stage, or correct the entry point or the working folder.", image.Settings.Absolute(file));
        }
    }

    private static string? FileOf(IReadOnlyList<string> command) => command[0].Split('/')[^1] switch
    {
        "java" => command.SkipWhile(argument => argument != "-jar").ElementAtOrDefault(1),
        "node" or "dotnet" => command.ElementAtOrDefault(1) is { } first && !first.StartsWith('-') && first.Contains('.', StringComparison.Ordinal) ? first : null,
        var name when name.StartsWith("python", StringComparison.Ordinal) => command.ElementAtOrDefault(1) is { } first && first.EndsWith(".py", StringComparison.Ordinal) ? first : null,
        _ => null,
    };
}

/// <summary>A .NET program has the runtime that its runtimeconfig.json names.</summary>
internal sealed class DotNetRuntimeExists() : CheckRule("start-dotnet", FindingLevel.Error, "A .NET program that depends on the framework ends where the framework is missing.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Settings.Command is not [var host, var assembly, ..] || !host.EndsWith("dotnet", StringComparison.Ordinal) || !assembly.EndsWith(".dll", StringComparison.Ordinal) || image.Program?.Path is not { } path)
        {
            yield break;
        }

        var config = image.Files.Resolve(image.Settings.Absolute(assembly[..^4] + ".runtimeconfig.json"));
        var shared = image.Files.Resolve(path[..path.LastIndexOf('/')] + "/shared");
        foreach (var (name, version) in RuntimeConfiguration.Frameworks(config?.File?.Content ?? default))
        {
            var major = version.Split('.')[0];
            if (shared?.Child(name) is not { } framework || !framework.Children.Any(one => one.Name.Split('.')[0] == major))
            {
                yield return Found($"'{assembly}' runs on {name} {version}, and the image has {(shared?.Child(name) is { } other ? string.Join(", ", other.Children.Select(one => one.Name)) : "none")}.", "Take a base with that runtime, such as aspnet for web programs, or publish self-contained.", config?.Path);
            }
        }
    }
}

/// <summary>A user that has a name is in /etc/passwd.</summary>
internal sealed class UserExists() : CheckRule("start-user", FindingLevel.Error, "An engine starts a container as a named user only where the image's /etc/passwd has that name.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var name = image.Settings.User.Split(':')[0];
        if (name.Length > 0 && name != "root" && !name.All(char.IsAsciiDigit) && image.Files.Resolve("/etc/passwd") is not { IsDirectory: false })
        {
            yield return Found($"The image runs as '{name}', and has no /etc/passwd that says who that is.", "Use a number, such as 65532:65532, or set UserEntry.", "/etc/passwd");
        }
    }
}
