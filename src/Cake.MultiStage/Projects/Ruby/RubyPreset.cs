using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Ruby;

/// <summary>
/// The preset for Ruby: gems are installed from the lock before the source comes in, on the full image, which has what compiling them
/// takes; they ship on the slim one with the libraries that they are linked to, and the program without what is for development.
/// </summary>
internal static class RubyPreset
{
    private static readonly string[] AssetBundlers = ["jsbundling-rails", "cssbundling-rails", "vite_rails", "vite_ruby", "shakapacker",
        "webpacker"];

    private static readonly string[] AssetPipelines = ["sprockets-rails", "propshaft", "vite_rails", "shakapacker", "webpacker"];

    /// <summary>Words of the lines that start a server for the same program.</summary>
    private static readonly string[] ServerWords = ["puma", "falcon", "unicorn", "thin", "iodine", "rackup", "rails", "passenger", "thrust",
        "hanami", "server"];

    private const string AppDirectory = "/app";
    private const string ShippedStage = "program";
    private const string Bundle = "/usr/local/bundle";
    private const string User = "1000:1000";

    private static readonly string[] Ignored =
    [
        ".bundle", "vendor/bundle", "**/node_modules", "log/*.log", "tmp/cache", "tmp/pids", "tmp/sockets", "coverage", ".rspec_status",
        "public/assets", "public/packs", "app/assets/builds/*", "storage/*.sqlite3",
    ];

    /// <summary>What stands beside a program and is not it, as patterns of names in its folder.</summary>
    private static readonly string[] Beside =
    [
        "node_modules", "test", "spec", "features", "docs", "Dockerfile*", "docker-compose*", "compose*.y*ml", ".github", ".gitignore",
        ".gitattributes", ".rspec", ".rubocop*", "*.md", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", ".kamal",
    ];

    private static CredentialsFile Credentials => new("bundle-config", "/root/.bundle/config");

    public static EcosystemPreset Entry => new(Ecosystem.Ruby, EcosystemPreset.By<RubyProjectSettings>(Describe))
    {
        Manifests = ["Gemfile", "gems.rb", "*.gemspec"],
        Sources = ["config.ru", "main.rb", "app.rb", "server.rb"],
        Read = (files, sign) => sign.File is "Gemfile" or "gems.rb" && GemFiles.Read(files.Folder) is var gems
            && (gems.Uses("jekyll") || gems.Uses("github-pages") || gems.Uses("middleman")) && !files.Has("config.ru") ? null
            // A theme of Jekyll's is a gem, and its folder the site that shows it.
            : JekyllSite.Is(files.Folder) && !files.Has("config.ru") && files.Folder.Entries("")
                .Any(name => name.EndsWith(".gemspec", StringComparison.Ordinal) && files.Folder.Read(name)
                    .Contains("jekyll", StringComparison.Ordinal)) ? null
            : files.HasAnywhere("config.ru", "main.rb", "app.rb", "server.rb") || files.Folder.Find("*.rb", "*.gemspec").Count > 0 ? sign
            : sign with { Strength = SignStrength.Helper, Reading = "the gems of tools, as there is no Ruby source" },
    };

    public static ImageProject Describe(string path, RubyProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var gems = GemFiles.Read(folder);
        var source = RubySource.Read(folder, gems, settings);
        var version = RubyVersion.Choose(folder, gems, settings, ToolchainTable.Default);
        string[] outside = [.. gems.Paths.Where(PosixPath.Leaves).Select(one => one.TrimEnd('/'))];
        folder = folder.Reaching(outside, gems.Lock ?? gems.Gemfile ?? "Gemfile");
        var assets = NodeAssets.Of(folder, isBuiltElsewhere: AssetBundlers.Any(gems.Uses));
        var final = ChosenBase.Of("Ruby", settings, BaseFlavor.Slim, new Dictionary<BaseFlavor, string>
        {
            [BaseFlavor.Slim] = RubyVersion.Image(version.Tag, "-slim"),
        });
        // As the Dockerfile that Rails itself makes has it: threads and glibc's allocator grow the memory of its servers.
        var allocator = source.IsRails && !final.IsGiven;
        string[] running = [.. allocator ? ["libjemalloc2"] : Array.Empty<string>(), .. GemPackages.Running(gems)];
        var app = folder.In(AppDirectory);
        return new Preset
        {
            Name = gems.Gemspec is { } spec ? Path.GetFileNameWithoutExtension(spec) : folder.Name,
            Builder = Builder(folder, gems, source, settings, version, assets, outside),
            Base = final,
            BaseReason = "Ruby itself, with the libraries that the gems are linked to, and without what building takes.",
            Runtime = running.Length == 0
                ? null
                : Stage.From(ProjectDescription.Base(final.Image, settings)).Because("Ruby, with what the gems load when they run.")
                .Run(SystemPackages.Install(running), SystemPackages.Caches()).Because("The libraries that the gems are linked to."),
            Stages = [Shipped(source, settings)],
            // Gems are compiled on the full image, and may be linked to any library that it has.
            Native = gems.Gemfile is null || final.IsUnknown ? null
                : new NativeProgram($"$(find {Bundle} -type f -name \"*.so*\")", CLibrary.Unknown, "")
            {
                Own = Bundle, ArePackages = true,
            },
            Artifacts =
            [
                .. gems.Gemfile is null
                    ? Array.Empty<Artifact>()
                    : [new Artifact(Bundle, Bundle) { Reason = "The gems, in a layer that changes less often than the program." }],
                new Artifact(AppDirectory + "/", AppDirectory + "/", ShippedStage)
                    { Reason = "The program, without what is for development." },
            ],
            Workdir = app,
            User = User,
            Environment = ProjectDescription.Merged(Environment(gems, source, settings),
                allocator ? new(StringComparer.Ordinal) { ["HOME"] = "/tmp", ["LD_PRELOAD"] = "libjemalloc.so.2" }
                    : new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = "/tmp" }),
            Ports = source.Port is { } port ? [port] : [],
            Endpoint = Health(folder, source),
            Client = HealthClient.Ruby,
            Entrypoint = source.Command,
            StartWords = [.. source.Command.Where(word => word is not ("bundle" or "exec" or "ruby") && !word.StartsWith('-')),
                .. source.Port is null ? Array.Empty<string>() : ServerWords],
            Development = new DevelopmentSteps(source.Command),
            Tests = new TestSteps(Test(folder, gems), Cache()),
            Credentials = gems.Gemfile is null ? null : Credentials,
            Ignored = Ignored,
            Findings = Findings(gems, source, version, assets),
            Assumptions = [.. version.Assumptions, .. assets?.Version.Assumptions ?? [],
                .. Assumptions(folder, gems, source, version, settings)],
        }.Compose(folder, settings).WidenedTo(folder, "the Gemfile takes gems from folders outside of its own");
    }

    private static Dictionary<string, string> Environment(GemFiles gems, RubySource source, RubyProjectSettings settings)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        if (gems.Gemfile is not null)
        {
            environment["BUNDLE_PATH"] = Bundle;
            environment["BUNDLE_WITHOUT"] = string.Join(':', settings.Without);
        }

        if (gems.Lock is not null)
        {
            environment["BUNDLE_DEPLOYMENT"] = "1";
        }

        foreach (var name in source.IsRails
            ? ["RAILS_ENV"]
            : source.Port is not null || source.Framework is not null
            ? ["APP_ENV", "RACK_ENV"]
            : Array.Empty<string>())
        {
            environment[name] = "production";
        }

        if (source.IsRails)
        {
            (environment["RAILS_LOG_TO_STDOUT"], environment["RAILS_SERVE_STATIC_FILES"]) = ("1", "1");
        }

        return environment;
    }

    private static Stage Builder(
        ProjectFolder folder, GemFiles gems, RubySource source, RubyProjectSettings settings, VersionChoice version, NodeAssets? assets,
        string[] outside)
    {
        var builder = BuilderSteps.Start(
            RubyVersion.Image(version.Tag, ""), settings, folder.In(AppDirectory), Environment(gems, source, settings),
            [.. GemPackages.Building(gems), .. assets?.Packages ?? []]);
        if (gems.Gemfile is not null)
        {
            builder = builder.Manifests(folder,
                folder.Existing([gems.Gemfile, .. gems.Lock is null ? Array.Empty<string>() : [gems.Lock], ".ruby-version",
                    .. gems.Gemspec is null ? Array.Empty<string>() : [gems.Gemspec]]),
                "The manifests change less often than the source: what they ask for stays in the cache.");
            builder = gems.Paths.Where(path => path is not (".") && (folder.HasFolder(path))).Aggregate(builder, (current, path) =>
                current.CopyNames([folder.InContext(path)], path.TrimEnd('/') + "/").Because("A gem that lies in a folder."));
            builder = gems.Gemspec is not null && folder.HasFolder("lib") ? builder.CopyNames([folder.InContext("lib")], "lib/")
                .Because("The gemspec reads the version there.") : builder;
            builder = builder.Run(
                    ShellWord.Sequence(
                    [
                        "bundle install",
                        .. gems.Uses("bootsnap") ? ["bundle exec bootsnap precompile --gemfile"] : Array.Empty<string>(),
                        $"rm -rf {Bundle}/ruby/*/cache {Bundle}/ruby/*/bundler/gems/*/.git",
                    ]),
                    [Cache(), .. Credentials.Mounts(settings)])
                .Because("Installs the gems once; a change of the source does not repeat it.");
        }

        builder = (assets is null ? builder : assets.Install(builder)).Source(folder, outside);
        string[] commands = [.. AfterSource(folder, gems, source)];
        return commands.Length == 0
            ? builder
            : builder.Run(ShellWord.Sequence(commands))
                .Because("Compiles what is loaded at the start, and makes the scripts and styles of the pages.");
    }

    private static IEnumerable<string> AfterSource(ProjectFolder folder, GemFiles gems, RubySource source)
    {
        if (gems.Uses("bootsnap") && folder.Existing("app", "lib") is { Count: > 0 } compiled)
        {
            yield return $"bundle exec bootsnap precompile {string.Join(' ', compiled.Select(one => one + "/"))}";
        }

        if (source.IsRails && AssetPipelines.Any(gems.Uses))
        {
            // The first makes a key up for the time of the build; before Rails 7.1 any will do.
            var key = VersionText.Parse(gems.Gems.GetValueOrDefault("railties") ?? gems.Gems.GetValueOrDefault("rails") ?? "") is { } rails
                && rails < new Version(7, 1)
                ? "SECRET_KEY_BASE=none" : "SECRET_KEY_BASE_DUMMY=1";
            yield return $"{key} bundle exec rails assets:precompile";
        }
    }

    private static Stage Shipped(RubySource source, RubyProjectSettings settings)
    {
        string[] writes = source.IsRails ? ["db", "log", "storage", "tmp"] : [];
        var stage = Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(ShippedStage).Because("What ships of the builder.")
            .Run($"find . -mindepth 1 -maxdepth 1 \\( {string.Join(" -o ", Beside.Select(name => $"-name \"{name}\""))} \\) -exec rm -rf "
                + "{} +")
                .Because("Leaves out what is only for development.");
        return writes.Length == 0 ? stage
            : stage.Run($"mkdir -p {string.Join(' ', writes)} && chown -R {settings.User ?? User} {string.Join(' ', writes)}")
                .Because("The folders that Rails writes to belong to the image's user.");
    }

    private static HealthEndpoint? Health(ProjectFolder folder, RubySource source)
    {
        const string Routes = "config/routes.rb";
        return source is { IsRails: true, Port: not null }
            && folder.ReadIfThere(Routes)?.Contains("rails/health#show", StringComparison.Ordinal) == true
            ? new HealthEndpoint("/up", Routes) { Port = source.Port } : null;
    }

    private static string? Test(ProjectFolder folder, GemFiles gems)
    {
        var command = folder.HasFolder("spec") && gems.Uses("rspec-core") ? "rspec"
            : folder.HasFolder("test") && gems.Uses("rails") ? "rails test"
            : folder.HasFolder("test") && folder.Has("Rakefile") ? "rake test" : null;
        return command is null
            ? null
            : $"export BUNDLE_WITHOUT= RAILS_ENV=test RACK_ENV=test APP_ENV=test; bundle install && bundle exec {command}";
    }

    private static IReadOnlyList<string> Findings(GemFiles gems, RubySource source, VersionChoice version, NodeAssets? assets) =>
    [
        .. gems.Lock is { } locked ? [$"{locked} names the gems"] : Array.Empty<string>(),
        .. version.Asked is { } asked ? [$"{asked.File} asks for Ruby {asked.Text}"] : Array.Empty<string>(),
        .. source.Framework is { } framework ? [$"it is written with {framework}"] : Array.Empty<string>(),
        .. assets is not null ? [$"{assets.Manager} installs what makes the scripts and styles of its pages"] : Array.Empty<string>(),
        $"{source.Origin} says what runs: {string.Join(' ', source.Command)}",
    ];

    private static IEnumerable<Assumption> Assumptions(ProjectFolder folder, GemFiles gems, RubySource source, VersionChoice version,
        RubyProjectSettings settings)
    {
        if (version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null)
        {
            yield return new Assumption(
                $"No file names a version of Ruby: {version.Tag} runs. Write a .ruby-version, or set ToolchainVersion.");
        }

        if (gems is { Gemfile: not null, Lock: null })
        {
            yield return new Assumption(
                $"{gems.Gemfile} has no lock: two builds may install different versions. Commit the one that 'bundle lock' makes.");
        }

        foreach (var feed in PrivateFeed.Missing(GemFeeds.Of(folder, gems), settings))
        {
            yield return feed;
        }

        if (source.IsRails)
        {
            yield return new Assumption(folder.Has("config/credentials.yml.enc")
                ? "Keys do not travel: give the container RAILS_MASTER_KEY, or SECRET_KEY_BASE."
                : "Rails does not start in production without a key: give the container SECRET_KEY_BASE.");
        }

        if (source.IsRails && folder.HasFolder("db/migrate"))
        {
            yield return new Assumption(
                "Migrations are not run at the start: run the image with 'bundle exec rails db:prepare' before, or set ruby.Entrypoint.");
        }

        if (folder.First("config/puma/production.rb", "config/puma.rb") is { } puma
            && folder.Read(puma).Contains("unix://", StringComparison.Ordinal)
            && source.Port is not null)
        {
            yield return new Assumption(
                $"{puma} binds a socket of a file: nothing outside the container reaches that. Bind tcp://0.0.0.0:{source.Port}, too.",
                Doubtful: true);
        }
    }

    private static RunMount Cache() => RunMount.Cache("/root/.bundle/cache");
}
