using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Java;

/// <summary>Reads a build of Maven (Maven's POM reference).</summary>
/// <param name="folder">The folder of the build.</param>
/// <param name="sources">Its sources.</param>
/// <param name="module">The module that the settings name; null for none.</param>
internal sealed partial class MavenReader(ProjectFolder folder, JavaSources sources, string? module)
{
    private const string Pom = "pom.xml";

    /// <summary>Dependencies that make a program a server.</summary>
    private static readonly string[] Servers =
    [
        "spring-boot-starter-web", "spring-boot-starter-webmvc", "spring-boot-starter-webflux", "spring-boot-starter-jersey",
        "quarkus-rest", "quarkus-resteasy", "quarkus-rest-jackson", "quarkus-resteasy-reactive", "quarkus-resteasy-jackson",
        "quarkus-resteasy-reactive-jackson", "quarkus-vertx-http", "micronaut-http-server-netty",
    ];

    public JavaProject Read()
    {
        string[] poms = [.. folder.Find(Pom)];
        var root = Xml(Pom);
        var modules = Modules(root, "").ToList();
        var chosen = module
            ?? (modules.Count == 0
                ? null
                : IsProgram(root, "")
                ? null
                : JavaReader.Choose(folder, [.. modules.Where(one => IsProgram(Xml($"{one}/{Pom}"), one))]));
        var own = chosen is null ? root : Xml($"{chosen}/{Pom}");
        XElement[] lineage = [.. Lineage(own, chosen)];
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        foreach (var property in lineage.Reverse().SelectMany(pom => Children(Child(pom, "properties"))))
        {
            properties[property.Name.LocalName] = property.Value.Trim();
        }

        var all = lineage.SelectMany(pom => pom.Descendants()).ToList();
        bool Mentions(string artifact) => all.Exists(element => element.Name.LocalName == "artifactId" && element.Value.Trim() == artifact);
        var packaging = Child(own, "packaging")?.Value.Trim();
        var spring = Mentions("spring-boot-maven-plugin");
        if (packaging == "war" && !spring)
        {
            throw new MultiStageException(
                $"'{folder.Path}' makes a .war, which a servlet container loads, and no program of its own. Describe it by "
                    + "MultiStageProject, as in "
                + "BuilderImage = \"maven:3-eclipse-temurin-21\", Commands.Add(\"mvn package\"), FinalBase = \"tomcat:11-jre21\" and "
                + "Artifacts.Add(\"/src/target/app.war\", \"/usr/local/tomcat/webapps/ROOT.war\").");
        }

        var outside = Parents(root);
        var toolchain = Setting(all, "toolchains", "version");
        var version = toolchain
            ?? Value(properties,
                properties.GetValueOrDefault("maven.compiler.release")
                    ?? Setting(all, "configuration", "release")
                    ?? properties.GetValueOrDefault("java.version")
            ?? properties.GetValueOrDefault("maven.compiler.target")
            ?? properties.GetValueOrDefault("maven.compiler.source")
            ?? properties.GetValueOrDefault("kotlin.compiler.jvmTarget")
            ?? Setting(all, "configuration", "target") ?? Setting(all, "configuration", "jvmTarget"));
        var parents = lineage.Select(pom => Child(pom, "parent"))
            .Where(parent => Text(parent, "artifactId") == "spring-boot-starter-parent")
            .ToList();
        var quarkus = Mentions("quarkus-maven-plugin");
        var wrapper = folder.Has("mvnw") && (folder.Has(".mvn/wrapper/maven-wrapper.properties") || !folder.HasFolder(".mvn/wrapper"));
        return new JavaProject
        {
            Tool = JavaBuildTool.Maven,
            Name = Text(own, "artifactId") ?? folder.Name,
            Module = chosen,
            Version = JavaVersion.Feature(version),
            File = Pom,
            IsToolchain = toolchain is not null,
            Manifests = [.. poms, .. outside, .. folder.Existing("mvnw", ".mvn")],
            Outside = [.. outside.Select(path => path[..path.LastIndexOf('/')]).Distinct(StringComparer.Ordinal)],
            HasWrapper = wrapper,
            IsWrapperExecutable = JavaReader.IsExecutable(folder, "mvnw"),
            IsSpring = spring && !quarkus,
            SpringVersion = Value(properties, (parents.Count > 0 ? Text(parents[0], "version") : null)
                ?? Version(all, "spring-boot-maven-plugin")
                ?? Version(all, "spring-boot-dependencies")
                ?? properties.GetValueOrDefault("spring-boot.version")),
            IsQuarkus = quarkus,
            IsPackedOtherwise = quarkus && (properties.GetValueOrDefault("quarkus.package.jar.type")
                ?? properties.GetValueOrDefault("quarkus.package.type")) is not (null or "fast-jar"),
            Ports = Servers.Any(Mentions) ? ["8080"] : [],
            IsFat = spring || Plugins(lineage).Contains("maven-shade-plugin", StringComparer.Ordinal)
                || all.Exists(element => element.Name.LocalName == "descriptorRef" && element.Value.Trim() == "jar-with-dependencies"),
            HasParentElsewhere = Child(lineage[^1], "parent") is not null,
            HasDependencies = lineage.Any(
                pom => Children(Child(pom, "dependencies")).Any(dependency => Text(dependency, "scope") is not ("test" or "provided"))),
            MainClass = Value(properties, Setting(all, "configuration", "mainClass") ?? properties.GetValueOrDefault("exec.mainClass")
                ?? properties.GetValueOrDefault("start-class")
                ?? properties.GetValueOrDefault("main.class")
                ?? properties.GetValueOrDefault("mainClass")),
            Groups = modules.Count == 0
                ? []
                : [.. modules.Select(one => Xml($"{one}/{Pom}"))
                    .Prepend(root)
                    .Select(Group)
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal)],
            IsReproducible = properties.ContainsKey("project.build.outputTimestamp"),
            Findings = chosen is not null && module is null ? [$"of {modules.Count} modules {chosen} is the program"] : [],
            Assumptions = folder.Has("mvnw") && !wrapper
                ? [new Assumption("mvnw lacks .mvn/wrapper/maven-wrapper.properties: the image's own Maven builds.")] : [],
        };
    }

    /// <summary>
    /// Tells whether a module makes a program: by its plugins, or by a class with <c>main</c>; one that only lists others does not.
    /// </summary>
    private bool IsProgram(XElement pom, string at)
    {
        if (Text(pom, "packaging") is "pom" or "war" && !Plugins([pom]).Contains("spring-boot-maven-plugin", StringComparer.Ordinal))
        {
            return false;
        }

        var plugins = Plugins([pom]).ToList();
        return plugins.Contains("spring-boot-maven-plugin", StringComparer.Ordinal)
            || plugins.Contains("quarkus-maven-plugin", StringComparer.Ordinal)
            || Setting([.. pom.Descendants()], "configuration", "mainClass") is not null
            || (at.Length > 0 && sources.HasMain(at));
    }

    private IEnumerable<string> Modules(XElement pom, string prefix, int depth = 0)
    {
        const int Deepest = 8;
        var named = Children(Child(pom, "modules")).Concat(
            Children(Child(pom, "profiles")).SelectMany(profile => Text(Child(profile, "activation"), "activeByDefault") == "true"
            ? Children(Child(profile, "modules")) : []));
        foreach (var path in named.Select(
            element => prefix + element.Value.Trim().TrimEnd('/').Replace("/" + Pom, "", StringComparison.Ordinal))
            .Where(path => folder.Has($"{path}/{Pom}") && !PosixPath.Leaves(path)))
        {
            yield return path;
            foreach (var inner in depth < Deepest ? Modules(Xml($"{path}/{Pom}"), path + "/", depth + 1) : [])
            {
                yield return inner;
            }
        }
    }

    /// <summary>Returns a pom and the parents of it that lie in the build, the nearest first; the root last in any case.</summary>
    private List<XElement> Lineage(XElement own, string? at)
    {
        List<XElement> found = [own];
        foreach (var path in Parents(own, at is null ? "" : at + "/"))
        {
            found.Add(Xml(path));
        }

        return found;
    }

    /// <summary>Finds the parents of the root that lie outside of the folder.</summary>
    private List<string> Parents(XElement root) => [.. Parents(root, "").Where(PosixPath.Leaves)];

    /// <summary>Finds the parents on the disk, each the parent of the one before (Maven's POM reference, "Inheritance").</summary>
    private List<string> Parents(XElement pom, string at)
    {
        List<string> found = [];
        const int Deepest = 20;
        while (found.Count < Deepest && Child(pom, "parent") is { } parent)
        {
            var written = Text(parent, "relativePath") ?? "../pom.xml";
            var path = PosixPath.Clean(
                at + (written.EndsWith(".xml", StringComparison.Ordinal) ? written : written.TrimEnd('/') + "/" + Pom));
            if (written.Length == 0 || !folder.Has(path) || Text(Xml(path), "artifactId") != Text(parent, "artifactId"))
            {
                break;
            }

            found.Add(path);
            (at, pom) = (path[..(path.LastIndexOf('/') + 1)], Xml(path));
        }

        return found;
    }

    private static string? Group(XElement pom) => Text(pom, "groupId") ?? Text(Child(pom, "parent"), "groupId");

    /// <summary>Returns the plugins that the build runs: those that are only managed are not.</summary>
    private static IEnumerable<string> Plugins(IEnumerable<XElement> poms) => poms
        .SelectMany(pom => Children(Child(Child(pom, "build"), "plugins"))).Select(plugin => Text(plugin, "artifactId")).OfType<string>();

    private static string? Version(List<XElement> all, string artifact) => all
        .Where(element => element.Name.LocalName == "artifactId" && element.Value.Trim() == artifact)
        .Select(element => Text(element.Parent, "version")).FirstOrDefault(version => version is not null);

    private static string? Setting(List<XElement> all, string owner, string name) => all.Find(element => element.Name.LocalName == name
        && element.Ancestors().Any(ancestor => ancestor.Name.LocalName == owner))?.Value.Trim();

    /// <summary>Resolves a property; null where it is not known.</summary>
    private static string? Value(Dictionary<string, string> properties, string? text)
    {
        for (var depth = 0; depth < 5 && text is not null && Property().Match(text) is { Success: true } match; depth++)
        {
            text = properties.GetValueOrDefault(match.Groups["name"].Value);
        }

        return text;
    }

    private XElement Xml(string path) => folder.ReadXml(path);

    private static string? Text(XElement? element, string name) => Child(element, name)?.Value.Trim();

    private static XElement? Child(XElement? element, string name) =>
        Children(element).FirstOrDefault(child => child.Name.LocalName == name);

    private static IEnumerable<XElement> Children(XElement? element) => element?.Elements() ?? [];

    [GeneratedRegex(@"\A\$\{(?<name>[^}]+)\}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Property();
}
