using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>
/// How nginx serves a site (nginx's documentation, ngx_http_core_module, ngx_http_gzip_module): by the project's own configuration, or by
/// one that fits what makes the site.
/// </summary>
internal sealed partial class SiteServer(SiteBuild site, string? fallback)
{
    private const string Served = "/usr/share/nginx/html";
    /// <summary>The port that the pages are shown on, also while they are worked on.</summary>
    public const string OwnPort = "8080";

    /// <summary>The path at which nginx itself answers, unless a page is there.</summary>
    private const string OwnHealth = "/healthz";

    private const string Written = "/site.conf";
    private const string ServerFile = "/etc/nginx/conf.d/default.conf";
    private const string MainFile = "/etc/nginx/nginx.conf";

    private const string Compressible =
        "text/plain text/css text/javascript text/xml application/javascript application/json application/manifest+json application/xml "
        + "application/rss+xml application/atom+xml application/wasm image/svg+xml font/ttf";

    private static readonly string[] Names =
    [
        "nginx.conf", "default.conf", "nginx/nginx.conf", "nginx/default.conf", "nginx/conf.d/default.conf", ".nginx/nginx.conf",
        ".nginx/default.conf", "docker/nginx.conf", "docker/default.conf", "docker/nginx/nginx.conf", "docker/nginx/default.conf",
        ".docker/nginx.conf", ".docker/nginx/nginx.conf", "deploy/nginx.conf", "config/nginx.conf", "conf/nginx.conf",
    ];

    /// <summary>Files in which other hosts read what to answer, and nginx does not.</summary>
    private static readonly string[] Others =
    [
        "_redirects", "_headers", "public/_redirects", "public/_headers", "static/_redirects", "static/_headers", "netlify.toml",
        "vercel.json", "staticwebapp.config.json", ".htaccess", "public/.htaccess", "static/.htaccess", "Caddyfile",
    ];

    private readonly (string File, string Target)? _own = Own(site.Own);

    /// <summary>Gets the project's own configuration; empty where it has none.</summary>
    private string Text => _own is { } own ? Comment().Replace(site.Own.Read(own.File), "") : "";

    private bool IsAmongPages => site.Output.TrimEnd('/', '.') == site.Directory;

    private bool IsMain => _own?.Target == MainFile;

    public IReadOnlyList<string> Ports => _own is null ? [OwnPort] : [.. Listens(Text).DefaultIfEmpty(OwnPort)];

    /// <summary>Gets the folder that is served.</summary>
    private string Root => RootLine().Match(Text) is { Success: true } match ? match.Groups["path"].Value.TrimEnd('/') : Served;

    public IReadOnlyList<Artifact> Artifacts =>
    [
        _own is { } own
            ? new Artifact(IsAmongPages ? Written : $"{site.Directory}/{ContextPath.Literal(own.File)}", own.Target)
                { Reason = "The project's own configuration of nginx." }
            : new Artifact(Written, ServerFile) { Reason = "How nginx serves the site." },
        new Artifact(site.Output.TrimEnd('/', '.') + "/", Root + (_own is null ? site.Base : ""))
            { Reason = "The finished site is all that ships." },
    ];

    /// <summary>
    /// Gets the folders that nginx writes to, by a configuration of the project's that does not know that it is not root.
    /// </summary>
    public IReadOnlyList<string> WritableFolders => PidLine().Match(Text).Groups["folder"].Value is { Length: > 0 } folder and not "/tmp"
        ? [folder.StartsWith("/var/run", StringComparison.Ordinal) ? folder["/var".Length..] : folder] : [];

    /// <summary>Gets the command where the base's own does not do: a configuration that names no file for nginx's number.</summary>
    public IReadOnlyList<string> Cmd => IsMain && !PidLine().IsMatch(Text) ? ["nginx", "-g", "daemon off; pid /tmp/nginx.pid;"] : [];

    /// <summary>Gets where it answers whether it is well: the project's own configuration says it, or ours does.</summary>
    public HealthEndpoint? Endpoint => _own is not { } own ? new HealthEndpoint(OwnHealth, "The configuration of nginx")
        : HealthLocation().Match(Text) is { Success: true } match ? new HealthEndpoint(match.Groups["path"].Value, own.File) : null;

    public IReadOnlyList<string> Findings => _own is { } own ? [$"{own.File} says how nginx serves it"]
        : [fallback is null ? "a path without a page is answered by 404" : $"a path without a file is answered by {fallback}",
            .. site.Base.Length == 0 ? [] : new[] { $"its pages expect to be served below {site.Base}/" }];

    public IEnumerable<Assumption> Assumptions
    {
        get
        {
            if (_own is not { } own)
            {
                foreach (var other in site.Own.Existing(Others))
                {
                    yield return new Assumption(
                        $"{other} is read by another host: nginx does not know what it says of redirects and headers. "
                        + "Where the site needs them, write them into nginx.conf, which is taken as it is.", Doubtful: Rules(other));
                }

                yield break;
            }

            foreach (var port in Listens(Text).Where(port => int.Parse(port, CultureInfo.InvariantCulture) < 1024))
            {
                yield return new Assumption($"{own.File} has nginx listen on port {port}, which engines other than Docker keep for root. "
                    + $"Write 'listen {OwnPort};', or set User = \"0:0\".", Doubtful: true);
            }

            foreach (var host in Upstream()
                .Matches(Text)
                .Select(match => match.Groups["host"].Value)
                .Where(host => !host.Contains('$', StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal))
            {
                yield return new Assumption(
                    $"{own.File} hands requests on to '{host}': nginx does not start where no host of that name is known.");
            }
        }
    }

    /// <summary>Writes the configuration into the builder, before anything that a change of the site repeats.</summary>
    public Stage In(Stage builder)
    {
        if (_own is { } own)
        {
            return !IsAmongPages ? builder
                : builder.Run($"mv {ShellWord.Quoted(own.File)} {Written}").Because("The configuration is not part of the site.");
        }

        var lines = Lines().Select(line => line.AsSpan().ContainsAny('"', '\\') ? ShellWord.Quoted(line) : $"'{line}'");
        var run =
            new RunInstruction(new ShellCommand("printf \"%s\\n\" \\\n    " + string.Join(" \\\n    ", lines) + $" \\\n    > {Written}"))
        {
            Reason = "How nginx serves the site: missing pages, what browsers may keep, compression.",
        };
        var first = builder.Instructions.ToList().FindLastIndex(one => one is UserInstruction or EnvInstruction) + 1;
        return builder with { Instructions = [.. builder.Instructions.Take(first), run, .. builder.Instructions.Skip(first)] };
    }

    private IEnumerable<string> Lines()
    {
        var below = site.Base;
        string[] head =
        [
            "server {", $"    listen {OwnPort};", $"    root {Served};", "    index index.html;", "    absolute_redirect off;",
            "    server_tokens off;",
            .. site.IsUnicode ? ["    charset utf-8;"] : Array.Empty<string>(),
            "    include /etc/nginx/mime.types;", "    types { application/manifest+json webmanifest; text/javascript mjs; }",
            "    gzip on;", "    gzip_vary on;", "    gzip_proxied any;", "    gzip_min_length 1024;", $"    gzip_types {Compressible};",
            .. site.IsCompressed ? ["    gzip_static on;"] : Array.Empty<string>(),
            "    add_header Cache-Control no-cache;",
        ];
        string[] pages = fallback is null
            ? ["    error_page 404 " + below + "/404.html;", "    location / { try_files $uri $uri.html $uri/ =404; }"]
            :
            [
                $"    location / {{ try_files $uri $uri.html $uri/ {below}/{fallback}; }}",
                "    location ~ [.](js|mjs|css|map|json|wasm|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf)$ { try_files $uri =404; }",
            ];
        string[] hashed = site.Hashed is not { } pattern ? [] :
        [
            $"    location ~ \"{(pattern.StartsWith('^') ? "^" + below + pattern[1..] : pattern)}\" {{",
            "        try_files $uri =404;", "        add_header Cache-Control public,max-age=31536000,immutable;", "    }",
        ];
        string[] health = [$"    location = {OwnHealth} {{ access_log off; try_files $uri =204; }}"];
        string[] first = below.Length == 0 ? [] : [$"    location = / {{ return 302 {below}/; }}"];
        return [.. head, .. health, .. hashed, .. first, .. pages, "}"];
    }

    /// <summary>Finds the project's own configuration, and what it is in the image: as its Dockerfile copies it, or by its name.</summary>
    private static (string File, string Target)? Own(ProjectFolder folder)
    {
        var copied = CopyLine().Matches(folder.ReadIfThere("Dockerfile") ?? "").Select(match => match.Groups)
            .Select(groups => (File: PosixPath.Clean(groups["file"].Value), Target: groups["target"].Value))
            .FirstOrDefault(one => folder.Has(one.File));
        var file = copied.File ?? folder.First(Names.Where(folder.Has));
        if (file is null)
        {
            return null;
        }

        var target = copied.Target is { Length: > 0 } named && !named.EndsWith('/') ? named
            : copied.Target is { Length: > 0 } within ? within + PosixPath.NameOf(file)
            : Blocks().IsMatch(Comment().Replace(folder.Read(file), "")) ? MainFile : ServerFile;
        return (file, target);
    }

    private bool Rules(string file) =>
        file is not "Caddyfile" && site.Own.Read(file).Contains("redirect", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Listens(string text) =>
        ListenLine().Matches(text).Select(match => match.Groups["port"].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^\s*COPY\s+(--\S+\s+)*(?<file>[^\s\[-]\S*)\s+(?<target>/etc/nginx/\S+)\s*$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CopyLine();

    [GeneratedRegex(@"^\s*(events|http)\s*\{", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks();

    [GeneratedRegex(
        @"\blocation\s+(=\s*)?(?<path>/(health\w*|nginx[_-]health|livez?|ping|status))/?\s*\{[^{}]*\breturn\s+20[04]\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HealthLocation();

    [GeneratedRegex(@"^\s*listen\s+(\[::\]:|[^\s;]*?:)?(?<port>[0-9]+)\b",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListenLine();

    [GeneratedRegex(@"^\s*root\s+['""]?(?<path>/[^\s;'""$]+)['""]?\s*;", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RootLine();

    [GeneratedRegex(@"^\s*pid\s+(?<folder>/[^\s;]*)/[^\s;/]+\s*;", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PidLine();

    [GeneratedRegex(@"\b(proxy_pass|fastcgi_pass|grpc_pass)\s+(\w+://)?(?<host>[^\s;/:]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Upstream();

    [GeneratedRegex(@"#.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
