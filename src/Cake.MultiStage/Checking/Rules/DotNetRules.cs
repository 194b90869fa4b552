namespace Cake.MultiStage.Checking.Rules;

/// <summary>A .NET program has the frameworks that its runtimeconfig.json names.</summary>
internal sealed class DotNetRuntimeExists()
    : CheckRule("start-dotnet", FindingLevel.Error,
        "A .NET program that depends on a framework ends where none of the versions that will do is there.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (DotNetProgram.Of(image) is not { } program)
        {
            yield break;
        }

        var shared = program.Root?.Child("shared");
        foreach (var asked in program.Configuration.Frameworks)
        {
            var wanted = asked with { RollForward = image.Settings.Environment.GetValueOrDefault("DOTNET_ROLL_FORWARD")
                ?? asked.RollForward };
            IReadOnlyList<string> there = [.. shared?.Child(asked.Name)?.Children.Select(version => version.Name) ?? []];
            if (!there.Any(version => FrameworkVersion.WillDo(wanted, version)))
            {
                yield return Found(
                    $"'{program.Assembly}' runs on {asked.Name} {asked.Version}, and the image has "
                        + $"{(there.Count > 0 ? string.Join(", ", there) : "none")}.",
                    "Take a base with that runtime, such as aspnet for web programs, or publish self-contained.",
                    program.ConfigurationPath,
                    image.InstructionOf(program.ConfigurationPath));
            }
        }
    }
}

/// <summary>A .NET program that knows cultures has ICU.</summary>
internal sealed class IcuExists()
    : CheckRule("needs-icu", FindingLevel.Error,
        "Without ICU's libraries a .NET program that does not switch cultures off ends when it first formats, compares or sorts.")
{
    private const string Switch = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";
    private const string Fix =
        "Set InvariantGlobalization to true in the project where no cultures are needed, or take a base with ICU, such as one whose tag "
            + "ends in -extra.";

    private static readonly string[] Clients = ["Microsoft.Data.SqlClient.dll", "System.Data.SqlClient.dll"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var program = DotNetProgram.Of(image);
        var isManaged = program is { Configuration: not { Frameworks: [] } } || (program is not null && HasRuntimeBeside(image, program));
        if (image.Main is not { Path: { } path } main || !(isManaged || main.Traces.LoadsIcu))
        {
            yield break;
        }

        var configuration = isManaged ? program!.Configuration : RuntimeConfiguration.None;
        var what = isManaged ? program!.Assembly : path;
        // What the program itself says takes precedence over the environment.
        var isOff = image.Settings.Environment.GetValueOrDefault(Switch) is "1" or "true" or "TRUE" or "True";
        if (configuration.Invariant == true || configuration.HasOwnIcu || LibraryNames.Has(image, "libicuuc.so"))
        {
            yield break;
        }

        if (configuration.Invariant == false || !isOff)
        {
            yield return Found(
                $"'{what}' knows cultures, and the image has no ICU (libicuuc): it ends with 'Couldn't find a valid ICU package'.", Fix,
                what, image.InstructionOf(what));
        }
        else if (isManaged && NeedsCultures(image, program!) is { } library)
        {
            yield return Found(
                $"The environment switches cultures off ({Switch}), and '{library}' does not work without.",
                Fix,
                library,
                image.InstructionOf(library));
        }
        else
        {
            yield return Found(
                $"The environment switches cultures off ({Switch}), and nothing in '{what}' says that it needs none: new "
                    + "CultureInfo(\"de-DE\") fails.",
                Fix,
                what,
                image.InstructionOf(what),
                FindingLevel.Note);
        }
    }

    private static bool HasRuntimeBeside(CheckedImage image, DotNetProgram program) =>
        image.Files.Resolve(program.Folder + "/libcoreclr.so") is not null;

    // Its documentation says so: "Globalization Invariant Mode is not supported".
    private static string? NeedsCultures(CheckedImage image, DotNetProgram program) =>
        Clients.Select(name => $"{program.Folder}/{name}").FirstOrDefault(path => image.Files.Resolve(path) is not null);
}
