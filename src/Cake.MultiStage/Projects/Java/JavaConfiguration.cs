using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Java;

/// <summary>
/// What the configuration of a program says that its frameworks read when it starts: where it listens, where it answers whether it is
/// well, and which files it keeps a database in.
/// </summary>
internal sealed partial class JavaConfiguration
{
    private static readonly string[] Names = ["application.properties", "application.yml", "application.yaml", "application.conf",
        "application.toml", "microprofile-config.properties", "META-INF/microprofile-config.properties"];

    private readonly string _file = "";
    private readonly string _texts = "";
    private readonly string _manifests;

    // Later lines take precedence in none of these files: a key stands once.
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private JavaConfiguration(ProjectFolder folder, JavaProject project)
    {
        var at = project.Module is { } module ? module + "/" : "";
        _manifests = string.Join('\n', folder.Existing([.. project.Manifests, "gradle/libs.versions.toml"]).Where(path =>
            !folder.HasFolder(path)
            && !path.Contains("wrapper", StringComparison.Ordinal)
            && (path.StartsWith(at, StringComparison.Ordinal) || !path.Contains('/', StringComparison.Ordinal)
                || path.EndsWith(".toml", StringComparison.Ordinal))).Select(folder.Read));
        foreach (var file in folder.Existing(Names.Select(name => $"{at}src/main/resources/{name}")))
        {
            var text = folder.Read(file);
            (_file, _texts) = (_file.Length == 0 ? file : _file, _texts + string.Join('\n', text.Split('\n')
                .Where(line => line.TrimStart() is not (['#' or '!', ..] or ['/', '/', ..]))) + "\n");
            foreach (var (key, value) in file.EndsWith(".properties", StringComparison.Ordinal) ? Properties(text) : Nested(text))
            {
                _values.TryAdd(Plain(key), value);
            }
        }
    }

    /// <summary>Adds it to what is known of a project.</summary>
    public static JavaProject Read(ProjectFolder folder, JavaProject project) => new JavaConfiguration(folder, project).In(project);

    private JavaProject In(JavaProject project)
    {
        var port = Port(project.IsSpring ? "server.port" : project.IsQuarkus ? "quarkus.http.port" : "micronaut.server.port")
            ?? Port("ktor.deployment.port");
        var isServed = project.Ports.Count > 0;
        string[] ports = port is not null && (isServed || _manifests.Contains("ktor", StringComparison.Ordinal)) ? [port]
            : [.. project.Ports];
        var databases = Database().Matches(_texts).Select(match => match.Groups["path"].Value)
            .Where(path => path.Length > 0 && !path.StartsWith('~') && !path.Contains('$', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).ToList();
        string[] folders = [.. databases.Select(path => Folder(path)).OfType<string>().Distinct(StringComparer.Ordinal)];
        return project with
        {
            Ports = ports,
            Health = ports.Length > 0 ? Health(project) : null,
            Writes = folders,
            Assumptions =
            [
                .. project.Assumptions,
                .. port is not null && ports is [var one] && one == port && !project.Ports.Contains(port, StringComparer.Ordinal)
                    ? [new Assumption($"{_file} has the program listen on {port}: the image exposes it. Set Ports for others.")]
                    : Array.Empty<Assumption>(),
                .. folders.Select(path => new Assumption(
                    $"{_file} keeps a database in files in {path}, which belongs to the image's user. To "
                    + $"keep it beyond the container set Volumes = [\"{path}\"], and see that the program itself is not in it.")),
            ],
        };
    }

    private HealthEndpoint? Health(JavaProject project)
    {
        if (project.IsSpring && Mentions("spring-boot-starter-actuator", "starter.actuator"))
        {
            var context = Port("management.server.port") is null ? Value("server.servlet.context-path")
                ?? Value("spring.webflux.base-path") : null;
            return new HealthEndpoint(Joined(context, Value("management.endpoints.web.base-path") ?? "/actuator",
                Value("management.endpoints.web.path-mapping.health") ?? "health"), "spring-boot-starter-actuator")
            {
                Port = Port("management.server.port"),
                Hindrance = Value("management.endpoints.web.exposure.include") is { } shown
                    && !shown.Contains('*', StringComparison.Ordinal) && !shown.Contains("health", StringComparison.Ordinal)
                    ? "management.endpoints.web.exposure.include leaves it out: add health to it for a HEALTHCHECK."
                    : Port("management.server.port") is null && Value("server.ssl.enabled") != "false"
                        && _values.Keys.Any(key => key.StartsWith("server.ssl.", StringComparison.OrdinalIgnoreCase))
                    ? "it answers by TLS alone: set management.server.port, or HealthCheck to a command of the program's own." : null,
            };
        }

        if (project.IsQuarkus && Mentions("quarkus-smallrye-health"))
        {
            var health = Value("quarkus.smallrye-health.root-path") ?? "health";
            return new HealthEndpoint(health.StartsWith('/') ? Joined(health, "live")
                : Joined(Value("quarkus.http.root-path"), Value("quarkus.http.non-application-root-path") ?? "q", health, "live"),
                "quarkus-smallrye-health")
            {
                Port = Value("quarkus.management.enabled") == "true" ? Port("quarkus.management.port") ?? "9000" : null,
            };
        }

        return Mentions("micronaut-management", "micronaut.management")
            ? new HealthEndpoint(Joined(Value("micronaut.server.context-path"), Value("endpoints.all.path"), "health"),
                "micronaut-management")
            {
                Port = Port("endpoints.all.port"),
            }
            : null;
    }

    private bool Mentions(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_manifests.Contains(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // Frameworks take contextPath and context_path for context-path (Spring Boot, "Relaxed Binding").
    private static string Plain(string key) => key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private string? Value(string name) =>
        _values.TryGetValue(Plain(name), out var value) && Given(value) is { Length: > 0 } given ? given : null;

    private string? Port(string name) => Value(name) is { } value && value.Length is > 1 and < 6 && value.All(char.IsAsciiDigit)
        ? value : null;

    /// <summary>Takes the value that holds where no variable gives another: <c>${PORT:8080}</c>.</summary>
    private static string Given(string value) =>
        Default().Match(value) is { Success: true } match ? match.Groups["value"].Value : value.Contains("${", StringComparison.Ordinal)
            ? "" : value;

    private static string Joined(params IEnumerable<string?> parts) =>
        "/" + string.Join('/', parts.Select(part => part?.Trim('/')).Where(part => part is { Length: > 0 }));

    /// <summary>Returns the folder of a database's file in the image; null for one that is there anyway.</summary>
    private static string? Folder(string path)
    {
        var full = path.StartsWith('/') ? path : "/app/" + (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path);
        var folder = full[..full.LastIndexOf('/')];
        return folder.Length == 0 || folder.Contains("..", StringComparison.Ordinal) || folder == "/tmp" ? null : folder;
    }

    private static IEnumerable<(string Key, string Value)> Properties(string text) =>
        Line().Matches(text).Select(match => (match.Groups["key"].Value, match.Groups["value"].Value.Trim()));

    /// <summary>Reads the keys of a file whose blocks are indented or in braces: YAML, and HOCON as frameworks write it.</summary>
    private static IEnumerable<(string Key, string Value)> Nested(string text)
    {
        List<(int Indent, string Key)> above = [];
        foreach (var line in text.Split('\n').TakeWhile((line, index) => index == 0 || !line.StartsWith("---", StringComparison.Ordinal)))
        {
            if (Entry().Match(line) is not { Success: true } match)
            {
                continue;
            }

            var indent = match.Groups["indent"].Length;
            above.RemoveAll(one => one.Indent >= indent);
            above.Add((indent, match.Groups["key"].Value.Trim('"', '\'')));
            var value = match.Groups["value"].Value.Trim().Trim('"', '\'');
            if (value.Length > 0 && value != "{")
            {
                yield return (string.Join('.', above.Select(one => one.Key)), value);
            }
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^[ \t]*(?<key>[A-Za-z][\w.\-\[\]]*)[ \t]*[=:][ \t]*(?<value>[^\r\n]*)", Options | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"\A(?<indent>[ \t]*)(?<key>[""']?[A-Za-z][\w.-]*[""']?)[ \t]*[:={][ \t]*(?<value>[^#\r\n]*)", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\A\$\{[^:}]+:(?<value>[^}$]*)\}\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Default();

    // SQLite, H2, HSQLDB and Derby; what lies in memory or on a server is no file.
    [GeneratedRegex(
        @"\bjdbc:(sqlite:(file:)?(?!:|file::)|h2:(file:|(?=\.{0,2}/))|hsqldb:file:|derby:(?!//|memory:))(?<path>[^\s;?""'=,}]*)", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Database();
}
