using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// Where a web program listens, and where it answers whether it is well, by its source and its settings for production ("Configure
/// endpoints for the ASP.NET Core Kestrel web server", "Health checks in ASP.NET Core"). <c>launchSettings.json</c> is for development.
/// </summary>
internal sealed partial class WebAnswers
{
    private static readonly string[] Patterns = ["*.cs", "*.fs", "*.vb"];
    private static readonly string[] Files = ["appsettings.json", "appsettings.Production.json"];
    private static readonly string[] Called = ["Main", "Configure", "ConfigureServices", "CreateHostBuilder", "CreateWebHostBuilder"];

    private readonly List<SourceFile> _sources = [];
    private readonly List<(string File, string Key, string Value)> _settings = [];
    private readonly DotNetProjectSettings _given;

    /// <param name="folder">The folder with the projects.</param>
    /// <param name="program">The one that is started.</param>
    /// <param name="closure">It and all that it refers to.</param>
    /// <param name="given">The settings.</param>
    public WebAnswers(ProjectFolder folder, DotNetProject program, IReadOnlyList<DotNetProject> closure, DotNetProjectSettings given)
    {
        _given = given;
        if (!program.IsWeb)
        {
            return;
        }

        string[] folders = [.. closure.Select(project => project.Folder)];
        _sources.AddRange(FileProgram.Is(program.Path)
            ? [new SourceFile(program.Path, CodeText.WithoutComments(folder.Read(program.Path)))]
            : SourceFiles.Of(folder, Patterns, path => Array.Exists(folders,
                inner => inner.Length == 0 || path.StartsWith(inner + "/", StringComparison.Ordinal))));
        foreach (var file in folder.Existing(Files.Select(name => PosixPath.Join(program.Folder, name))))
        {
            Read(file, folder.Read(file));
        }
    }

    /// <summary>Gets where it listens; nothing where only the image says it.</summary>
    public IReadOnlyList<Listening> Listens => _given.Environment.TryGetValue("ASPNETCORE_URLS", out var urls)
        ? [.. Addresses(urls).Select(address => address.At("ASPNETCORE_URLS", null))]
        : new[] { OfKestrel(), OfUrls(), OfSettings() }.FirstOrDefault(one => one.Count > 0) ?? [];

    /// <summary>Gets where it says that it is well; null where nothing says it, or not in production.</summary>
    public HealthEndpoint? Endpoint
    {
        get
        {
            var hindrance = _settings.LastOrDefault(one => one.Key.Equals("AllowedHosts", StringComparison.OrdinalIgnoreCase)) is
                { File: { } file, Value: { Length: > 0 } hosts } && !hosts.Split(';').Any(host => host.Trim() is "*" or "127.0.0.1")
                ? $"AllowedHosts in {file} turns away who asks for 127.0.0.1: add it there for a HEALTHCHECK." : null;
            return HealthEndpoint.Best(Endpoints()) is { } best ? best with { Hindrance = best.Hindrance ?? hindrance } : null;
        }
    }

    private IEnumerable<HealthEndpoint> Endpoints()
    {
        var asksForLogin = _sources.Exists(source => source.Text.Contains("FallbackPolicy", StringComparison.Ordinal));
        foreach (var (source, match) in Matches(Mapping()))
        {
            var after = source.Text[(match.Index + match.Length)..];
            var statement = after[..(after.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : after.Length)];
            var isCheck = match.Groups["check"].Success;
            if (Value(match.Groups["path"].Value) is not { } said || said.AsSpan().ContainsAny('{', ' ', '$') || Guards().IsMatch(statement)
                || (match.Groups["old"].Success && statement.TrimStart().StartsWith(',')))
            {
                continue;
            }

            var path = Prefix(source.Text, match.Index) + "/" + said.Trim('/');
            if (isCheck || HealthEndpoint.IsUsual(path))
            {
                yield return new HealthEndpoint(path, source.Path)
                {
                    Hindrance = asksForLogin && !statement.Contains("AllowAnonymous", StringComparison.Ordinal)
                        ? "a policy asks for a login at every path: add .AllowAnonymous() to it for a HEALTHCHECK." : null,
                };
            }
        }
    }

    private List<Listening> OfKestrel()
    {
        var said = Ports();
        // A port that is worked out elsewhere is not known, and not the one that bases set either.
        return said.Count > 0 ? said : [.. Matches(NamedPort()).Select(one => new Listening(one.Source.Path,
            Number(one.Match.Groups["name"].Value))).Take(1)];
    }

    /// <summary>Returns the number that a name stands for in the sources; null where it is not plain.</summary>
    private string? Number(string name) => name.Split('.')[^1] is var last && _sources
        .Select(source => Regex.Match(source.Text,
            $@"\b(int|ushort|var)\s+{last}\s*(\{{[^}}]*\}}\s*)?=>?\s*(?<port>[0-9]{{2,5}})\s*;", RegexOptions.NonBacktracking))
        .FirstOrDefault(match => match.Success) is { } found ? found.Groups["port"].Value : null;

    private List<Listening> Ports() =>
    [
        .. Matches(KestrelPort()).Where(one => one.Match.Groups["port"].Value != "0").Select(one => new Listening(
            one.Source.Path, one.Match.Groups["port"].Value)
            {
                Loopback = one.Match.Groups["host"].Value.Contains("Loopback", StringComparison.Ordinal)
                    || one.Match.Groups["local"].Success ? "have it call ListenAnyIP there." : null,
            }),
        .. _settings.Select(one => (one, Key: EndpointKey().Match(one.Key))).Where(pair => pair.Key.Success)
            .GroupBy(pair => pair.one.Key, StringComparer.OrdinalIgnoreCase).Select(group => group.Last().one)
            .SelectMany(one => Addresses(one.Value).Select(address => address.At(one.File, one.Key))),
    ];

    private List<Listening> OfUrls() =>
    [
        .. Matches(UrlCall()).SelectMany(one => Quoted().Matches(one.Match.Groups["urls"].Value)
            .SelectMany(url => Addresses(url.Groups["text"].Value)).Select(address => address.At(one.Source.Path, null))),
    ];

    private List<Listening> OfSettings() => _settings.LastOrDefault(
        one => one.Key.Equals("urls", StringComparison.OrdinalIgnoreCase)) is { File: { } file } urls
        ? [.. Addresses(urls.Value).Select(address => address.At(file, urls.Key))] : [];

    /// <summary>Finds what the program does in production, where something calls it.</summary>
    private IEnumerable<(SourceFile Source, Match Match)> Matches(Regex pattern) =>
        from source in _sources
        from Match match in pattern.Matches(source.Text)
        let before = source.Text[(source.Text.AsSpan(0, match.Index).LastIndexOfAny('{', '}', ';') + 1)..match.Index]
        let around = CodeText.BlocksAround(source.Text, match.Index).Prepend(before).ToList()
        where !around.Exists(block => Development().IsMatch(block)) && around.TrueForAll(IsCalled)
        select (source, match);

    /// <summary>Tells whether a block is no method, or one that is named elsewhere too.</summary>
    private bool IsCalled(string block) => Method().Match(block) is not { Success: true } method
        || method.Groups["name"].Value is var name && (Called.Contains(name, StringComparer.Ordinal)
            || _sources.Sum(source => Regex.Count(source.Text, $@"\b{name}\b", RegexOptions.NonBacktracking)) > 1);

    /// <summary>Returns the path of the group that something is mapped in.</summary>
    private static string Prefix(string text, int at)
    {
        var before = text[(text.AsSpan(0, at).LastIndexOfAny('{', '}', ';') + 1)..at];
        var named = Receiver().Match(before).Groups["name"].Value;
        var group = Group().Match(before) is { Success: true } chained ? chained
            : named.Length == 0 ? Match.Empty
            : Regex.Match(text, $@"\b{named}\s*=\s*[^;]*?\bMapGroup\(\s*""(?<path>[^""]*)""", RegexOptions.NonBacktracking);
        return group.Success && group.Groups["path"].Value.Trim('/') is { Length: > 0 } path ? "/" + path : "";
    }

    /// <summary>Reads a text, or the constant of a name.</summary>
    private string? Value(string argument) => argument.StartsWith('"') ? argument.Trim('"')
        : argument.Split('.')[^1] is var name && _sources
            .Select(source => Regex.Match(source.Text, $@"\bstring\s+{name}\s*=\s*""(?<text>[^""]*)""", RegexOptions.NonBacktracking))
            .FirstOrDefault(match => match.Success) is { } found
            ? found.Groups["text"].Value : null;

    private void Read(string file, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            Visit(json.RootElement, "");
        }
        catch (JsonException)
        {
            // What reads it says what is wrong with it; it is no part of the description.
        }

        void Visit(JsonElement element, string key)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    Visit(member.Value, key.Length == 0 ? member.Name : $"{key}__{member.Name}");
                }
            }
            else if (element.ValueKind == JsonValueKind.String)
            {
                _settings.Add((file, key, element.GetString()!));
            }
        }
    }

    private static IEnumerable<Bound> Addresses(string urls) => urls.Split(';', StringSplitOptions.TrimEntries)
        .Select(url => Url().Match(url)).Where(match => match.Success && match.Groups["port"].Value != "0")
        .Select(match => new Bound(match.Groups["scheme"].Value, match.Groups["host"].Value, match.Groups["port"].Value))
        // What asks for it does so without TLS.
        .OrderBy(bound => bound.Scheme, StringComparer.OrdinalIgnoreCase);

    private sealed record Bound(string Scheme, string Host, string Port)
    {
        private string Number => Port.Length > 0 ? Port : Scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? "443" : "80";

        public Listening At(string source, string? key) => new(source, Number)
        {
            Loopback = !Listening.IsLoopback(Host) ? null
                : key is not null ? $"set dotnet.Environment[\"{key}\"] = \"{Scheme}://+:{Number}\"."
                : $"have it listen on '{Scheme}://+:{Number}'.",
        };
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\.((?<check>MapHealthChecks)|(?<check>(?<old>UseHealthChecks))|MapGet)\s*\(?\s*(?<path>""[^""]*""|[A-Za-z_][\w.]*)",
        Options)]
    private static partial Regex Mapping();

    [GeneratedRegex(@"RequireAuthorization|RequireHost|RequireRateLimiting", Options)]
    private static partial Regex Guards();

    [GeneratedRegex(@"(\A|[^!\w.])\s*[\w.]*\b(IsDevelopment\s*\(|IsEnvironment\s*\(\s*""(Dev|Local|Test))", Options)]
    private static partial Regex Development();

    [GeneratedRegex(
        @"\b(void|Task|IApplicationBuilder|IEndpointRouteBuilder|WebApplication|IHostBuilder|IWebHostBuilder|[A-Z]\w*<\w+>|T\w*)"
        + @"\s+(?<name>[A-Za-z_]\w*)\s*(<[^<>]*>)?\s*\([^()]*\)\s*(where\s[^{]*)?(=>[^{]*)?\z", Options)]
    private static partial Regex Method();

    [GeneratedRegex(@"\.((?<local>ListenLocalhost)|ListenAnyIP|Listen\s*\(\s*(System\.Net\.)?IPAddress\.(?<host>\w+)\s*,)"
        + @"\s*\(?\s*(?<port>[0-9]+)", Options)]
    private static partial Regex KestrelPort();

    [GeneratedRegex(@"\.(ListenAnyIP\s*\(|Listen\s*\(\s*[A-Za-z_][\w.]*\s*,)\s*(?<name>[A-Za-z_][\w.]*)\s*[,)]", Options)]
    private static partial Regex NamedPort();

    [GeneratedRegex(@"(\.UseUrls|\.Urls\.Add|\bapp\.Run|\bapp\.RunAsync|\bapplication\.Run)\s*\((?<urls>\s*\$?""https?://[^)]*)\)",
        Options)]
    private static partial Regex UrlCall();

    [GeneratedRegex(@"""(?<text>[^""]*)""", Options)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\AKestrel__Endpoints__\w+__Url\z", Options | RegexOptions.IgnoreCase)]
    private static partial Regex EndpointKey();

    [GeneratedRegex(@"\A(?<scheme>https?)://(?<host>[^/:\[]+|\[[^\]]*\])(:(?<port>[0-9]+))?(/.*)?\z", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"\b(?<name>[A-Za-z_]\w*)\s*\z", Options)]
    private static partial Regex Receiver();

    [GeneratedRegex(@"\bMapGroup\(\s*""(?<path>[^""]*)""\s*\)", Options)]
    private static partial Regex Group();
}
