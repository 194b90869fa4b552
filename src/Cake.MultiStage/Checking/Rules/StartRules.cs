using Cake.MultiStage.Checking.Programs;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>There is something to start, and it is there.</summary>
internal sealed class ProgramExists()
    : CheckRule("start-program", FindingLevel.Error, "A container whose program is missing does not start.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is null)
        {
            yield return Found("The image has neither an entry point nor a command: there is nothing to start.",
                "Set the entry point, as in project.Entrypoint.Add(\"/bin/app\").");
        }

        foreach (var program in image.Started.Where(program => program.Path is null))
        {
            yield return program.InItsPlace is null && program == image.Program && image.Settings.Command is ["/bin/sh", "-c", ..]
                ? Found(
                    "The program is written in shell form, and the image has no /bin/sh.",
                    "Write it in exec form, as a list of the program and its arguments; then no shell is needed.",
                    "/bin/sh")
                : Found($"The program '{program.Name}' is not in the image{Details(program, image)}.", Fix(program), program.Name);
        }
    }

    /// <summary>Says what is known of a program that is missing.</summary>
    public static string Details(StartedProgram program, CheckedImage image) =>
        program.InItsPlace is { } what ? ": " + what
        : program.Name.Contains('/', StringComparison.Ordinal) ? ""
        : $", in none of {string.Join(", ", image.Settings.SearchPath)}";

    private static string Fix(StartedProgram program) =>
        program.InItsPlace is { } what && what.Contains("link to", StringComparison.Ordinal)
        ? "Copy what the link leads to as well, or copy the file in place of the link."
        : "Copy it into the final stage, or correct the entry point.";
}

/// <summary>The program may be executed by the user who runs it.</summary>
internal sealed class ProgramIsExecutable()
    : CheckRule("start-executable", FindingLevel.Error, "The kernel starts only what the user may execute.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) =>
        image.Started.Select(program => Obstacle(program, image) is { } obstacle
            ? Found($"'{program.Path}' {obstacle.What}.", obstacle.Fix, program.Path, image.InstructionOf(obstacle.Layer))
            : null).OfType<Finding>();

    /// <summary>Says what keeps the user from starting a program, and what to do about it; null where nothing does.</summary>
    public static (string What, string Fix, int Layer)? Obstacle(StartedProgram program, CheckedImage image)
    {
        if (program.Path is not { } path || image.Files.Resolve(path) is not { File: { } file } node)
        {
            return null;
        }

        if (image.User.Barrier(node) is { } barrier)
        {
            return (
                $"can't be reached by user '{image.Settings.User}': the mode of '{barrier.Path}' is "
                    + $"{Convert.ToString(barrier.File!.Mode, 8)}, "
                    + $"its owner {barrier.File.UserId}:{barrier.File.GroupId}",
                "Set the folder's mode where it is made, as in RUN chmod 755, before it is copied.",
                barrier.Layer);
        }

        return image.User.CanExecute(node) ? null : (
            $"can't be executed{(image.User.IsRoot ? "" : $" by user '{image.Settings.User}'")}: its mode is "
                + $"{Convert.ToString(file.Mode, 8)}, its owner {file.UserId}:{file.GroupId}",
            "Set the mode where it is made, as in RUN chmod 755, before it is copied.",
            node.Layer);
    }
}

/// <summary>The program is for the image's processor.</summary>
internal sealed class ProgramIsForPlatform()
    : CheckRule("start-platform", FindingLevel.Error, "A program for another processor ends with 'exec format error'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var program in image.Started)
        {
            if (program is { Elf.Machine: { Length: > 0 } machine, ElfPath: { } path }
                && image.Settings.Architecture.Length > 0
                && machine != image.Settings.Architecture)
            {
                yield return Found(
                    $"'{path}' is a program for {machine}, and the image is for {image.Settings.Architecture}.",
                    "Build it for the image's platform, or set the platform of the build.",
                    path,
                    image.InstructionOf(path));
            }
        }
    }
}

/// <summary>The loader that a dynamic program names is there.</summary>
internal sealed class LoaderExists()
    : CheckRule("start-loader", FindingLevel.Error, "Without its loader a dynamic program ends with 'no such file or directory'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var program in image.Started)
        {
            if (program is { LacksLoader: true, ElfPath: { } path, Elf.Interpreter: { } loader })
            {
                yield return Found(
                    $"'{path}' is linked dynamically, and its loader '{loader}' is not in the image.",
                    $"Link it statically, copy what it is linked to by project.SharedLibraries.Add(\"{path}\"), or take a base that has "
                        + "it.",
                    path,
                    image.InstructionOf(path));
            }
        }
    }
}

/// <summary>Every library that a dynamic program is linked to is where the loader looks.</summary>
internal sealed class LibrariesExist()
    : CheckRule("start-libraries", FindingLevel.Error, "Without one of its libraries a dynamic program ends before it begins.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) =>
        image.Started.SelectMany(program => program.MissingLibraries.Select(missing => Found(
        $"'{missing.NeededBy}' needs the library '{missing.Library}', which is in none of the folders that the loader searches.",
        $"Copy what the program is linked to by project.SharedLibraries.Add(\"{program.ElfPath}\"), or take a base that has it.",
        missing.NeededBy) with
    {
        Kind = missing.NeededBy,
        Subject = missing.Library,
    }));
}

/// <summary>The interpreter that a script's first line names is there.</summary>
internal sealed class ScriptInterpreterExists()
    : CheckRule("start-interpreter", FindingLevel.Error, "A script starts only with the interpreter that its first line names.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var program in image.Started)
        {
            if (program is not { Path: { } path, ScriptInterpreter: { } interpreter })
            {
                continue;
            }

            if (program.HasCarriageReturn)
            {
                yield return Found(
                    $"The first line of the script '{path}' ends in a carriage return (CRLF), which becomes part of what it asks for: "
                        + $"'{interpreter}\\r'.",
                    "Save the script with LF line endings; '*.sh text eol=lf' in .gitattributes keeps them on every machine.",
                    path,
                    image.InstructionOf(path));
            }

            if (program.LacksScriptInterpreter)
            {
                yield return Found(
                    $"'{path}' is a script for '{interpreter}', which is not in the image.",
                    "Take a base that has it, or start another program.",
                    path,
                    image.InstructionOf(path));
            }
        }
    }
}

/// <summary>The program of the health check can run.</summary>
internal sealed class HealthCheckExists()
    : CheckRule("start-health", FindingLevel.Error,
        "A container whose health check can't run is unhealthy for good, and is replaced again and again.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Programs.HealthCheck is not { } program)
        {
            yield break;
        }

        var isShell = image.Settings.HealthCheck is ["CMD-SHELL", ..]
            && program.Path is null
            && program.Name == image.Settings.Shell.FirstOrDefault("/bin/sh");
        var fault = program.Path is null ? $"is not in the image{ProgramExists.Details(program, image)}"
            : program.LacksLoader ? $"is linked dynamically, and its loader '{program.Elf!.Interpreter}' is not in the image"
            : program.LacksScriptInterpreter ? $"is a script for '{program.ScriptInterpreter}', which is not in the image"
            : program.MissingLibraries is [var (library, _), ..] ? $"needs the library '{library}', which is not in the image"
            : ProgramIsExecutable.Obstacle(program, image)?.What;
        if (fault is not null)
        {
            yield return Found(
                isShell
                    ? "The health check is written in shell form, and the image has no shell."
                    : $"The health check's program '{program.Path ?? program.Name}' {fault}.",
                "Have the program check itself, as in HEALTHCHECK CMD [\"/bin/app\", \"--health\"], or copy a static program for it into "
                    + "the final stage.",
                program.Path ?? program.Name,
                image.InstructionOf(program.Path));
        }
    }
}
