using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Reads the scripts of <c>package.json</c> for what they start (npm's documentation, "scripts").</summary>
internal sealed partial class NodeScripts(NodePackage package)
{
    private const int Deepest = 8;

    /// <summary>The scripts that start a program, what is meant for production first.</summary>
    private static readonly string[] Starting = ["start:prod", "start:production", "start-production", "start", "prod", "production"];

    /// <summary>Programs that make files and end.</summary>
    private static readonly HashSet<string> Bundlers = new(StringComparer.Ordinal)
    {
        "webpack", "webpack-cli", "mix", "encore", "gulp", "grunt", "vite", "rollup", "parcel", "esbuild", "tsc", "tsup", "babel", "swc",
        "sass", "node-sass", "postcss", "tailwindcss", "ng", "brunch",
    };

    /// <summary>Programs that watch the source or serve it while it is worked on.</summary>
    private static readonly HashSet<string> Watchers = new(StringComparer.Ordinal)
    {
        "nodemon", "ts-node-dev", "tsnd", "ng", "nx", "turbo", "lerna", "react-scripts", "vue-cli-service", "webpack-dev-server",
        "concurrently", "expo", "wrangler",
        "electron", "electron-forge", "live-server", "parcel", "http-server", "storybook", "vitepress", "vuepress", "docusaurus",
        "eleventy", "@11ty/eleventy", "hexo",
    };

    /// <summary>Programs that do so with one of some words after them.</summary>
    private static readonly Dictionary<string, string[]> WatchersWith = new(StringComparer.Ordinal)
    {
        ["next"] = ["dev"], ["nuxt"] = ["dev", "preview"], ["nuxi"] = ["dev", "preview"], ["nest"] = ["start"], ["remix"] = ["dev",
            "vite:dev"], ["react-router"] = ["dev"],
        ["astro"] = ["dev", "start", "preview"], ["gatsby"] = ["develop",
            "serve"], ["webpack"] = ["serve"], ["tsx"] = ["watch"], ["svelte-kit"] = ["dev"], ["vinxi"] = ["dev", "start"],
        ["node"] = ["--watch"], ["bun"] = ["--watch", "--hot"], ["ace"] = ["serve"],
    };

    /// <summary>Node's flags whose value is the next word (Node.js, "Command-line API").</summary>
    private static readonly HashSet<string> Valued = new(StringComparer.Ordinal)
    {
        "-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "--env-file-if-exists", "-C", "--conditions",
        "--icu-data-dir", "--title", "--tls-keylog",
    };

    /// <summary>Returns what a start script starts; null where none does.</summary>
    public NodeStart? Start()
    {
        var found = Starting.Where(package.Scripts.ContainsKey).Select(name => (Name: name, Start: Script(name, [], depth: 0))).ToList();
        // 'production' is more often what makes pages for it: 'mix --production', 'webpack --mode production'.
        return found.Find(one => !one.Start.IsDevelopment && (one.Name is not ("prod" or "production")
            || !Bundlers.Contains(Path.GetFileNameWithoutExtension(one.Start.Tool ?? one.Start.File ?? "")))).Start;
    }

    /// <summary>Returns the script that a command line asks a package manager to run; null where it asks for none of these.</summary>
    public string? CalledBy(string[] words) => Called(words)?.Script is { } name && package.Scripts.ContainsKey(name) ? name : null;

    private NodeStart Script(string name, IReadOnlyList<string> arguments, int depth)
    {
        var before = package.Scripts.TryGetValue("pre" + name, out var first) ? first + " && " : "";
        var start = Read(before + package.Scripts[name], $"the script '{name}'", depth);
        return arguments.Count == 0 ? start
            : start.Shell is not null ? start with { Shell = start.Shell + " " + string.Join(' ', arguments.Select(ShellWord.Quoted)) }
            : start with { Arguments = [.. start.Arguments, .. arguments] };
    }

    private NodeStart Read(string text, string origin, int depth)
    {
        var line = ShellLine.Parse(text);
        if (line.Commands.Count == 0)
        {
            return new NodeStart(origin) { IsDevelopment = true };
        }

        var tools = line.Commands.SelectMany(command => Tool(command.Words)).ToList();
        if (!line.IsChain)
        {
            return new NodeStart(origin)
            {
                Shell = text.Trim(), Tools = tools, IsDevelopment = line.Commands.Any(command =>
                    Bare(command.Words, []) is { Length: > 0 } words && Watches(words)),
            };
        }

        var last = Command(line.Commands[^1], origin, depth);
        var building = line.Commands.SkipLast(1).TakeWhile(IsBuilding).Select(command => command.Text).ToList();
        var starting = line.Commands.SkipLast(1).Skip(building.Count).ToList();
        last = last with { Building = [.. building, .. last.Building] };
        return starting.Count == 0 ? last : last with
        {
            Shell = string.Join(" && ", [.. starting.Select(command => command.Text), last.Shell ?? last.Line]),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            Tools = [.. tools.Distinct(StringComparer.Ordinal)],
        };
    }

    private NodeStart Command(ShellCommand command, string origin, int depth)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        var words = Bare(command.Words, environment);
        IReadOnlyList<string> unread = [];
        // A line that needs its shell stays as it is written: quoted, its variables would be texts.
        if (command.IsPlain && depth < Deepest)
        {
            words = Unwrapped(words, environment, out unread);
        }

        if (unread.Count > 0)
        {
            var text = string.Join(' ', words.Select(ShellWord.Quoted));
            var started = Command(command with { Words = words, Text = text }, origin, depth + 1);
            return started with
            {
                Environment = ProjectDescription.Merged(started.Environment, environment),
                Assumptions = [.. started.Assumptions, .. unread.Select(file => Unread(origin, file))],
            };
        }

        if (words is [])
        {
            return new NodeStart(origin) { IsDevelopment = true };
        }

        if (Called(words) is (var script, var arguments) && package.Scripts.ContainsKey(script) && depth < Deepest)
        {
            var inner = Script(script, arguments, depth + 1);
            return inner with { Origin = origin, Environment = ProjectDescription.Merged(inner.Environment, environment) };
        }

        if (words[0] == "bun" && BunFile(words) is var at and > 0)
        {
            return new NodeStart(origin)
            {
                IsBun = true, Flags = [.. words[1..at].Where(word => word != "run")], File = words[at], Arguments = words[(at + 1)..],
                Environment = environment, IsDevelopment = Watches(words),
            };
        }

        if (words[0] is "npm" or "pnpm" or "yarn" or "bun")
        {
            // A package manager that starts something elsewhere, as in another package: it is not part of the image.
            return new NodeStart(origin) { IsDevelopment = true };
        }

        var start = words[0] switch
        {
            "node" or "nodejs" => Node(words, origin),
            "tsx" when words is [_, not ("watch" or ['-', ..]), ..] => Node(["node", "--import", "tsx", .. words[1..]], origin)
                with { Tools = ["tsx"] },
            _ => new NodeStart(origin) { Tool = words[0], Arguments = words[1..], Tools = [words[0]] },
        };
        start = start with { Environment = environment, IsDevelopment = Watches(words) };
        return command.IsPlain ? start : start with
        {
            Shell = (environment.Count > 0 ? "exec env " : "exec ") + Wrapper()
                .Replace(command.Text, ""), Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    /// <summary>Returns where the file stands that Bun is to run; 0 where it runs none.</summary>
    private static int BunFile(string[] words) =>
        Array.FindIndex(words, word => word is not ['-', ..] && ScriptFile().IsMatch(word)) is var at and > 0
        && words[1..at].All(word => word is "run" or ['-', ..]) ? at : 0;

    private static NodeStart Node(string[] words, string origin)
    {
        List<string> flags = [];
        List<Assumption> assumptions = [];
        var at = 1;
        for (; at < words.Length && words[at].StartsWith('-') && words[at] != "--"; at++)
        {
            var isEnvironment = words[at].StartsWith("--env-file", StringComparison.Ordinal)
                && !words[at].StartsWith("--env-file-if-exists", StringComparison.Ordinal);
            var value = Valued.Contains(words[at]) && at + 1 < words.Length ? words[at + 1] : null;
            if (isEnvironment)
            {
                assumptions.Add(Unread(origin, value ?? words[at].Split('=')[^1]));
            }
            else
            {
                flags.AddRange(value is null ? [words[at]] : [words[at], value]);
            }

            at += value is null ? 0 : 1;
        }

        at += at < words.Length && words[at] == "--" ? 1 : 0;
        return new NodeStart(origin)
        {
            File = at < words.Length ? words[at] : null, Flags = flags, Arguments = [.. words.Skip(at + 1)], Assumptions = assumptions,
            Tools = [.. flags.Select(Module).OfType<string>()],
        };
    }

    /// <summary>Takes what stands before a command away: variables, and programs that set them or that run what a package brings.</summary>
    private static string[] Bare(IReadOnlyList<string> words, Dictionary<string, string> environment)
    {
        var at = 0;
        while (at < words.Count)
        {
            if (Variable().Match(words[at]) is { Success: true } variable)
            {
                environment[variable.Groups["name"].Value] = variable.Groups["value"].Value;
                at++;
            }
            else if (words[at] == "--bun" && at > 0)
            {
                at++;
            }
            else if (words[at] is "exec" or "cross-env" or "cross-env-shell" or "env" or "npx" or "bunx")
            {
                at++;
            }
            else if (words[at] is "npm" or "pnpm" or "yarn" && at + 1 < words.Count && words[at + 1] is "exec")
            {
                at += at + 2 < words.Count && words[at + 2] == "--" ? 3 : 2;
            }
            else
            {
                break;
            }
        }

        return [.. words.Skip(at)];
    }

    /// <summary>
    /// Takes a program away that reads variables from files which do not ship, before it starts the rest (dotenv-cli, dotenvx, env-cmd).
    /// </summary>
    private static string[] Unwrapped(string[] words, Dictionary<string, string> environment, out IReadOnlyList<string> files)
    {
        files = [];
        if (words is not ["dotenv" or "dotenvx" or "env-cmd", _, ..])
        {
            return words;
        }

        List<string> read = [];
        var at = words[1] == "run" ? 2 : 1;
        for (; at < words.Length && words[at] is ['-', ..] and not "--"; at++)
        {
            if (words[at] is "-e" or "-f" or "--file" && at + 1 < words.Length)
            {
                read.Add(words[++at]);
            }
            else if (words[at] is not ("-o" or "--override"))
            {
                return words;
            }
        }

        at += at < words.Length && words[at] == "--" ? 1 : 0;
        if (at >= words.Length || !read.TrueForAll(StaysOut))
        {
            return words;
        }

        files = read.Count > 0 ? read : [".env"];
        return Bare(words[at..], environment);
    }

    private static bool StaysOut(string file) => file[(file.LastIndexOf('/') + 1)..] is var name
        && (name == ".env" || (name.StartsWith(".env.", StringComparison.Ordinal) && name.EndsWith("local", StringComparison.Ordinal)));

    private static Assumption Unread(string origin, string file) => new(
        $"{origin} reads '{file}', which does not ship as it may hold passwords: give its variables to the container, or set Environment.",
        Doubtful: true);

    /// <summary>Returns the script that a package manager is asked to run, and its arguments.</summary>
    private static (string Script, IReadOnlyList<string> Arguments)? Called(string[] words) => words switch
    {
        ["npm" or "pnpm" or "yarn" or "bun", "run" or "run-script", var script, .. var arguments] when script is not ['-', ..] =>
            (script, Passed(arguments)),
        ["npm" or "pnpm" or "yarn", "start", .. var arguments] => ("start", Passed(arguments)),
        ["pnpm" or "yarn", var script, .. var arguments] when script is not ['-', ..] => (script, Passed(arguments)),
        ["npm-run-all" or "run-s", var script] when script is not ['-', ..] => (script, []),
        _ => null,
    };

    private static string[] Passed(string[] arguments) => arguments is ["--", .. var passed] ? passed : arguments;

    private static bool Watches(string[] words) => Watchers.Contains(words[0])
        || (words[0] == "vite" && words is not [_, "build", ..])
        || (WatchersWith.TryGetValue(words[0], out var with) && with.Any(word => words.Skip(1).Contains(word, StringComparer.Ordinal)))
        || (words[0] is "next" or "nuxt" or "astro" or "vinxi" && words.Length == 1);

    private static bool IsBuilding(ShellCommand command) => BuildCommand().IsMatch(command.Text);

    private static IEnumerable<string> Tool(IReadOnlyList<string> words) =>
        Bare(words, []) is [var first, ..]
            && first is not ("node" or "npm" or "pnpm" or "yarn" or "bun" or "cd" or "sh" or "bash" or "echo") ? [first] : [];

    /// <summary>Returns the package that a flag's value names: <c>ts-node/register</c>, <c>dotenv/config</c>.</summary>
    private static string? Module(string flag) => Preloaded(flag) is "" or ['-' or '.' or '/', ..] ? null
        : string.Join('/', Preloaded(flag).Split('/').Take(Preloaded(flag)[0] == '@' ? 2 : 1));

    /// <summary>Returns what a flag names to be run before the program: <c>tsx</c> of <c>--import=tsx</c>.</summary>
    public static string Preloaded(string flag) =>
        flag.Split('=', 2) is ["--import" or "--require" or "--loader" or "--experimental-loader", var value] ? value : flag;

    [GeneratedRegex(@"\A(?<name>[A-Za-z_][A-Za-z0-9_]*)=(?<value>.*)\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A\.\.?/|\.[cm]?[jt]sx?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ScriptFile();

    [GeneratedRegex(@"\A(exec|cross-env|cross-env-shell|env|npx)\s+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Wrapper();

    [GeneratedRegex(
        @"\A(npx\s+)?((npm|pnpm|yarn|bun)\s+(run\s+)?(build|compile|clean|prebuild)\S*|tsc|tsc-alias|tsup|rimraf|rm|mkdir|cp|copyfiles|"
        + @"cpx|echo|esbuild|rollup|webpack|babel|swc|(vite|next|nuxt|nest|astro|react-router)\s+build|remix\s+(vite:)?build|"
        + @"prisma\s+generate|tailwindcss|sass|ncc)(\s|\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BuildCommand();
}
