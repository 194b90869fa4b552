using System.Globalization;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The program does not run as root.</summary>
internal sealed class NotRoot()
    : CheckRule("safe-user", FindingLevel.Warning, "Whoever breaks into a program that runs as root is root in the container.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.User.IsRoot)
        {
            yield return Found("The image runs as root.", "Set another user, such as project.User = \"65532:65532\".");
        }
    }
}

/// <summary>The image's own layers bring no file that gives other users its owner's permissions.</summary>
internal sealed class NoSetUserId() : CheckRule("safe-setuid", FindingLevel.Warning, Why)
{
    private const string Why =
        "A file with the set-user-id or set-group-id bit, or with capabilities, gives whoever runs it more permissions than they have.";

    private const int SetUserId = 0b100_000_000_000, SetGroupId = 0b010_000_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => image.OwnFiles
        .Where(node => node.File is { Type: ImageFileType.File } file && (HasBit(file) || file.HasCapabilities))
        .Select(node => Found(
            HasBit(node.File!)
                ? $"'{node.Path}' has the mode {Convert.ToString(node.File!.Mode, 8)}: whoever runs it gets the permissions of "
                    + $"{Owner(node.File)}."
                : $"'{node.Path}' carries capabilities.",
            "Take the bits away, as in RUN chmod ug-s, or leave the file out.",
            node.Path,
            image.InstructionOf(node.Layer)) with { Kind = HasBit(node.File!) ? "mode" : "capabilities" });

    private static bool HasBit(ImageFile file) => (file.Mode & (SetUserId | SetGroupId)) != 0;

    private static string Owner(ImageFile file) => (file.Mode & SetUserId) != 0 ? $"user {file.UserId}" : $"group {file.GroupId}";
}

/// <summary>The image's own layers bring no file that everyone may change.</summary>
internal sealed class NotWorldWritable()
    : CheckRule("safe-writable", FindingLevel.Warning, "A file that everyone may write to can be replaced by an attacker.")
{
    private const int OthersWrite = 0b010, Sticky = 0b001_000_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => image.OwnFiles
        .Where(
            node => node.File is { Type: ImageFileType.File or ImageFileType.Directory } file
                && (file.Mode & OthersWrite) != 0
                && (file.Mode & Sticky) == 0)
        .Select(node => Found(
            $"'{node.Path}' has the mode {Convert.ToString(node.File!.Mode, 8)}: everyone may write to it.",
            "Take the permission away, as in RUN chmod -R o-w, before it is copied.",
            node.Path,
            image.InstructionOf(node.Layer)) with { Kind = "writable" });
}

/// <summary>No layer holds a secret, not even one whose file a later layer takes away.</summary>
internal sealed class NoSecretFiles()
    : CheckRule("safe-secret", FindingLevel.Error, "Whoever has the image has every file of every layer, deleted ones too.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var (index, layer) in image.Measured.Layers.Index().Skip(image.BaseLayers))
        {
            foreach (var file in layer.Entries.Where(file => !file.Content.IsEmpty))
            {
                if (SecretContent.Of(file.Path, file.Content.Span) is { } secret)
                {
                    var isGone = image.Files.Find(file.Path) is not { } node || node.Layer != index;
                    yield return Found(
                        $"'{file.Path}' holds "
                            + $"{secret.Kind}{(isGone ? "; a later layer takes it away, but it is in the image all the same" : "")}.",
                        "Give it to the step that needs it as a secret (RunMount.Secret), which no layer keeps, and replace it: others may "
                            + "know it by now.",
                        file.Path,
                        layer.CreatedBy,
                        secret.Level) with { Kind = $"{secret.Kind} {isGone}" };
                }
            }
        }
    }
}

/// <summary>Neither the history nor the environment shows a secret.</summary>
internal sealed class NoSecretText()
    : CheckRule("safe-history", FindingLevel.Error, "Everyone who has the image sees its history and its environment.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var variable in image.Settings.Environment.Where(variable => SecretContent.HasToken(variable.Value))
            .Select(variable => variable.Key))
        {
            yield return Found($"The environment variable '{variable}' holds an access token or a key.",
                "Give it to the container when it runs, and replace it: others may know it by now.");
        }

        foreach (var step in image.Settings.History.Index().Where(step => SecretContent.HasToken(step.Item)).Select(step => step.Index))
        {
            yield return Found(
                string.Create(CultureInfo.InvariantCulture, $"Step {step + 1} of the image's history shows an access token or a key."),
                "Use a secret (RunMount.Secret) in place of a build argument or a text, and replace it: others may know it by now.");
        }
    }
}
