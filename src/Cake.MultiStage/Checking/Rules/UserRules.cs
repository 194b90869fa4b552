namespace Cake.MultiStage.Checking.Rules;

/// <summary>A user and a group that have names are in the image's lists of them.</summary>
internal sealed class UserExists()
    : CheckRule("start-user", FindingLevel.Error,
        "An engine starts a container as a named user or group only where the image's /etc/passwd or /etc/group has that name.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.User.UnknownName is { } name and not "root")
        {
            yield return Found($"The image runs as '{name}', and no line of its /etc/passwd says who that is.",
                "Use a number, such as 65532:65532, or set UserEntry.", "/etc/passwd");
        }

        if (image.User.UnknownGroup is { } group)
        {
            yield return Found($"The image runs with the group '{group}', and no line of its /etc/group says which that is.",
                "Use a number, such as 65532:65532, or set UserEntry.", "/etc/group");
        }
    }
}

/// <summary>The working folder is one. A missing one is made by the engine, for root, which harms no program that only reads.</summary>
internal sealed class WorkingFolderIsFolder()
    : CheckRule("start-folder", FindingLevel.Error, "An engine makes no container whose working folder is a file.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Files.Resolve(image.Settings.WorkingDirectory) is { IsDirectory: false } file)
        {
            yield return Found($"The working folder '{image.Settings.WorkingDirectory}' is a file.",
                "Correct WORKDIR, or leave the file out.", file.Path, image.InstructionOf(file.Layer));
        }
    }
}
