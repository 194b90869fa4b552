using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Ruby;

/// <summary>What runs, and how it is prepared.</summary>
/// <param name="Framework">The framework for people; null for none.</param>
/// <param name="Command">What runs.</param>
/// <param name="Port">The port that it listens on; null for a program that serves nothing.</param>
/// <param name="Origin">What says so.</param>
internal sealed partial record RubySource(string? Framework, IReadOnlyList<string> Command, string? Port, string Origin)
{
    private static readonly string[] Servers = ["puma", "falcon", "unicorn", "thin", "iodine"];

    private static readonly string[] Programs = ["main.rb", "app.rb", "server.rb", "bot.rb", "run.rb"];

    public bool IsRails => Framework == "Rails";

    /// <exception cref="MultiStageException">It is not a Ruby project, a library, has no server, or does not show what runs.</exception>
    public static RubySource Read(ProjectFolder folder, GemFiles gems, RubyProjectSettings settings)
    {
        if (gems.Gemfile is null && folder.Find("*.rb", "config.ru").Count == 0)
        {
            throw new MultiStageException($"'{folder.Path}' is not a Ruby project: it has neither a Gemfile nor a .rb file.");
        }

        var framework = gems.Uses("rails") || (gems.Uses("railties") && folder.Has("config/application.rb")) ? "Rails"
            : new[] { ("hanami", "Hanami"), ("sinatra", "Sinatra"), ("roda", "Roda"), ("grape", "Grape") }
                .Where(one => gems.Uses(one.Item1)).Select(one => one.Item2).FirstOrDefault();
        if (settings.Command.Count > 0)
        {
            return new RubySource(framework, [.. settings.Command], Port: null, "ruby.Command");
        }

        var isRails = framework == "Rails" && folder.Has("config/application.rb");
        if (isRails || folder.Has("config.ru"))
        {
            return Served(folder, gems, framework, isRails ? "3000" : "9292");
        }

        var sinatra = folder.Find("*.rb").Where(path => !path.Contains('/', StringComparison.Ordinal))
            .FirstOrDefault(path => RequiresSinatra().IsMatch(folder.Read(path)));
        if (sinatra is not null)
        {
            return Server(gems) is null && !gems.Uses("webrick") ? throw Serverless(folder, gems)
                : new RubySource("Sinatra", [.. Bundled(gems), "ruby", sinatra, "-o", "0.0.0.0", "-p", "4567"], "4567", sinatra);
        }

        return Program(folder, gems);
    }

    private static RubySource Served(ProjectFolder folder, GemFiles gems, string? framework, string port)
    {
        var puma = folder.First("config/puma/production.rb", "config/puma.rb");
        var listens = puma is null ? Match.Empty : ListensOn().Match(folder.Read(puma));
        port = listens.Groups["port"] is { Success: true } own ? own.Value : port;
        string[] words = Server(gems) switch
        {
            "puma" => listens.Success ? ["puma"] : ["puma", "--port", port],
            "falcon" => ["falcon", "serve", "--bind", $"http://0.0.0.0:{port}"],
            "unicorn" =>
                ["unicorn", "--listen", $"0.0.0.0:{port}",
                    .. folder.Has("config/unicorn.rb") ? ["--config-file", "config/unicorn.rb"] : Array.Empty<string>()],
            "thin" => ["thin", "start", "--address", "0.0.0.0", "--port", port],
            "iodine" => ["iodine", "-p", port],
            "rackup" => ["rackup", "--host", "0.0.0.0", "--port", port],
            _ => throw Serverless(folder, gems),
        };
        return new RubySource(framework, ["bundle", "exec", .. words], port,
            folder.Has("config.ru") ? "config.ru" : "config/application.rb");
    }

    private static string? Server(GemFiles gems) =>
        Servers.FirstOrDefault(gems.Uses)
        ?? (gems.Uses("rackup") && gems.Uses("webrick")
            || gems.Gems.TryGetValue("rack", out var rack) && VersionText.Parse(rack)?.Major is 1 or 2 && gems.Uses("webrick")
            ? "rackup" : null);

    private static MultiStageException Serverless(ProjectFolder folder, GemFiles gems) => new(
        $"'{folder.Path}' answers requests, and {gems.Lock ?? gems.Gemfile ?? "no Gemfile"} names no server to do so. Add one, as in "
        + "gem \"puma\", and lock anew; or say what runs, as in ruby.Command = [\"bundle\", \"exec\", \"passenger\", \"start\"].");

    private static RubySource Program(ProjectFolder folder, GemFiles gems)
    {
        var executables = Executables(folder, gems);
        if (executables is [var one])
        {
            return new RubySource(null, [.. Bundled(gems), "ruby", one], Port: null, one);
        }

        if (executables.Count > 1)
        {
            throw new MultiStageException($"'{folder.Path}' has several programs: {string.Join(", ", executables)}. Choose one, as in "
                + $"ruby.Command = [\"bundle\", \"exec\", \"ruby\", \"{executables[0]}\"].");
        }

        var own = folder.Find("*.rb").Where(path => !path.Contains('/', StringComparison.Ordinal)).ToList();
        if ((folder.First(Programs) ?? (gems.Gemspec is null && own.Count == 1 ? own[0] : null)) is { } file)
        {
            return new RubySource(null, [.. Bundled(gems), "ruby", file], Port: null, file);
        }

        throw new MultiStageException(gems.Gemspec is { } spec
            ? $"'{folder.Path}' holds a library, which ships in no image: {spec} makes a gem without a program in exe or bin. Where it has "
                + "one, say "
                + "it, as in ruby.Command = [\"ruby\", \"serve.rb\"]."
            : $"'{folder.Path}' does not show what to run: there is no config.ru, no {string.Join(", ", Programs)}, and no program of a "
                + "gem. "
                + "Say it, as in ruby.Command = [\"ruby\", \"serve.rb\"].");
    }

    /// <summary>
    /// Returns the programs of a gem: those in its folder for them, but what Bundler and tools put into bin for developers.
    /// </summary>
    private static IReadOnlyList<string> Executables(ProjectFolder folder, GemFiles gems)
    {
        if (gems.Gemspec is null)
        {
            return [];
        }

        var place = folder.HasFolder("exe") ? "exe" : folder.HasFolder("bin") ? "bin" : null;
        return place is null
            ? []
            : [.. folder.Entries(place).Where(name => place == "exe" || name == Path.GetFileNameWithoutExtension(gems.Gemspec)
                || name is not ("console" or "setup" or "rake" or "rspec" or "rubocop" or "bundle"))
            .Select(name => $"{place}/{name}")
            .Where(path => folder.Has(path) && folder.Read(path).Split('\n')[0].Contains("ruby", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> Bundled(GemFiles gems) => gems.Gemfile is null ? [] : ["bundle", "exec"];

    [GeneratedRegex(@"^\s*require\s*\(?\s*['""]sinatra['""]", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequiresSinatra();

    [GeneratedRegex(@"^\s*(port\b\D*?(ENV\D*?)?(?<port>[0-9]{2,5})|bind\b.*tcp://)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListensOn();
}
