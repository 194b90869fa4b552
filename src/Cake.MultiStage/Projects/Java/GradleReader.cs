using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Java;

/// <summary>Reads a build of Gradle (Gradle's user manual, "Building Java", "Version catalogs").</summary>
/// <param name="folder">The folder of the build.</param>
/// <param name="sources">Its sources.</param>
/// <param name="module">The project that the settings name; null for none.</param>
internal sealed partial class GradleReader(ProjectFolder folder, JavaSources sources, string? module)
{
    private const string Catalog = "gradle/libs.versions.toml";
    private static readonly string[] Files = ["settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts",
        "gradle.properties"];
    private static readonly string[] Programs = ["org.springframework.boot", "io.quarkus", "io.micronaut.application", "io.ktor.plugin",
        "application",
        "com.github.johnrengelman.shadow", "com.gradleup.shadow"];

    /// <summary>
    /// The newest release of Java that a Gradle runs on, from the version that brought it (Gradle's "Compatibility Matrix").
    /// </summary>
    private static readonly (string Gradle, int Java)[] Runs =
    [
        ("9.4", 26), ("9.1", 25), ("8.14", 24), ("8.10", 23), ("8.8", 22), ("8.5", 21), ("8.3", 20), ("7.6", 19), ("7.5", 18), ("7.3", 17),
        ("7.0", 16), ("6.7", 15), ("6.3", 14), ("6.0", 13), ("5.4", 12), ("5.0", 11), ("4.7", 10), ("4.3", 9), ("2.0", 8),
    ];

    public JavaProject Read()
    {
        var root = Script("");
        var projects = Included();
        var chosen = module
            ?? (projects.Count == 0
                || IsProgram(root)
                || sources.Of(null).Any(one => one.MainClass is not null && one.Path.StartsWith("src/", StringComparison.Ordinal))
            ? null : JavaReader.Choose(folder, Candidates(projects)));
        var own = chosen is null ? root : Script(chosen + "/");
        if (own.Contains("com.android.application", StringComparison.Ordinal))
        {
            throw new MultiStageException(
                $"'{folder.Path}' is an app for Android, which is not an image's program. Describe the folder of the server, if it has "
                    + "one.");
        }

        var shared = string.Join('\n',
            folder.Find("*.gradle", "*.gradle.kts")
                .Where(path => path.Split('/')[0] is "buildSrc" or "build-logic" or "buildLogic")
                .Select(folder.Read));
        var text = string.Join('\n', own, chosen is null ? "" : root, shared);
        var named = folder.Existing("settings.gradle", "settings.gradle.kts")
            .Select(folder.Read)
            .Select(script => RootName().Match(script))
            .FirstOrDefault(match => match.Success)?.Groups["name"].Value;
        var spring = SpringPlugin().Match(own);
        var version = SpringPlugin().Matches(text).FirstOrDefault(match => match.Groups["version"].Success)?.Groups["version"].Value;
        var release = Release().Match(text);
        var kotlin = KotlinPlugin().IsMatch(text);
        var wrapper = folder.Has("gradlew")
            && folder.Has("gradle/wrapper/gradle-wrapper.properties")
            && folder.Has("gradle/wrapper/gradle-wrapper.jar");
        var isFat = spring.Success
            || own.Contains("com.github.johnrengelman.shadow", StringComparison.Ordinal)
            || own.Contains("com.gradleup.shadow", StringComparison.Ordinal);
        return new JavaProject
        {
            Tool = JavaBuildTool.Gradle,
            Name = chosen?.Split('/')[^1] ?? named ?? folder.Name,
            Module = chosen,
            Version = JavaVersion.Feature(release.Success ? release.Groups["version"].Value : null),
            File = release.Success ? SaysVersion(chosen) : "",
            IsToolchain = release.Value.StartsWith("JavaLanguageVersion", StringComparison.Ordinal)
                || release.Value.StartsWith("jvmToolchain", StringComparison.Ordinal),
            Manifests = [.. folder.Find(Files).Where(path => path.Split('/')[0] is not ("buildSrc" or "build-logic" or "buildLogic")),
                .. folder.Existing("gradlew", "gradle", "buildSrc", "build-logic", "buildLogic")],
            HasWrapper = wrapper,
            IsWrapperExecutable = JavaReader.IsExecutable(folder, "gradlew"),
            NewestForWrapper = wrapper
                ? Newest(WrapperVersion().Match(folder.Read("gradle/wrapper/gradle-wrapper.properties")).Groups["version"].Value)
                : null,
            IsSpring = spring.Success,
            SpringVersion = version,
            IsQuarkus = Has(own, "io.quarkus"),
            IsApplication = Programs[2..5].Any(plugin => Has(own, plugin)) || ApplicationBlock().IsMatch(own) || Has(shared, "application"),
            IsFat = isFat,
            HasDependencies = kotlin || Dependency().IsMatch(text),
            MainClass = Main().Match(own) is { Success: true } main ? main.Groups["name"].Value : null,
            Ports = spring.Success && WebStarter().IsMatch(own) || Has(own, "io.quarkus") || Has(own, "io.micronaut.application")
                ? ["8080"]
                : [],
            Findings = chosen is not null && module is null ? [$"of {projects.Count} projects {chosen} is the program"] : [],
            Assumptions = folder.Has("gradlew") && !wrapper
                ? [new Assumption(
                    "gradlew lacks gradle/wrapper/gradle-wrapper.jar or its properties: the image's own Gradle builds, in a version that "
                        + "the project may not be "
                    + "written for.", Doubtful: true)] : [],
        };
    }

    private string[] Candidates(IReadOnlyList<string> projects)
    {
        string[] declared = [.. projects.Where(project => IsProgram(Script(project + "/")))];
        return declared.Length > 0 ? declared : [.. projects.Where(sources.HasMain)];
    }

    private static bool IsProgram(string script) => Programs.Any(plugin => Has(script, plugin)) || ApplicationBlock().IsMatch(script);

    /// <summary>Returns a project's script, with the plugins that it takes from the catalog written out.</summary>
    private string Script(string at)
    {
        var text = string.Join('\n', folder.Existing($"{at}build.gradle", $"{at}build.gradle.kts").Select(folder.Read));
        var lines = Plugins()
            .Where(
                plugin => Regex.IsMatch(text, $@"\blibs\.plugins\.{Regex.Escape(plugin.Alias)}\s*\)(?!\s*apply\s*\(?\s*false)",
                    RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            .Select(plugin => $"id '{plugin.Id}'{(plugin.Version is null ? "" : $" version '{plugin.Version}'")}");
        return Unapplied().Replace(string.Join('\n', [text, .. lines]), "");
    }

    private IEnumerable<(string Alias, string Id, string? Version)> Plugins()
    {
        TomlTable? catalog;
        try
        {
            catalog = folder.ReadIfThere(Catalog) is { } text ? TomlSerializer.Deserialize<TomlTable>(text) : null;
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"'{Catalog}' in '{folder.Path}' is not valid TOML: {exception.Message}", exception);
        }

        var versions = Value(catalog, "versions") as TomlTable;
        foreach (var (alias, value) in (Value(catalog, "plugins") as TomlTable)?.ToArray() ?? [])
        {
            var (id, version) = value is string one && one.Split(':') is [var first, .. var rest] ? (first, rest.FirstOrDefault())
                : value is TomlTable table ? (Value(table, "id") as string, Value(table, "version") switch
                {
                    string written => written,
                    TomlTable reference when Value(reference, "ref") is string name => Value(versions, name) as string,
                    _ => null,
                }) : (null, null);
            if (id is not null)
            {
                yield return (alias.Replace('-', '.').Replace('_', '.'), id, version);
            }
        }
    }

    private static object? Value(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value : null;

    /// <summary>Returns the projects that the settings include and that lie in folders of their names.</summary>
    private List<string> Included() => [.. folder.Existing("settings.gradle", "settings.gradle.kts").Select(folder.Read)
        .SelectMany(text => Include().Matches(text))
        .SelectMany(match => Quoted().Matches(match.Value))
        .Select(match => match.Groups["text"].Value.TrimStart(':').Replace(':', '/'))
        .Where(path => path.Length > 0 && folder.HasFolder(path)).Distinct(StringComparer.Ordinal)];

    private string SaysVersion(string? chosen) =>
        folder.Existing(chosen is null ? [] : [$"{chosen}/build.gradle", $"{chosen}/build.gradle.kts"])
        .Concat(folder.Existing("build.gradle", "build.gradle.kts"))
        .Concat(folder.Find("*.gradle", "*.gradle.kts"))
        .FirstOrDefault(path => Release().IsMatch(folder.Read(path))) ?? "";

    private static int? Newest(string version) =>
        Version.TryParse(version.Contains('.', StringComparison.Ordinal) ? version : version + ".0", out var gradle)
        ? Runs.Where(one => gradle >= Version.Parse(one.Gradle)).Select(one => (int?)one.Java).FirstOrDefault() : null;

    private static bool Has(string script, string plugin) => Regex.IsMatch(script,
        $@"(\bid\s*\(?\s*|\bplugin\s*[:=]\s*|\bapply\s*\(\s*plugin\s*=\s*)[""']{Regex.Escape(plugin)}[""']"
            + $@"|^\s*`?{Regex.Escape(plugin)}`?\s*$|[{{;]\s*`?{Regex.Escape(plugin)}`?\s*[;}}]",
        RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^[^\n]*\bapply\s*\(?\s*false\)?[^\n]*$", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unapplied();

    [GeneratedRegex(@"^\s*include\b(?!Build)[^\n]*(,\s*\n[^\n]*)*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Include();

    [GeneratedRegex(@"[""'](?<text>[^""'\n]*)[""']",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"rootProject\.name\s*=\s*[""'](?<name>[^""']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RootName();

    [GeneratedRegex(@"org\.springframework\.boot[""']\)?(\s+version\s*\(?[""'](?<version>[^""']+))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpringPlugin();

    [GeneratedRegex(@"org\.jetbrains\.kotlin\.(jvm|multiplatform)|\bkotlin\(\s*""(jvm|multiplatform)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KotlinPlugin();

    [GeneratedRegex(@"spring-boot-starter-(web|webmvc|webflux)\b|\bstarter\.(web|webmvc|webflux)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WebStarter();

    [GeneratedRegex(
        @"(JavaLanguageVersion\.of\(\s*[""']?|jvmToolchain\(\s*|\brelease(\.set\(|\s*=)\s*|jvmTarget(\.set\(|\s*=)\s*([\w.]*JVM_|[""'])"
            + @"|(source|target)Compatibility\s*(=|\()?\s*(JavaVersion\.(toVersion\(\s*)?(VERSION_)?)?[""']?)(?<version>[0-9_.]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Release();

    [GeneratedRegex(@"\bmainClass(Name)?(\.set\(|\s*=)\s*[""'](?<name>[^""']+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Main();

    [GeneratedRegex(@"^\s*application\s*\{", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ApplicationBlock();

    [GeneratedRegex(@"\b(implementation|api|runtimeOnly|compile)\b\s*[(""'p]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dependency();

    [GeneratedRegex(@"distributionUrl=.*gradle-(?<version>[0-9]+(\.[0-9]+)*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex WrapperVersion();
}
