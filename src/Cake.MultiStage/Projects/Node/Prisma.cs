using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// Prisma's client, which is generated from a schema into the installed packages (Prisma's documentation, "Generating Prisma Client").
/// </summary>
internal static class Prisma
{
    public const string Client = "@prisma/client";

    private const string BaseStage = "runtime";

    private const string Command = "prisma generate";

    private static readonly string[] Schemas = ["prisma/schema.prisma", "schema.prisma", "prisma/schema", "src/prisma/schema.prisma"];

    /// <summary>Returns what of its programs generates the client; null where nothing asks for it, or a script does it.</summary>
    public static string? Step(ProjectFolder folder, NodePackage package, string script)
    {
        var schema = folder.First(Schemas);
        var told = schema is null or "prisma/schema.prisma" or "schema.prisma" || package.Scripts.Count == 0 ? ""
            : $" --schema={ShellWord.Quoted(schema)}";
        return !package.Uses(Client) || schema is null || package.Reached([.. new InstallScripts(package).Existing, script])
            .Any(text => text.Contains(Command, StringComparison.Ordinal))
            ? null : Command + told;
    }

    /// <summary>Tells whether its engine is a program that is linked to OpenSSL, as up to version 6.</summary>
    public static bool HasEngine(NodePackage package) => package.Ranges.TryGetValue(Client, out var range)
        && range.FirstOrDefault(char.IsAsciiDigit) is var major && major is >= '1' and <= '6'
            && range.SkipWhile(character => !char.IsAsciiDigit(character)).Skip(1).FirstOrDefault() is '.' or '\0';

    /// <summary>Gives the base of the final stage what the engine is linked to, which slim images lack.</summary>
    public static ImageProject WithOpenSsl(ImageProject project) => project with
    {
        Stages =
        [
            .. project.Stages,
            Stage.From(project.FinalBase).Named(BaseStage).Because("Node.js with what Prisma's engine is linked to.")
                .Run(SystemPackages.Install(["openssl"]), SystemPackages.Caches())
                    .Because("Prisma's engine looks for OpenSSL when it runs."),
        ],
        FinalBase = StageBase.Stage(BaseStage),
    };
}
