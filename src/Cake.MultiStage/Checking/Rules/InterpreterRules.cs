using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The file that an interpreter is given is there: a jar, a script, a .NET assembly.</summary>
internal sealed class ArgumentFileExists()
    : CheckRule("start-argument", FindingLevel.Error, "An interpreter ends at once where the file it is given is missing.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Main?.Path is { } path && ArgumentFile.Of(image.Programs.Words) is { } file && ArgumentFile.Find(image) is null)
        {
            var place = image.Settings.Absolute(file);
            var link = image.Files.BrokenLink(place);
            yield return Found(
                link is null
                    ? $"'{path}' is given '{file}', and there is no '{place}' in the image."
                    : $"'{path}' is given '{file}', and '{link.Path}' is a link to '{link.File!.LinkTarget}', where nothing is.",
                "Copy it into the final stage, or correct the entry point or the working folder.",
                place);
        }
    }
}

/// <summary>The user may read what an interpreter is given, and the script that names one.</summary>
internal sealed class ArgumentFileIsReadable()
    : CheckRule("start-readable", FindingLevel.Error, "An interpreter ends at once where the user may not read the file it is given.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var scripts = image.Started.Where(program => program.ScriptInterpreter is not null && program.Path is not null)
            .Select(program => image.Files.Resolve(program.Path!))
            .ToList();
        foreach (var node in scripts.Append(ArgumentFile.Find(image)).OfType<FileSystemNode>())
        {
            // That a program can't be reached is another rule's business.
            var barrier = scripts.Contains(node) ? null : image.User.Barrier(node);
            if ((barrier ?? (image.User.CanRead(node) ? null : node)) is { File: { } file } obstacle)
            {
                yield return Found(
                    $"'{node.Path}' can't be read by user '{image.Settings.User}': the mode of '{obstacle.Path}' is "
                        + $"{Convert.ToString(file.Mode, 8)}, its owner {file.UserId}:{file.GroupId}.",
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
    // Node.js documentation, "CommonJS modules": what is tried in place of a file that doesn't exist.
    private static readonly string[] NodeEndings = ["", ".js", ".json", ".node"];

    // Options of these interpreters that take no word of their own; after another one it can't be told what comes next.
    private static readonly HashSet<string> PlainOptions = new(
        ["-u", "-O", "-OO", "-B", "-E", "-s", "-S", "-I", "--enable-source-maps", "--trace-warnings", "--no-warnings", "--no-deprecation",
            "--inspect", "--expose-gc", "--use-openssl-ca"],
        StringComparer.Ordinal);

    /// <summary>Gets the file as it is given; <see langword="null"/> where there is none, or what it is can't be told.</summary>
    public static string? Of(IReadOnlyList<string> words) => words.Count == 0 ? null : CommandLine.NameOf(words[0]) switch
    {
        "java" => words.SkipWhile(argument => argument != "-jar").ElementAtOrDefault(1),
        "node" => First(words) is { } first && first.Contains('.', StringComparison.Ordinal) ? first : null,
        "dotnet" =>
            words.ElementAtOrDefault(1) is { } first && !first.StartsWith('-') && first.Contains('.', StringComparison.Ordinal)
                ? first
                : null,
        "ruby" => First(words) is { } first && first.EndsWith(".rb", StringComparison.Ordinal) ? first : null,
        "php" => First(words) is { } first && first.EndsWith(".php", StringComparison.Ordinal) ? first : null,
        var name when CommandLine.IsShell(name) =>
            First(words) is { } first && (first.Contains('/', StringComparison.Ordinal) || first.EndsWith(".sh", StringComparison.Ordinal))
                ? first
                : null,
        var name when name.StartsWith("python", StringComparison.Ordinal) =>
            First(words) is { } first && first.EndsWith(".py", StringComparison.Ordinal) ? first : null,
        _ => null,
    };

    /// <summary>Finds it in the image.</summary>
    public static FileSystemNode? Find(CheckedImage image) => Of(image.Programs.Words) is not { } file ? null
        : CommandLine.NameOf(image.Programs.Words[0]) == "node"
        ? NodeEndings.Select(ending => image.Files.Resolve(image.Settings.Absolute(file) + ending)).FirstOrDefault(node => node is not null)
        : image.Files.Resolve(image.Settings.Absolute(file));

    private static string? First(IReadOnlyList<string> words) =>
        words.Skip(1)
            .SkipWhile(
                word => PlainOptions.Contains(word)
                    || (word.StartsWith("--", StringComparison.Ordinal) && word.Contains('=', StringComparison.Ordinal)))
            .FirstOrDefault() is { } first
        && !first.StartsWith('-') ? first : null;
}

/// <summary>A Java program has a whole Java runtime, not just the launcher.</summary>
internal sealed class JavaRuntimeExists()
    : CheckRule("start-java", FindingLevel.Error,
        "The launcher java ends at once where the virtual machine or the classes beside it are missing.")
{
    private static readonly string[] Machines = ["server", "client", "minimal", "zero"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Main is not { Path: { } path, Elf: not null } || path.Split('/') is not [.., "bin", "java"])
        {
            yield break;
        }

        // JEP 220: since Java 9 the classes are in lib/modules; the virtual machine is one of several.
        var home = path[..^"/bin/java".Length];
        var machines = Machines.Select(kind => $"{home}/lib/{kind}/libjvm.so");
        var isOld = image.Files.Resolve($"{home}/lib/rt.jar") is not null;
        if (!isOld && !machines.Any(machine => image.Files.Resolve(machine) is not null))
        {
            yield return Found($"'{path}' needs '{home}/lib/server/libjvm.so', which is not in the image.",
                $"Copy the whole runtime, '{home}', into the final stage, or take a base that has one.", path, image.InstructionOf(path));
        }
        else if (!isOld && image.Files.Resolve($"{home}/lib/modules") is null && image.Files.Resolve($"{home}/modules") is null)
        {
            yield return Found($"'{path}' needs '{home}/lib/modules', which is not in the image.",
                $"Copy the whole runtime, '{home}', into the final stage, or take a base that has one.", path, image.InstructionOf(path));
        }
    }
}
