using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Where a program of Node's listens, and where it says that it is well, by its sources and its framework's routes.</summary>
internal sealed partial class NodeAnswers
{
    private static readonly string[] Patterns = ["*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts", "www"];
    private static readonly string[] Extensions = ["ts", "js", "tsx", "jsx", "mjs", "mts"];

    /// <summary>The files that answer a path of a name, by packages that show the framework (their documentation, routes).</summary>
    private static readonly (string[] Packages, string File, string Path)[] Routes =
    [
        (["next"], "app/api/{name}/route", "/api/{name}"), (["next"], "src/app/api/{name}/route", "/api/{name}"),
        (["next"], "app/{name}/route", "/{name}"), (["next"], "src/app/{name}/route", "/{name}"),
        (["next"], "pages/api/{name}", "/api/{name}"), (["next"], "src/pages/api/{name}", "/api/{name}"),
        (["nuxt", "nitropack", "nitro"], "server/api/{name}", "/api/{name}"),
        (["nuxt", "nitropack", "nitro"], "server/api/{name}.get", "/api/{name}"),
        (["nuxt", "nitropack", "nitro"], "server/routes/{name}", "/{name}"),
        (["nuxt", "nitropack", "nitro"], "server/routes/{name}.get", "/{name}"),
        (["@sveltejs/kit"], "src/routes/{name}/+server", "/{name}"), (["@sveltejs/kit"], "src/routes/api/{name}/+server", "/api/{name}"),
        (["@remix-run/node", "@react-router/node"], "app/routes/{name}", "/{name}"),
        (["@remix-run/node", "@react-router/node"], "app/routes/api.{name}", "/api/{name}"),
        (["@remix-run/node", "@react-router/node"], "app/routes/resources+/{name}", "/resources/{name}"),
        (["astro"], "src/pages/{name}", "/{name}"), (["astro"], "src/pages/api/{name}", "/api/{name}"),
    ];

    /// <summary>Paths that packages answer by themselves.</summary>
    private static readonly (string Package, string Path)[] Brought = [("@strapi/strapi", "/_health"), ("@directus/api", "/server/ping")];

    private readonly NodeSource _source;
    private readonly NodeProgram _program;
    private readonly Lazy<IReadOnlyList<SourceFile>> _sources;
    private readonly IReadOnlyDictionary<string, string> _variables;

    /// <param name="source">Where the program lies.</param>
    /// <param name="program">What runs.</param>
    /// <param name="variables">The variables that the image has.</param>
    public NodeAnswers(NodeSource source, NodeProgram program, IReadOnlyDictionary<string, string> variables)
    {
        (_source, _program, _variables) = (source, program, variables);
        _sources = new(() => [.. SourceFiles.Of(source.Folder, Patterns)]);
    }

    /// <summary>Gets where it listens; nothing where its framework says it, or no source does.</summary>
    public IReadOnlyList<Listening> Listens
    {
        get
        {
            if (_program is { IsFrameworks: true, Framework.Port: not null })
            {
                return [];
            }

            List<Listening> found =
            [
                .. from source in _sources.Value
                   from Match match in Listen().Matches(source.Text)
                   let told = Told(source, match)
                   where told is not null
                   select told,
            ];
            // Where another file listens on what is not known, the one that is known may be of a helper.
            var unknown = found.Where(one => one.Port is null).ToList();
            found.RemoveAll(one => one.Port is null);
            // What the program starts from is what counts; other files may be tools.
            var own = found.Where(one => _program.Start.File is { } file
                && Path.GetFileNameWithoutExtension(file) == Path.GetFileNameWithoutExtension(one.Source)).ToList();
            var taken = own.Count > 0 ? own : found.Where(one => unknown.TrueForAll(other => other.Source == one.Source)).ToList();
            return taken.Count == 0 ? [.. unknown.Take(1)]
                : taken.Select(one => one.Port).Distinct(StringComparer.Ordinal).Count() > 1 ? [] : taken;
        }
    }

    /// <summary>Returns the number that a variable of the image has; null for another value, or none.</summary>
    public string? Variable(string name) =>
        _variables.TryGetValue(name, out var value) && value.Length > 0 && value.All(char.IsAsciiDigit) ? value : null;

    /// <summary>Gets where it says that it is well; null where nothing says it.</summary>
    public HealthEndpoint? Endpoint => HealthEndpoint.Best(
        [.. OfFiles(), .. _program.IsFrameworks ? [] : OfSources().Concat(OfNest()),
            .. Brought.Where(one => _source.Package.Dependencies.Contains(one.Package))
                .Select(one => new HealthEndpoint(one.Path, one.Package))]);

    private IEnumerable<HealthEndpoint> OfFiles() =>
        from route in Routes
        where route.Packages.Any(_source.Package.Uses)
        from name in HealthEndpoint.Names
        let file = _source.Folder.First(Extensions.Select(extension =>
            $"{route.File.Replace("{name}", name, StringComparison.Ordinal)}.{extension}"))
        where file is not null && !HasBase() && Gets(file)
        select new HealthEndpoint(route.Path.Replace("{name}", name, StringComparison.Ordinal), file);

    // A file that answers other methods alone would say that nothing is well.
    private bool Gets(string file) => CodeText.WithoutComments(_source.Folder.Read(file)) is var text
        && (!OtherMethods().IsMatch(text) || text.Contains("GET", StringComparison.Ordinal));

    // Next.js and others answer below a path of the configuration.
    private bool HasBase() => _source.Folder.Existing(NodeFrameworks.Named("next.config").Concat(NodeFrameworks.Named("svelte.config"))
        .Concat(NodeFrameworks.Named("nuxt.config")).Concat(NodeFrameworks.Named("astro.config"))
        .Concat(NodeFrameworks.Named("react-router.config")))
        .Any(file => BasePath().IsMatch(CodeText.WithoutComments(_source.Folder.Read(file))));

    private IEnumerable<HealthEndpoint> OfSources() =>
        from source in _sources.Value
        from Match match in Route().Matches(source.Text)
        let path = match.Groups["path"].Value
        where HealthEndpoint.IsUsual(path) && IsProgram(source.Text, match.Groups["name"].Value)
        select new HealthEndpoint(path, source.Path);

    private IEnumerable<HealthEndpoint> OfNest()
    {
        var all = _sources.Value;
        if (!_source.Package.Uses("@nestjs/core"))
        {
            return [];
        }

        var prefix = all.Select(source => GlobalPrefix().Match(source.Text)).FirstOrDefault(match => match.Success);
        var isVersioned = all.Any(source => source.Text.Contains("enableVersioning(", StringComparison.Ordinal));
        var guard = all.Any(source => Guard().IsMatch(source.Text));
        return from source in all
               from Match match in Controller().Matches(source.Text)
               let name = match.Groups["path"].Value.Trim('/')
               where HealthEndpoint.IsUsual("/" + name) && PlainGet().IsMatch(source.Text)
                   && (!isVersioned || source.Text.Contains("VERSION_NEUTRAL", StringComparison.Ordinal))
               let before = prefix is null || prefix.Groups["rest"].Value.Contains(name, StringComparison.Ordinal) ? ""
                   : "/" + prefix.Groups["path"].Value.Trim('/')
               select new HealthEndpoint($"{before}/{name}", source.Path)
               {
                   Hindrance = guard && !Open().IsMatch(source.Text)
                       ? "a guard for all paths may ask for a login: set HealthCheck where it does not." : null,
               };
    }

    // A router answers below a path that another file says.
    private static bool IsProgram(string text, string name) => Regex.IsMatch(text,
        $@"\b{Regex.Escape(name)}(\s*:[^=\n]+)?\s*=\s*(await\s+)?"
            + @"(express\s*\(|[Ff]astify\s*\(|new\s+Hono\s*(<[^>]*>)?\(\s*\)|new\s+Elysia\s*\(|restify\.createServer\()",
        RegexOptions.NonBacktracking);

    private Listening? Told(SourceFile source, Match match)
    {
        var arguments = Arguments(source.Text, match.Index + match.Length);
        var isObject = arguments.StartsWith('{') || match.Groups["serve"].Success;
        var port = isObject ? Member(arguments, "port") : arguments.Split(',')[0].Trim();
        var host = isObject ? Member(arguments, "host") ?? Member(arguments, "hostname") : arguments.Split(',') is [_, var second, ..]
            && second.Trim() is var text && (text.StartsWith('\'') || text.StartsWith('"') || Name().IsMatch(text)) ? text : null;
        var number = port is null ? match.Groups["serve"].Success || match.Groups["bun"].Success ? "3000" : null
            : Number(source, port, 0);
        if (number is null)
        {
            return port is not null && IsPort(port) ? new Listening(source.Path, null) : null;
        }

        var address = host is null ? null : Text(source, host);
        var variable = host is null ? null : Variable().Match(Followed(source, host)).Groups["name"].Value;
        var given = variable is { Length: > 0 } && _variables.ContainsKey(variable);
        var isOpen = given || (address is null ? !IsFastify(source, match) || host is not null : !Listening.IsLoopback(address));
        return new Listening(source.Path, number)
        {
            Loopback = isOpen ? null
                : variable is { Length: > 0 } ? $"set node.Environment[\"{variable}\"] = \"0.0.0.0\"."
                : "have it listen on the host '0.0.0.0'.",
        };
    }

    // Fastify's documentation, "listen": without a host it takes localhost.
    private static bool IsFastify(SourceFile source, Match match) => !match.Groups["serve"].Success
        && (source.Text.Contains("FastifyAdapter", StringComparison.Ordinal)
            || Regex.IsMatch(source.Text, $@"\b{Regex.Escape(match.Groups["name"].Value)}(\s*:[^=\n]+)?\s*=\s*(await\s+)?"
                + @"[Ff]astify\s*(<[^>]*>)?\(", RegexOptions.NonBacktracking));

    // 'history.listen(onChange)' is no server's; 'server.listen(listenOptions)' is.
    private static bool IsPort(string expression) => !Variable().IsMatch(expression) && PortName().IsMatch(expression);

    private string? Number(SourceFile source, string expression, int depth)
    {
        var variable = Variable().Match(expression).Groups["name"].Value;
        if (variable.Length > 0 && _variables.TryGetValue(variable, out var given) && given.All(char.IsAsciiDigit))
        {
            return given;
        }

        return Digits().Match(expression) is { Success: true } number ? number.Groups["port"].Value
            : depth >= 4 ? null
            : Otherwise().Match(expression) is { Success: true } last ? Number(source, last.Groups["name"].Value, depth + 1)
            : Setting().Match(expression) is { Success: true } setting
                ? OfSetting(setting.Groups["group"].Value, setting.Groups["name"].Value)
            : Followed(source, expression) is var followed && followed != expression ? Number(source, followed, depth + 1)
            : null;
    }

    /// <summary>Returns the port of a group of settings, as <c>registerAs('app', …)</c> of Nest names them.</summary>
    private string? OfSetting(string group, string name) => group.Length == 0 ? Variable(name)
        : _sources.Value.Where(source => Regex.IsMatch(source.Text, $@"\bregisterAs\s*(<[^>]*>)?\s*\(\s*['""`]{group}['""`]",
                RegexOptions.NonBacktracking))
            .Select(source => Regex.Match(source.Text, $@"\b{name}\s*:(?<value>[^{{}}]*)", RegexOptions.NonBacktracking))
            .Where(match => match.Success)
            .Select(match => LastNumber().Match(match.Groups["value"].Value.Split(",\n")[0].Split(",\r")[0]))
            .FirstOrDefault(match => match.Success) is { } found ? found.Groups["port"].Value : null;

    private string? Text(SourceFile source, string expression) =>
        Quoted().Match(Followed(source, expression)) is { Success: true } text ? text.Groups["text"].Value : null;

    /// <summary>Returns what a name, or a member of an object, stands for; the expression itself where it is none.</summary>
    private string Followed(SourceFile source, string expression)
    {
        if (Name().Match(expression) is not { Success: true } match)
        {
            return expression;
        }

        var name = Regex.Escape(match.Groups["name"].Value);
        var isMember = match.Groups["owner"].Success;
        var pattern = isMember ? $@"\b{name}\s*:\s*(?<value>([^,\n{{}}()]|\([^()]*\))+)"
            : $@"(\b(const|let|var)\s+{name}(\s*:\s*\w+)?\s*=\s*(?<value>[^;\n]+))|[{{,]\s*{name}\s*=\s*(?<value>[^,}}\n]+)";
        var isImported = !isMember && Regex.IsMatch(source.Text, $@"\bimport\b[^;]*\b{name}\b[^;]*\bfrom\b", RegexOptions.NonBacktracking);
        foreach (var one in _sources.Value.Where(other => other.Path == source.Path)
            .Concat(isMember || isImported ? _sources.Value : []))
        {
            if (Regex.Match(one.Text, pattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture) is { Success: true } found
                && found.Groups["value"].Value.Trim() is var value && value != expression)
            {
                return value;
            }
        }

        return expression;
    }

    private static string? Member(string text, string name) =>
        Regex.Match(text, $@"(?<![\w.]){name}\s*(:\s*(?<value>[^,\n}}]+)|(?<short>[,}}]))", RegexOptions.None, TimeSpan.FromSeconds(1))
            is { Success: true } match ? match.Groups["short"].Success ? name : match.Groups["value"].Value.Trim() : null;

    /// <summary>Returns what stands between a call's parentheses, no more than a description of where to listen takes.</summary>
    private static string Arguments(string text, int from)
    {
        const int Longest = 400;
        var depth = 1;
        var end = from;
        for (; end < text.Length && end - from < Longest; end++)
        {
            depth += text[end] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                break;
            }
        }

        return text[from..end].Trim();
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"(\b(?<name>\w+)\s*\)?|\))\s*\.listen\s*\(|(?<bun>\bBun\.serve)\s*(<[^>]*>)?\("
        + @"|(?<serve>\bserve)\s*\(\s*\{\s*fetch\b", Options)]
    private static partial Regex Listen();

    [GeneratedRegex(@"\b(?<name>\w+)\s*\.(get|all|use)\s*(<[^>]*>)?\(\s*['""`](?<path>/[\w/-]*)['""`]", Options)]
    private static partial Regex Route();

    [GeneratedRegex(@"@Controller\(\s*(\{\s*path\s*:\s*)?['""`](?<path>[\w/-]+)['""`]", Options)]
    private static partial Regex Controller();

    [GeneratedRegex(@"@Get\(\s*\)", Options)]
    private static partial Regex PlainGet();

    [GeneratedRegex(@"\.setGlobalPrefix\(\s*['""`](?<path>[\w/-]+)['""`](?<rest>[^;]*);", Options)]
    private static partial Regex GlobalPrefix();

    [GeneratedRegex(@"\bAPP_GUARD\b[^}]*\buse(Class|Existing)\s*:\s*\w*(Auth|Jwt|Role|Permission|ApiKey)", Options)]
    private static partial Regex Guard();

    [GeneratedRegex(@"@(Public|SkipAuth|AllowAnonymous|Unprotected|NoAuth|IsPublic)\b", Options)]
    private static partial Regex Open();

    [GeneratedRegex(@"\bprocess\.env\.(?<name>\w+)|\bprocess\.env\[['""](?<name>\w+)['""]\]|\bBun\.env\.(?<name>\w+)", Options)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A(Number\(|parseInt\(|\+)?\s*['""`]?(?<port>[0-9]{2,5})['""`]?\s*(,\s*10)?\s*\)?(\s+as\s+\w+)?\z"
        + @"|(\|\||\?\?|:|,)\s*(Number\(|parseInt\()?\s*['""`]?(?<port>[0-9]{2,5})['""`]?\s*(,\s*10)?\s*\)*(\s+as\s+\w+)?\s*\z", Options)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A(Number\(|parseInt\(|\+)?\s*((?<owner>[\w.]+)\.)?(?<name>[A-Za-z_]\w*)\s*(,\s*10)?\s*\)?\z", Options)]
    private static partial Regex Name();

    [GeneratedRegex(@"(\|\||\?\?)\s*(?<name>[A-Za-z_][\w.]*)\s*\)*\s*\z", Options)]
    private static partial Regex Otherwise();

    [GeneratedRegex(@"\.get(OrThrow)?\s*(<[^>]*>)?\s*\(\s*['""`]((?<group>\w+)\.)?(?<name>\w+)['""`]", Options)]
    private static partial Regex Setting();

    [GeneratedRegex(@"[^0-9](?<port>[0-9]{2,5})\s*\)?\s*\z", Options)]
    private static partial Regex LastNumber();

    [GeneratedRegex(@"port|listen|address", Options | RegexOptions.IgnoreCase)]
    private static partial Regex PortName();

    [GeneratedRegex(@"['""`](?<text>[\w.:-]+)['""`]\s*\)*\s*\z", Options)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bexport\s+(async\s+)?(function|const)\s+(POST|PUT|PATCH|DELETE)\b", Options)]
    private static partial Regex OtherMethods();

    [GeneratedRegex(@"\b(basePath|base|baseURL|basename)\s*:\s*['""`]/\w", Options)]
    private static partial Regex BasePath();
}
