using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>What a Node.js or Python program imports as it is loaded is there.</summary>
internal sealed class ImportsExist()
    : CheckRule("start-imports", FindingLevel.Error, "A program ends as soon as it imports a module that is not in the image.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) => image.Evidence.MissingImports.Select(missing => Found(
        $"'{missing.File}' imports '{missing.Name}': {missing.Places}.",
        "Install it in the stage whose folder is copied, as a dependency that is not for development alone, or copy the file.",
        missing.File,
        image.InstructionOf(missing.File)) with
    {
        Kind = missing.File,
        Subject = missing.Name,
    });
}

/// <summary>Libraries that a program loads by their names are there.</summary>
internal sealed class NamedLibrariesExist()
    : CheckRule("needs-library", FindingLevel.Warning, "A library that is loaded by its name is missed only when it is first used.")
{
    // The assembly or module, and the library it is the front of; the last is what also brings it.
    private static readonly (string File, string Library, string? Other)[] Fronts =
    [
        ("SkiaSharp.dll", "libSkiaSharp", null),
        ("HarfBuzzSharp.dll", "libHarfBuzzSharp", null),
        ("SQLitePCLRaw.provider.e_sqlite3.dll", "libe_sqlite3", null),
        ("Confluent.Kafka.dll", "librdkafka", null),
        ("LibGit2Sharp.dll", "libgit2-", null),
        ("System.DirectoryServices.Protocols.dll", "libldap", null),
        ("psycopg/__init__.py", "libpq.so", "psycopg_binary"),
        ("magic/loader.py", "libmagic.so", null),
        ("weasyprint/__init__.py", "libpango-1.0.so", null),
        ("cairocffi/__init__.py", "libcairo.so", null),
    ];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var missing in image.Evidence.MissingNatives)
        {
            yield return Found(
                $"'{missing.NeededBy}' needs the library '{missing.Library}', which is nowhere in the image.",
                "Copy the library, or take a base that has it; of packages with natives for several C libraries take the one for the base.",
                missing.NeededBy,
                image.InstructionOf(missing.NeededBy)) with { Kind = missing.Library, Subject = missing.NeededBy };
        }

        if (DotNetProgram.Of(image) is { } program
            && program.Configuration.Frameworks.Count > 0
            && !LibraryNames.Has(image, "libssl.so"))
        {
            yield return Found(
                $"'{program.Assembly}' runs on .NET, which loads OpenSSL for TLS and certificates, and the image has no libssl.",
                "Take a base that has it, as .NET's own images do, or copy libssl and libcrypto.",
                program.Assembly,
                image.InstructionOf(program.Assembly),
                FindingLevel.Note);
        }

        foreach (var (file, library, other) in Fronts)
        {
            var front = image.OwnFiles.FirstOrDefault(node => node.Path.EndsWith("/" + file, StringComparison.Ordinal) && IsLoaded(node));
            if (front is not null
                && !LibraryNames.Contain(image, library)
                && (other is null || !image.AllFiles.Any(node => node.IsDirectory && node.Name == other)))
            {
                yield return Found(
                    $"'{front.Path}' loads the library '{library}' by its name, and the image has none.",
                    "Add the package that brings it for Linux (NativeAssets, binary), install it in the final stage, or take a base that "
                        + "has it.",
                    front.Path,
                    image.InstructionOf(front.Layer));
            }
        }
    }

    private static bool IsLoaded(FileSystemNode node) =>
        !node.IsDirectory
            && (node.Name.EndsWith(".dll", StringComparison.Ordinal) || node.Path.Contains("-packages/", StringComparison.Ordinal));
}
