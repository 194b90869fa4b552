using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The environment that the image sets holds no password.</summary>
internal sealed class NoSecretVariables()
    : CheckRule("safe-environment", FindingLevel.Warning,
        "Everyone who has the image, and every process in the container, sees its environment.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) => image.Settings.Environment
        // A token by its shape is an error of its own.
        .Where(
            variable => SecretVariable.HoldsSecret(variable.Key, variable.Value)
                && !SecretContent.HasToken(variable.Value)
                && IsOwn(image, variable.Key))
        .Select(
            variable => Found($"The environment variable '{variable.Key}' holds what looks like a secret.",
                "Give it to the container when it runs, and replace it where it is in use."));

    /// <summary>
    /// Says whether the image sets a variable itself. What its base sets is the base's business; of an image that was not built here that
    /// can't be told.
    /// </summary>
    private static bool IsOwn(CheckedImage image, string name) =>
        image.Measured.Image.Record is not { } request
        || StageChain.Of(request.Dockerfile, request.Target, request.BuildArguments)
            .SelectMany(stage => stage.Instructions)
            .Any(instruction => instruction is RawInstruction || (instruction is EnvInstruction variable && variable.Name == name));
}

/// <summary>An image for production has no shell and no package manager that it does not need.</summary>
internal sealed class NoShell()
    : CheckRule("safe-shell", FindingLevel.Note, "An attacker finds a shell and a package manager of use; most programs need neither.")
{
    private static readonly string[] Shells = ["/bin/sh", "/bin/bash", "/usr/bin/bash"];

    private static readonly string[] Managers = ["/usr/bin/apt-get", "/usr/bin/dpkg", "/sbin/apk", "/usr/bin/dnf", "/usr/bin/microdnf",
        "/usr/bin/yum", "/usr/bin/rpm", "/usr/bin/pacman", "/usr/bin/zypper"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (!IsForProduction(image))
        {
            yield break;
        }

        (string What,
            FileSystemNode? Node)[] sought = [("a shell", NeedsShell(image) ? null : First(image, Shells)),
                ("a package manager", First(image, Managers))];
        if (sought.Where(one => one.Node is not null).ToList() is [(_, { } first), ..] found)
        {
            var fromBase = first.Layer < image.BaseLayers
                ? $", of the base '{image.Measured.Base!.Name}' with its {image.Measured.Base.Size}"
                : "";
            yield return Found(
                $"The image has {string.Join(" and ", found.Select(one => $"{one.What} ('{one.Node!.Path}')"))}{fromBase}.",
                "Where the program needs none, take a base without: scratch, or a flavor such as BaseFlavor.Distroless.",
                first.Path,
                image.InstructionOf(first.Layer));
        }
    }

    /// <summary>Says whether an image is what a Dockerfile makes in the end, and not one of the stages for development and tests.</summary>
    private static bool IsForProduction(CheckedImage image) =>
        image.Measured.Image.Record is not { Target: { } target } request
            || string.Equals(target, request.Dockerfile.FinalStage.Name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(target, Projects.ImageProject.FinalStage, StringComparison.OrdinalIgnoreCase);

    private static bool NeedsShell(CheckedImage image) =>
        image.Settings.HealthCheck is ["CMD-SHELL", ..]
        || image.Started.Append(image.Programs.HealthCheck).OfType<StartedProgram>()
            .Any(program => CommandLine.IsShell(program.Name) || CommandLine.IsShell(program.ScriptInterpreter ?? ""));

    private static FileSystemNode? First(CheckedImage image, IEnumerable<string> paths) =>
        paths.Select(image.Files.Resolve).FirstOrDefault(node => node is { IsDirectory: false });
}
