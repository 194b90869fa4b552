using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Imports;

/// <summary>
/// Follows what a Node.js program imports as it is loaded, through the files of its own, and finds what doesn't exist (Node.js
/// documentation, "CommonJS modules" and "ECMAScript modules"). What stands in a block, as in <c>try</c>, is ignored.
/// </summary>
internal sealed partial class NodeImports(CheckedImage image, ProgramReader reader)
{
    private const int MostFiles = 200;
    private const int MostOfFile = 1 << 20;

    private static readonly HashSet<string> BuiltIn = new(
        [
            "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "diagnostics_channel",
            "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process",
            "punycode", "querystring", "readline", "repl", "stream", "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url",
            "util", "v8", "vm", "wasi", "worker_threads", "zlib",
        ],
        StringComparer.Ordinal);

    private static readonly string[] Endings = ["", ".js", ".json", ".node", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs",
        "/package.json"];

    // They change where modules are looked for.
    private static readonly string[] Loaders = ["module-alias", "tsconfig-paths", "app-module-path", "pirates", "@babel/register",
        "ts-node", "tsx", "jiti"];

    private static readonly string[] Choices = ["?", "=>", "&&", "||", "if "];

    private readonly List<MissingImport> _missing = [];

    public async Task<IReadOnlyList<MissingImport>> FindAsync(CancellationToken cancellationToken)
    {
        if (ArgumentFile.Find(image) is not { File: not null } entry
            || image.Settings.Environment.GetValueOrDefault("NODE_OPTIONS") is { } options && LoaderOption().IsMatch(options)
            || Folders(entry.Path).Any(folder => image.Files.Find(folder + "/.pnp.cjs") is not null))
        {
            return [];
        }

        var seen = new HashSet<string>([entry.Path], StringComparer.Ordinal);
        var waiting = new Queue<FileSystemNode>([entry]);
        while (waiting.TryDequeue(out var file))
        {
            foreach (var name in await ImportsAsync(file, cancellationToken))
            {
                if (Array.Exists(Loaders, loader => name == loader || name.StartsWith(loader + "/", StringComparison.Ordinal)))
                {
                    return [];
                }

                if (await FileOfAsync(file, name, cancellationToken) is { } own && seen.Count < MostFiles && seen.Add(own.Path))
                {
                    waiting.Enqueue(own);
                }
            }
        }

        return _missing;
    }

    /// <summary>Gets the own file that a name leads to; notes a name that leads to nothing.</summary>
    private async Task<FileSystemNode?> FileOfAsync(FileSystemNode file, string name, CancellationToken cancellationToken)
    {
        var folder = file.Path[..file.Path.LastIndexOf('/')];
        if (name is "." or ".." || name.StartsWith("./", StringComparison.Ordinal) || name.StartsWith("../", StringComparison.Ordinal))
        {
            var found = Endings.Select(ending => image.Files.Resolve($"{folder}/{name}{ending}"))
                .FirstOrDefault(node => node is { IsDirectory: false });
            if (found is null && image.Files.Resolve($"{folder}/{name}") is null)
            {
                _missing.Add(new MissingImport(file.Path, name, $"there is no such file in '{folder}'"));
            }

            return found;
        }

        var package = PackageOf(name);
        if (package is not null && !BuiltIn.Contains(package.Split('/')[0])
            && !Folders(file.Path)
                .Select(place => place + "/node_modules")
                .Concat(NodePath())
                .Any(place => image.Files.Resolve($"{place}/{package}") is not null)
            && !await IsItselfAsync(file.Path, package, cancellationToken))
        {
            _missing.Add(new MissingImport(file.Path, package, $"it is in no node_modules from '{folder}' upwards"));
        }

        return null;
    }

    private string[] NodePath() =>
        image.Settings.Environment.GetValueOrDefault("NODE_PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Gets the package of a name; null for what is not a package: built-in modules, addresses, aliases.</summary>
    private static string? PackageOf(string name)
    {
        var match = Package().Match(name);
        return match.Success && !name.Contains(':', StringComparison.Ordinal) ? match.Groups["package"].Value : null;
    }

    /// <summary>Says whether a name is that of the package that a file is of, which may import itself.</summary>
    private async Task<bool> IsItselfAsync(string path, string package, CancellationToken cancellationToken)
    {
        var manifest = Folders(path)
            .Select(folder => image.Files.Resolve(folder + "/package.json"))
            .FirstOrDefault(node => node is { File.Type: ImageFileType.File });
        if (manifest is null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(await reader.HeadAsync(manifest, MostOfFile, cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("name", out var name)
                && name.ValueEquals(package);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<string>> ImportsAsync(FileSystemNode file, CancellationToken cancellationToken)
    {
        var isScript = file.Name.EndsWith(".js", StringComparison.Ordinal)
            || file.Name.EndsWith(".mjs", StringComparison.Ordinal)
            || file.Name.EndsWith(".cjs", StringComparison.Ordinal);
        if (!isScript || file.Size.Bytes > MostOfFile || file.Path.Contains("/node_modules/", StringComparison.Ordinal))
        {
            return [];
        }

        var text = Encoding.UTF8.GetString((await reader.HeadAsync(file, MostOfFile, cancellationToken)).Span);
        if (ScriptText.TopOfJavaScript(text) is not { } top)
        {
            return [];
        }

        List<string> names = [.. Import().Matches(top).Select(match => match.Groups["name"].Value)];
        // A line that chooses, or makes a function, may never come to it.
        foreach (var line in top.Split('\n')
            .Where(line => !Array.Exists(Choices, choice => line.Contains(choice, StringComparison.Ordinal))))
        {
            names.AddRange(Require().Matches(line).Select(match => match.Groups["name"].Value));
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Gets the folders on the way up from a file; the root is an empty text.</summary>
    private static IEnumerable<string> Folders(string path)
    {
        for (var end = path.LastIndexOf('/'); end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    [GeneratedRegex(
        @"(^|;)\s*(import|export)\b([^;'""()]*\bfrom)?\s*['""](?<name>[^'""\n]+)['""]",
        RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Import();

    [GeneratedRegex(@"(^|\s)(-r|--require|--import|--loader|--experimental-loader)\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LoaderOption();

    [GeneratedRegex(
        @"(^|[=(,;\s])require\s*\(\s*['""](?<name>[^'""\n]+)['""]\s*\)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Require();

    [GeneratedRegex(
        @"^(?<package>(@[A-Za-z0-9._-]+/)?[A-Za-z0-9_][A-Za-z0-9._-]*)(/.*)?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Package();
}
