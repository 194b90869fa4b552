using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Cake.MultiStage.Projects.Java;

/// <summary>Reads a folder's pom.xml, Gradle scripts or sources (Maven's POM reference; Gradle's user manual, "Building Java").</summary>
internal static partial class JavaReader
{
    private static readonly string[] GradleFiles = ["settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts", "gradle.properties"];

    /// <exception cref="MultiStageException">The folder is no Java project, or two tools fit.</exception>
    public static JavaProject Read(ProjectFolder folder, JavaProjectSettings settings)
    {
        string[] sources = [.. folder.Find("*.java")];
        var hasMaven = folder.Has("pom.xml");
        var gradle = folder.Existing("build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle");
        if (settings.BuildTool is null && hasMaven && gradle.Count > 0)
        {
            throw new MultiStageException($"'{folder.Path}' has both pom.xml and {gradle[0]}. Choose one, as in java.BuildTool = JavaBuildTool.Maven.");
        }

        var tool = settings.BuildTool ?? (hasMaven ? JavaBuildTool.Maven : gradle.Count > 0 ? JavaBuildTool.Gradle : JavaBuildTool.Plain);
        if (tool == JavaBuildTool.Plain && sources.Length == 0)
        {
            throw new MultiStageException($"'{folder.Path}' is no Java project: it has neither a pom.xml nor a build.gradle nor a .java file.");
        }

        var project = tool switch
        {
            JavaBuildTool.Maven => Maven(folder, settings),
            JavaBuildTool.Gradle => Gradle(folder, settings),
            _ => Plain(folder),
        };
        var module = settings.Module is null ? "" : settings.Module.TrimEnd('/') + "/";
        var texts = sources.Select(path => (Path: path, Text: folder.Read(path))).ToList();
        var program = texts.Where(file => !IsTest(file.Path) && file.Path.StartsWith(module, StringComparison.Ordinal)).ToList();
        return project with
        {
            MainClasses = [.. program.Where(file => Main().IsMatch(file.Text)).Select(file => ClassName(file.Path, file.Text))],
            HasTests = tool != JavaBuildTool.Plain && texts.Exists(file => IsTest(file.Path)),
            UsesTls = program.Exists(file => Tls().IsMatch(file.Text)),
        };
    }

    public static bool IsTest(string path) => path.Split('/').SkipLast(1).Any(folder => folder is "test" or "tests");

    private static JavaProject Maven(ProjectFolder folder, JavaProjectSettings settings)
    {
        string[] poms = [.. folder.Find("pom.xml")];
        var root = Xml(folder, "pom.xml");
        var own = settings.Module is null ? root : Xml(folder, settings.Module.TrimEnd('/') + "/pom.xml");
        XElement[] both = own == root ? [root] : [own, root];
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        foreach (var property in both.Reverse().SelectMany(pom => Children(Child(pom, "properties"))))
        {
            properties[property.Name.LocalName] = property.Value.Trim();
        }

        string? Value(string? text) => text is not null && Property().Match(text) is { Success: true } match ? properties.GetValueOrDefault(match.Groups["name"].Value) : text;
        var all = both.SelectMany(pom => pom.Descendants()).ToList();
        string? Setting(string name) => all.Find(element => element.Name.LocalName == name && element.Ancestors().Any(owner => owner.Name.LocalName == "configuration"))?.Value.Trim();
        bool Mentions(string artifact) => all.Exists(element => element.Name.LocalName == "artifactId" && element.Value.Trim() == artifact);
        var parent = Child(root, "parent");
        var outside = Parents(folder, root);
        var spring = Mentions("spring-boot-maven-plugin");
        var version = Value(properties.GetValueOrDefault("maven.compiler.release") ?? Setting("release") ?? properties.GetValueOrDefault("java.version") ?? properties.GetValueOrDefault("maven.compiler.target") ?? properties.GetValueOrDefault("maven.compiler.source") ?? Setting("target"));
        return new JavaProject
        {
            Tool = JavaBuildTool.Maven,
            Name = Child(own, "artifactId")?.Value.Trim() ?? folder.Name,
            Version = JavaVersion.Feature(version),
            File = "pom.xml",
            Manifests = [.. poms, .. outside, .. folder.Existing("mvnw", ".mvn")],
            Outside = [.. outside.Select(path => path[..path.LastIndexOf('/')]).Distinct(StringComparer.Ordinal)],
            HasWrapper = folder.Has("mvnw"),
            IsSpring = spring,
            SpringVersion = spring && Child(parent, "artifactId")?.Value.Trim() == "spring-boot-starter-parent" ? Value(Child(parent, "version")?.Value.Trim()) : properties.GetValueOrDefault("spring-boot.version"),
            IsFat = spring || Mentions("maven-shade-plugin") || all.Exists(element => element.Name.LocalName == "descriptorRef" && element.Value.Trim() == "jar-with-dependencies"),
            HasDependencies = Children(Child(own, "dependencies")).Any(dependency => Child(dependency, "scope")?.Value.Trim() is not ("test" or "provided")),
            MainClass = Value(Setting("mainClass") ?? properties.GetValueOrDefault("exec.mainClass") ?? properties.GetValueOrDefault("start-class")),
            Group = poms.Length > 1 ? Child(root, "groupId")?.Value.Trim() : null,
            IsReproducible = properties.ContainsKey("project.build.outputTimestamp"),
        };
    }

    /// <summary>Finds the parents that lie on the disk outside of the folder, each the parent of the one before (Maven's POM reference, "Inheritance").</summary>
    private static List<string> Parents(ProjectFolder folder, XElement root)
    {
        List<string> found = [];
        var (at, pom) = ("", root);
        const int deepest = 20;
        while (found.Count < deepest && Child(pom, "parent") is { } parent)
        {
            var written = Child(parent, "relativePath")?.Value.Trim() ?? "../pom.xml";
            var path = at + (written.EndsWith(".xml", StringComparison.Ordinal) ? written : written.TrimEnd('/') + "/pom.xml");
            if (written.Length == 0 || !folder.Has(path) || Child(Xml(folder, path), "artifactId")?.Value.Trim() != Child(parent, "artifactId")?.Value.Trim())
            {
                break;
            }

            found.Add(path);
            (at, pom) = (path[..(path.LastIndexOf('/') + 1)], Xml(folder, path));
        }

        return found;
    }

    private static JavaProject Gradle(ProjectFolder folder, JavaProjectSettings settings)
    {
        var module = settings.Module is null ? "" : settings.Module.TrimEnd('/') + "/";
        string[] scripts = [.. folder.Existing($"{module}build.gradle", $"{module}build.gradle.kts", "build.gradle", "build.gradle.kts").Distinct(StringComparer.Ordinal)];
        var text = string.Join('\n', scripts.Select(folder.Read));
        var named = folder.Existing("settings.gradle", "settings.gradle.kts").Select(folder.Read).Select(script => RootName().Match(script)).FirstOrDefault(match => match.Success)?.Groups["name"].Value;
        var plugin = SpringPlugin().Match(text);
        var release = GradleVersion().Match(text);
        return new JavaProject
        {
            Tool = JavaBuildTool.Gradle,
            Name = settings.Module?.TrimEnd('/').Split('/')[^1] ?? named ?? folder.Name,
            Version = JavaVersion.Feature(release.Success ? release.Groups["version"].Value : null),
            File = scripts.FirstOrDefault(script => GradleVersion().IsMatch(folder.Read(script))) ?? "",
            IsToolchain = release.Value.StartsWith("JavaLanguageVersion", StringComparison.Ordinal) || release.Value.StartsWith("jvmToolchain", StringComparison.Ordinal),
            Manifests = [.. folder.Find(GradleFiles), .. folder.Existing("gradlew", "gradle", "buildSrc")],
            HasWrapper = folder.Has("gradlew"),
            IsSpring = plugin.Success,
            SpringVersion = plugin.Groups["version"] is { Success: true } version ? version.Value : null,
            IsFat = plugin.Success || text.Contains("com.github.johnrengelman.shadow", StringComparison.Ordinal) || text.Contains("com.gradleup.shadow", StringComparison.Ordinal),
            HasDependencies = GradleDependency().IsMatch(text),
            MainClass = GradleMain().Match(text) is { Success: true } main ? main.Groups["name"].Value : null,
        };
    }

    private static JavaProject Plain(ProjectFolder folder)
    {
        var manifest = folder.Existing("META-INF/MANIFEST.MF", "MANIFEST.MF", "src/META-INF/MANIFEST.MF", "manifest.txt") is [var file, ..] ? folder.Read(file) : "";
        return new JavaProject
        {
            Tool = JavaBuildTool.Plain,
            Name = folder.Name,
            Version = JavaVersion.Feature(ManifestVersion().Match(manifest) is { Success: true } match ? match.Groups["version"].Value : null),
            File = "MANIFEST.MF",
            MainClass = ManifestMain().Match(manifest) is { Success: true } main ? main.Groups["name"].Value : null,
            HasDependencies = folder.HasFolder("lib") && folder.Find("*.jar").Any(path => path.StartsWith("lib/", StringComparison.Ordinal)),
        };
    }

    private static string ClassName(string path, string text)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return PackageLine().Match(text) is { Success: true } match ? match.Groups["name"].Value + "." + name : name;
    }

    private static XElement Xml(ProjectFolder folder, string path)
    {
        try
        {
            return XDocument.Parse(folder.Read(path)).Root!;
        }
        catch (XmlException exception)
        {
            throw new MultiStageException($"'{folder.Path}/{path}' is no XML: {exception.Message}", exception);
        }
    }

    private static XElement? Child(XElement? element, string name) => Children(element).FirstOrDefault(child => child.Name.LocalName == name);

    private static IEnumerable<XElement> Children(XElement? element) => element?.Elements() ?? [];

    [GeneratedRegex(@"\bvoid\s+main\s*\(", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Main();

    [GeneratedRegex(@"https://|javax\.net\.ssl|java\.net\.http", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tls();

    [GeneratedRegex(@"^\s*package\s+(?<name>[\w.]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"\A\$\{(?<name>[^}]+)\}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Property();

    [GeneratedRegex(@"rootProject\.name\s*=\s*[""'](?<name>[^""']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RootName();

    [GeneratedRegex(@"org\.springframework\.boot[""']\)?(\s+version\s*\(?[""'](?<version>[^""']+))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpringPlugin();

    [GeneratedRegex(@"(JavaLanguageVersion\.of\(\s*[""']?|jvmToolchain\(\s*|\brelease(\.set\(|\s*=)\s*|(source|target)Compatibility\s*=?\s*(JavaVersion\.(toVersion\(\s*)?(VERSION_)?)?[""']?)(?<version>[0-9_.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GradleVersion();

    [GeneratedRegex(@"\bmainClass(Name)?(\.set\(|\s*=)\s*[""'](?<name>[^""']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GradleMain();

    [GeneratedRegex(@"\b(implementation|api|runtimeOnly)\b\s*[(""'p]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GradleDependency();

    [GeneratedRegex(@"^Build-Jdk-Spec:\s*(?<version>\S+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ManifestVersion();

    [GeneratedRegex(@"^Main-Class:\s*(?<name>\S+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ManifestMain();
}
