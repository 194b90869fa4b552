using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The file that an interpreter is given is there: a jar, a script, a .NET assembly.</summary>
internal sealed class ArgumentFileExists() : CheckRule("start-argument", FindingLevel.Error, "An interpreter ends at once where the file it is given is missing.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program?.Path is { } path && ArgumentFile.Of(image.Settings) is { } file && ArgumentFile.Find(image) is null)
        {
            yield return Found($"'{path}' is given '{file}', and there is no '{image.Settings.Absolute(file)}' in the image.", "Copy it into the final stage, or correct the entry point or the working folder.", image.Settings.Absolute(file));
        }
    }
}

/// <summary>The user may read what an interpreter is given, and the script that names one.</summary>
internal sealed class ArgumentFileIsReadable() : CheckRule("start-readable", FindingLevel.Error, "An interpreter ends at once where the user may not read the file it is given.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var script = image.Program is { ScriptInterpreter: not null, Path: { } path } ? image.Files.Resolve(path) : null;
        foreach (var node in new[] { script, ArgumentFile.Find(image) }.OfType<FileSystemNode>())
        {
            // That a program can't be reached is another rule's business.
            var barrier = node == script ? null : image.User.Barrier(node);
            if ((barrier ?? (image.User.CanRead(node) ? null : node)) is { File: { } file } obstacle)
            {
                yield return Found(
                    $"'{node.Path}' can't be read by user '{image.Settings.User}': the mode of '{obstacle.Path}' is {Convert.ToString(file.Mode, 8)}, its owner {file.UserId}:{file.GroupId}.",
                    "Set the mode where it is made, as in RUN chmod -R a+rX, before it is copied.",
                    node.Path,
                    image.InstructionOf(obstacle.Layer));
            }
        }
    }
}

/// <summary>The file that an interpreter is given on its command line.</summary>
internal static class ArgumentFile
{
    // Node.js documentation, "CommonJS modules": what is tried in place of a file that is not there.
    private static readonly string[] NodeEndings = ["", ".js", ".json", ".node"];

    /// <summary>Gets the file as it is given; <see langword="null"/> where there is none, or what it is can't be told.</summary>
    public static string? Of(ImageSettings settings) => settings.Command.Count == 0 ? null : ProgramOf(settings) switch
    {
        "java" => settings.Command.SkipWhile(argument => argument != "-jar").ElementAtOrDefault(1),
        "node" or "dotnet" => settings.Command.ElementAtOrDefault(1) is { } first && !first.StartsWith('-') && first.Contains('.', StringComparison.Ordinal) ? first : null,
        var name when name.StartsWith("python", StringComparison.Ordinal) => settings.Command.ElementAtOrDefault(1) is { } first && first.EndsWith(".py", StringComparison.Ordinal) ? first : null,
        _ => null,
    };

    /// <summary>Finds it in the image.</summary>
    public static FileSystemNode? Find(CheckedImage image) => Of(image.Settings) is not { } file ? null
        : ProgramOf(image.Settings) == "node" ? NodeEndings.Select(ending => image.Files.Resolve(image.Settings.Absolute(file) + ending)).FirstOrDefault(node => node is not null)
        : image.Files.Resolve(image.Settings.Absolute(file));

    private static string ProgramOf(ImageSettings settings) => settings.Command[0].Split('/')[^1];
}

/// <summary>A Java program has a whole Java runtime, not just the launcher.</summary>
internal sealed class JavaRuntimeExists() : CheckRule("start-java", FindingLevel.Error, "The launcher java ends at once where the virtual machine or the classes beside it are missing.")
{
    private static readonly string[] Machines = ["server", "client", "minimal", "zero"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Program is not { Path: { } path, Elf: not null } || path.Split('/') is not [.., "bin", "java"])
        {
            yield break;
        }

        // JEP 220: since Java 9 the classes are in lib/modules; the virtual machine is one of several.
        var home = path[..^"/bin/java".Length];
        var machines = Machines.Select(kind => $"{home}/lib/{kind}/libjvm.so");
        var isOld = image.Files.Resolve($"{home}/lib/rt.jar") is not null;
        if (!isOld && !machines.Any(machine => image.Files.Resolve(machine) is not null))
        {
            yield return Found($"'{path}' needs '{home}/lib/server/libjvm.so', which is not in the image.", $"Copy the whole runtime, '{home}', into the final stage, or take a base that has one.", path, image.InstructionOf(path));
        }
        else if (!isOld && image.Files.Resolve($"{home}/lib/modules") is null && image.Files.Resolve($"{home}/modules") is null)
        {
            yield return Found($"'{path}' needs '{home}/lib/modules', which is not in the image.", $"Copy the whole runtime, '{home}', into the final stage, or take a base that has one.", path, image.InstructionOf(path));
        }
    }
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
