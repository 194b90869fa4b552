using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// The preset for Go: modules are downloaded before the source comes in, the module and build caches are mounted, and
/// the program is linked statically, without paths of the builder, symbols and debug information.
/// </summary>
internal static partial class GoProject
{
    private const string SourceDirectory = "/src";

    public static ImageProject Describe(string path, GoProjectSettings settings)
    {
        var directory = ProjectDescription.ExistingDirectory(path);
        var module = GoModule.Read(directory);
        var name = settings.Name ?? ProjectDescription.NameFrom(module?.Name ?? Path.GetFileName(directory));
        var program = "/bin/" + name;
        var image = settings.BuilderImage ?? "golang:" + (module?.Version ?? "1");
        var builder = Stage.From(ProjectDescription.Base(image, settings)).Workdir(SourceDirectory);
        var build = $"CGO_ENABLED=0 go build -trimpath -ldflags={Quoted(settings.LinkerFlags)} -o {Quoted(program)} ";
        builder = module is null
            ? WithoutModule(builder, directory, build)
            : WithModule(builder, module, build + Quoted(settings.Package));
        var project = ProjectDescription.Of(directory, settings, name, builder);
        return project with
        {
            Artifacts = [new Artifact(program, program), .. project.Artifacts],
            Entrypoint = project.Entrypoint.Count > 0 ? project.Entrypoint : [program],
        };
    }

    private static Stage WithModule(Stage builder, GoModule module, string build)
    {
        var modules = RunMount.Cache("/go/pkg/mod");
        builder = builder.Copy(module.HasSums ? ["go.mod", "go.sum"] : ["go.mod"], "./");
        builder = module.HasSums ? builder.Run("go mod download", modules) : builder;
        return builder.Copy(".", ".").Run(build, modules, BuildCache());
    }

    /// <summary>Without a go.mod, Go builds named files only, which then must all be of one package.</summary>
    private static Stage WithoutModule(Stage builder, string directory, string build)
    {
        string[] files = [.. Directory.EnumerateFiles(directory, "*.go")
            .Select(file => Path.GetFileName(file)!)
            .Where(file => !file.EndsWith("_test.go", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        return files.Length == 0
            ? throw new MultiStageException($"'{directory}' is no Go project: it has neither a go.mod nor a .go file.")
            : builder.Copy(files, "./").Run(build + string.Join(' ', files.Select(Quoted)), BuildCache());
    }

    private static RunMount BuildCache() => RunMount.Cache("/root/.cache/go-build");

    /// <summary>Quotes a word for a POSIX shell where it needs to be.</summary>
    private static string Quoted(string word) =>
        PlainWord().IsMatch(word) ? word : "\"" + SpecialInQuotes().Replace(word, @"\$0") + "\"";

    [GeneratedRegex(@"\A[A-Za-z0-9_@%+=:,./-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"[""\\$`]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SpecialInQuotes();
}

/// <summary>What a go.mod says (Go modules reference, "go.mod files").</summary>
internal sealed partial record GoModule(string? Name, string? Version, bool HasSums)
{
    public static GoModule? Read(string directory)
    {
        var file = Path.Combine(directory, "go.mod");
        if (!File.Exists(file))
        {
            return null;
        }

        var text = File.ReadAllText(file);
        var module = ModuleLine().Match(text);
        var version = GoLine().Match(text);
        return new GoModule(
            module.Success ? module.Groups["path"].Value.Trim('"').Split('/').LastOrDefault(part => !MajorVersion().IsMatch(part)) : null,
            version.Success ? version.Groups["version"].Value : null,
            File.Exists(Path.Combine(directory, "go.sum")));
    }

    [GeneratedRegex(@"^module[ \t]+(?<path>[^ \t\r\n]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModuleLine();

    [GeneratedRegex(@"^go[ \t]+(?<version>[0-9]+(\.[0-9]+){0,2})", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoLine();

    [GeneratedRegex(@"\Av[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MajorVersion();
}
