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
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program?.Path is not { } path || image.Files.Resolve(path) is not { File: { } file } node)
        {
            yield break;
        }

        if (image.User.Barrier(node) is { } barrier)
        {
            yield return Found($"'{path}' can't be reached by user '{image.Settings.User}': the mode of '{barrier.Path}' is {Convert.ToString(barrier.File!.Mode, 8)}, its owner {barrier.File.UserId}:{barrier.File.GroupId}.", "Set the folder's mode where it is made, as in RUN chmod 755, before it is copied.", path, image.InstructionOf(barrier.Layer));
        }
        else if (!image.User.CanExecute(node))
        {
            yield return Found(
                $"'{path}' can't be executed{(image.User.IsRoot ? "" : $" by user '{image.Settings.User}'")}: its mode is {Convert.ToString(file.Mode, 8)}, its owner {file.UserId}:{file.GroupId}.",
                "Set the mode where it is made, as in RUN chmod 755, before it is copied.",
                path,
                image.InstructionOf(node.Layer));
        }
    }
}

/// <summary>The program is for the image's processor.</summary>
internal sealed class ProgramIsForPlatform() : CheckRule("start-platform", FindingLevel.Error, "A program for another processor ends with 'exec format error'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { Elf: { Machine: { Length: > 0 } machine }, ElfPath: { } path } && image.Settings.Architecture.Length > 0 && machine != image.Settings.Architecture)
        {
            yield return Found($"'{path}' is a program for {machine}, and the image is for {image.Settings.Architecture}.", "Build it for the image's platform, or set the platform of the build.", path, image.InstructionOf(path));
        }
    }
}

/// <summary>The loader that a dynamic program names is there.</summary>
internal sealed class LoaderExists() : CheckRule("start-loader", FindingLevel.Error, "Without its loader a dynamic program ends with 'no such file or directory'.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { LacksLoader: true, ElfPath: { } path, Elf.Interpreter: { } loader })
        {
            yield return Found(
                $"'{path}' is linked dynamically, and its loader '{loader}' is not in the image.",
                $"Link it statically, copy what it is linked to by project.SharedLibraries.Add(\"{path}\"), or take a base that has it.",
                path,
                image.InstructionOf(path));
        }
    }
}

/// <summary>Every library that a dynamic program is linked to is where the loader looks.</summary>
internal sealed class LibrariesExist() : CheckRule("start-libraries", FindingLevel.Error, "Without one of its libraries a dynamic program ends before it begins.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) => (image.Program?.MissingLibraries ?? []).Select(missing => Found(
        $"'{missing.NeededBy}' needs the library '{missing.Library}', which is in none of the folders that the loader searches.",
        $"Copy what the program is linked to by project.SharedLibraries.Add(\"{image.Program!.ElfPath}\"), or take a base that has it.",
        missing.NeededBy));
}

/// <summary>The interpreter that a script's first line names is there.</summary>
internal sealed class ScriptInterpreterExists() : CheckRule("start-interpreter", FindingLevel.Error, "A script starts only with the interpreter that its first line names.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is { LacksScriptInterpreter: true, Path: { } path, ScriptInterpreter: { } interpreter })
        {
            yield return Found($"'{path}' is a script for '{interpreter}', which is not in the image.", "Take a base that has it, or start another program.", path, image.InstructionOf(path));
        }
    }
}
