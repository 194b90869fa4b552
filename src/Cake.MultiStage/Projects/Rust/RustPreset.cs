using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>
/// The preset for Rust: dependencies are fetched before the source comes in, the registry and the target folder are
/// mounted, and the program is copied out of them, stripped and without paths of the builder.
/// </summary>
internal static class RustPreset
{
    private const string SourceDirectory = "/src";
    private const string User = "65532:65532";
    private const string DebuggerPort = "1234";

    private static CredentialsFile Credentials => new("cargo-credentials", "/usr/local/cargo/credentials.toml");

    public static EcosystemPreset Entry =>
        new(Ecosystem.Rust, EcosystemPreset.By<RustProjectSettings>(Describe)) { Manifests = ["Cargo.toml"] };

    public static ImageProject Describe(string path, RustProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (CargoProject.Workspace(folder) is { } workspace && CargoManifest.Read(folder, "") is { Package: { } member })
        {
            return Describe(workspace,
                ImageProjectSettings.Changed(settings, rust => rust.Package ??= member)).Widened(
                    $"'{member}' is a member of the workspace of the Cargo.toml above it");
        }

        return Describe(folder, settings);
    }

    private static ImageProject Describe(ProjectFolder folder, RustProjectSettings settings)
    {
        var cargo = CargoProject.Read(folder);
        folder = folder.Reaching(cargo.Outside, "Cargo.toml");
        var (package, binary) = Program(cargo, settings, folder);
        Require(cargo, folder);
        var musl = settings.Musl ?? (cargo.Configuration.IsMusl || Base(settings, musl: false).HasMusl);
        var own = RustOwnBuild.Of(folder, package, binary, settings);
        IReadOnlyList<Assumption> learned = own is null ? [] : [.. Learned(own, settings)];
        settings = own is null || settings.Features.Count > 0 ? settings : ImageProjectSettings.Changed(settings, changed =>
        {
            changed.Features = [.. own.Features];
            changed.DefaultFeatures ??= own.LeavesDefaults ? false : null;
        });
        var program = "/bin/" + binary;
        var target = RustTarget.Machine(musl);
        var crossed = RustTarget.Crossed(cargo, settings, musl);
        var rust = RustVersion.Choose(folder, cargo, settings, ToolchainTable.Default);
        var start = BuilderSteps.Start(rust.Image, settings, folder.In(SourceDirectory), Environment(cargo, folder, settings),
            [.. musl ? ["musl-tools"] : Array.Empty<string>(), .. CratePackages.Of(cargo.Crates), .. cargo.Configuration.Packages]);
        start = Kept(cargo, settings) is { } keep
            ? start.Run(keep)
                .Because("Has rustup keep to the image's toolchain: it would download what the project's file calls otherwise.")
            : start;
        return new Preset
        {
            Name = settings.Name ?? ProjectDescription.NameFrom(binary),
            Builder = Built(start, target),
            CrossBuilder = crossed is null ? null : Built(start.WithCrossCompiler(), crossed),
            Base = Base(settings, musl),
            Native = musl ? null : Native(settings, program) with { IsCrossed = crossed is not null },
            Artifacts = [new Artifact(program, program) { Reason = "The program is all that ships." }],
            User = User,
            Source = folder.In(SourceDirectory),
            Reads = RustSource.Reads(folder, cargo, package, settings),
            Listens = RustSource.Listens(folder, cargo, package, binary),
            NeedsCertificates = RustSource.CallsByTls(cargo),
            Entrypoint = [program],
            Development = new DevelopmentSteps(
                ["cargo", "run", .. cargo.Packages.Count > 1 ? ["--package", package] : Array.Empty<string>(), "--bin", binary],
                DebuggerPort),
            Tests = new TestSteps(Test(folder, cargo), [.. Caches(folder, cargo, binary)]),
            Credentials = Credentials,
            Ignored = RustSource.Ignored(cargo),
            Findings = Findings(cargo, package, binary, rust),
            Assumptions = [.. Assumptions(cargo, settings, rust, folder, binary), .. learned,
                .. PrivateFeed.Missing(cargo.Configuration.Registries.Select(one => PrivateFeed.Of(".cargo/config.toml", one.Index, _ =>
                    $"rust.Credentials = BuildSecret.FromValue(\"[registries.{one.Name}]\\ntoken = \\\"\" + EnvironmentVariable("
                        + "\"CARGO_TOKEN\") + \"\\\"\\n\");")), settings)],
        }.Compose(folder, settings).WidenedTo(folder, "packages depend on others outside of the folder");

        Stage Built(Stage stage, RustTarget builtFor) => WithDependencies(folder, stage, cargo, settings, builtFor)
            .Run(Build(cargo, settings, package, binary, program, builtFor), [.. Caches(folder, cargo, binary)])
            .Because(
                "Builds, and takes the program out of the cache in the same step; files are touched first, as Cargo tells changes by their "
                    + "times, and a cache can be newer than a change.");
    }

    /// <summary>Says what was learned of the project's own Dockerfile.</summary>
    private static IEnumerable<Assumption> Learned(RustOwnBuild own, RustProjectSettings settings)
    {
        if (settings.Features.Count > 0)
        {
            yield break;
        }

        if (own.Features.Count > 0 || (own.LeavesDefaults && settings.DefaultFeatures is null))
        {
            var what = own.Features.Count > 0 ? $"with the features {string.Join(", ", own.Features)}" : "without the default features";
            yield return new Assumption($"{own.File} builds {what}{(own is { LeavesDefaults: true, Features.Count: > 0 }
                ? ", and without the default ones" : "")}: so does this image. Set rust.Features for others.");
        }

        if (own.Unknown.Count > 0)
        {
            yield return new Assumption($"{own.File} names features by {string.Join(", ", own.Unknown)}, which has no value there: this "
                + "image is built without. Set rust.Features where the program needs them.", Doubtful: true);
        }
    }

    /// <summary>
    /// Writes the command by which the toolchain of the image counts in the project's folder, where its own file would have rustup download
    /// another: <c>1.85</c> and <c>stable</c> are to rustup no names of the <c>1.85.1</c> that an image has (rustup's book, "Overrides").
    /// </summary>
    private static string? Kept(CargoProject cargo, RustProjectSettings settings)
    {
        var isOther = cargo.Channel is { } channel && settings.BuilderImage is null && (settings.ToolchainVersion is { } given
            ? given != channel
            : channel == "stable" || (VersionText.Parse(channel) is not null && channel.Count(character => character == '.') < 2));
        return isOther
            ? ShellWord.Sequence(["rustup override set \"$(rustup default | cut -d \" \" -f 1)\"", .. cargo.ToolchainParts]) : null;
    }

    /// <exception cref="MultiStageException">The project's configuration builds for what is not a container.</exception>
    private static void Require(CargoProject cargo, ProjectFolder folder)
    {
        if (cargo.Configuration.Target is { } target && !target.Contains("-linux-", StringComparison.Ordinal))
        {
            throw new MultiStageException(
                $"The Cargo configuration in '{folder.Path}/.cargo' builds for '{target}', which runs in no Linux container. Where a "
                    + "program "
                + "of it does, take [build] target out of the configuration, and pass --target where it is needed.");
        }
    }

    private static Dictionary<string, string> Environment(CargoProject cargo, ProjectFolder folder, RustProjectSettings settings)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["CARGO_PROFILE_RELEASE_STRIP"] = "symbols" };
        if (cargo.Configuration.HasTargetFolder)
        {
            environment["CARGO_TARGET_DIR"] = folder.In(SourceDirectory) + "/target";
        }

        if (settings.Credentials is not null && !cargo.Configuration.HasProvider)
        {
            // A registry that asks for a token is given none until the file that has it is named as the place (The Cargo Book).
            environment["CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS"] = "cargo:token";
        }

        if (cargo.Configuration.HasWrapper)
        {
            environment["RUSTC_WRAPPER"] = "";
        }

        if (Sqlx(cargo, folder) is not null)
        {
            environment["SQLX_OFFLINE"] = "true";
        }

        if (!cargo.HasFlags)
        {
            environment["RUSTFLAGS"] = $"--remap-path-prefix={SourceDirectory}=. --remap-path-prefix=/usr/local/cargo=/cargo";
        }

        return environment;
    }

    /// <summary>Finds the data by which sqlx checks queries without a database.</summary>
    private static string? Sqlx(CargoProject cargo, ProjectFolder folder) =>
        !cargo.Crates.Contains("sqlx") && !cargo.Crates.Contains("sqlx-macros") ? null
        : folder.First([".sqlx", "sqlx-data.json", .. cargo.Packages.Select(package => package.Folder + ".sqlx")]);

    private static Stage WithDependencies(ProjectFolder folder, Stage builder, CargoProject cargo, RustProjectSettings settings,
        RustTarget target)
    {
        var fetch = cargo is { NeedsDownloads: true, Vendor: null };
        if (fetch || cargo.Vendor is not null || target.Triple is not null)
        {
            builder = builder.Manifests(folder, cargo.Manifests,
                "The manifests change less often than the source: what they ask for stays in the cache.");
        }

        builder = cargo.Vendor is null
            ? builder
            : builder.CopyNames([folder.InContext(cargo.Vendor)], cargo.Vendor.TrimEnd('/') + "/")
                .Because("The vendored crates, in a layer of their own: nothing is downloaded.");
        builder = target.Triple is null && cargo.Configuration.Target is { } configured
            ? builder.Run($"rustup target add {ShellWord.Quoted(configured)}").Because("The target that the Cargo configuration names.")
            : target.Into(builder);
        if (fetch)
        {
            string[] placeholders = [.. cargo.Packages.SelectMany(package => package.Placeholders()).Distinct(StringComparer.Ordinal)];
            var folders = placeholders.Select(file => file[..file.LastIndexOf('/')]).Distinct(StringComparer.Ordinal);
            builder = builder.Run(
                    ShellWord.Sequence($"mkdir -p {Words(folders)}", $"touch {Words(placeholders)}", "cargo fetch" + Locked(cargo),
                        $"rm {Words(placeholders)}"),
                    [.. Registry(), .. Credentials.Mounts(settings)])
                .Because(
                    "Fetches the crates once; a change of the source does not repeat it. Cargo wants to see sources, so empty ones stand "
                        + "in for them.");
        }

        return builder.Source(folder, cargo.Outside);
    }

    private static string Build(CargoProject cargo, RustProjectSettings settings, string package, string binary, string program,
        RustTarget target)
    {
        var options = Locked(cargo) + target.Options
            + (cargo.Packages.Count > 1 ? $" --package {ShellWord.Quoted(package)}" : "") + $" --bin {ShellWord.Quoted(binary)}"
            + (settings.DefaultFeatures == false ? " --no-default-features" : "")
            + (settings.Features.Count == 0 ? "" : " --features " + ShellWord.Quoted(string.Join(',', settings.Features)));
        var source = target.Folder(cargo) + ShellWord.Quoted(binary);
        var vendor = cargo.Vendor is null ? "" : " -o -path " + ShellWord.Quoted("./" + cargo.Vendor.TrimEnd('/'));
        return ShellWord.Sequence(
            $"find .{string.Concat(cargo.Outside.Select(outside => " " + ShellWord.Quoted(outside)))} \\( -path ./target{vendor} \\) "
                + "-prune -o -type f -exec touch {} +", "cargo build --release" + options, $"cp {source} {ShellWord.Quoted(program)}");
    }

    /// <exception cref="MultiStageException">There is no program, or there are several, and none was chosen.</exception>
    private static (string Package, string Binary) Program(CargoProject cargo, RustProjectSettings settings, ProjectFolder folder)
    {
        var packages = cargo.Packages.Where(
            package => package.Package is not null && (settings.Package is null || package.Package == settings.Package)).ToList();
        if (packages.Count == 0)
        {
            throw new MultiStageException(
                $"'{folder.Path}' has no package{(settings.Package is null ? "" : $" '{settings.Package}'")}. There are: "
                    + $"{string.Join(", ", cargo.Packages.Select(package => package.Package).OfType<string>())}.");
        }

        var all = packages.SelectMany(package => package.Binaries(folder).Select(binary => (Package: package.Package!, Binary: binary)))
            .ToList();
        var candidates = all.Where(candidate => settings.Binary is null || candidate.Binary == settings.Binary).ToList();
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        if (settings.Binary is null && packages.Where(package => package.DefaultRun is not null).ToList() is [{ } chosen])
        {
            return (chosen.Package!, chosen.DefaultRun!);
        }

        if (settings is { Binary: null, Package: null } && Meant(cargo, candidates) is { } meant)
        {
            return meant;
        }

        if (settings.Binary is null
            && packages is [{ Package: { } only }]
            && candidates.FirstOrDefault(candidate => candidate.Binary == only) is { Binary: not null } own)
        {
            return own;
        }

        throw new MultiStageException(
            all.Count == 0 ? $"'{folder.Path}' has no program: no src/main.rs, nothing in src/bin, and no [[bin]] in its Cargo.toml."
            : candidates.Count == 0
            ? $"'{folder.Path}' has no program '{settings.Binary}'. There are: "
                + $"{string.Join(", ", all.Select(candidate => candidate.Binary))}."
            : candidates.Select(candidate => candidate.Binary).Distinct(StringComparer.Ordinal).Count() == 1
                ? $"'{folder.Path}' has the program '{candidates[0].Binary}' in several packages: "
                    + $"{string.Join(", ", candidates.Select(candidate => candidate.Package))}. Choose one, as in rust.Package = "
                    + $"\"{candidates[0].Package}\"."
                : $"'{folder.Path}' has several programs: {string.Join(", ", candidates.Select(candidate => candidate.Binary))}. Choose "
                    + $"one, as in rust.Binary = \"{candidates[0].Binary}\".");
    }

    /// <summary>
    /// Chooses among the programs of a workspace as Cargo does: the default members, or else the root's own package; and without what helps
    /// (examples, tasks of the repository). Null where that leaves several.
    /// </summary>
    private static (string Package, string Binary)? Meant(CargoProject cargo, IReadOnlyList<(string Package, string Binary)> candidates)
    {
        var folders = cargo.Packages.Where(package => package.Package is not null)
            .GroupBy(package => package.Package!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Folder, StringComparer.Ordinal);
        var left = candidates.Where(candidate => !(candidate.Package is "xtask" || candidate.Binary is "xtask"
            || folders[candidate.Package]
                .Split('/')
                .Any(part => part is "examples" or "example" or "benches" or "fuzz" or "tools" or "tests"))).ToList();
        string[] defaults = cargo.Root.DefaultMembers.Count > 0 ? [.. cargo.Root.DefaultMembers.Select(member => member.Trim('.', '/'))]
            : cargo.Root.Package is not null ? [""] : [];
        var chosen = defaults.Length == 0
            ? left
            : [.. left.Where(candidate => CargoProject.IsDefault(folders[candidate.Package], defaults))];
        return chosen is [var one] ? one
            : chosen.Count > 1
                && cargo.Root.Package is { } root
                && chosen.Where(candidate => candidate.Package == root && candidate.Binary == root).ToList() is [var own] ? own
            : left is [var last] ? last : null;
    }

    private static ChosenBase Base(RustProjectSettings settings, bool musl) =>
        ChosenBase.Of("Rust", settings, BaseFlavor.Scratch, new Dictionary<BaseFlavor, string>
    {
        [BaseFlavor.Scratch] = "scratch",
        [BaseFlavor.Distroless] = musl ? "gcr.io/distroless/static-debian13:nonroot" : "gcr.io/distroless/cc-debian13:nonroot",
        [BaseFlavor.Alpine] = "alpine:3",
        [BaseFlavor.Slim] = "debian:trixie-slim",
    });

    /// <summary>What Rust's own images link; those of Alpine link statically where nothing else is said.</summary>
    private static NativeProgram Native(RustProjectSettings settings, string program) => new(
        ShellWord.Quoted(program),
        ChosenBase.LibraryOf(settings.BuilderImage ?? "rust:trixie", settings) is var library && library == CLibrary.Musl
            ? CLibrary.Unknown
            : library,
        "Set rust.Musl = true, or choose another base, as in rust.Flavor = BaseFlavor.Slim.");

    private static string? Test(ProjectFolder folder, CargoProject cargo) =>
        HasTests(folder, cargo) ? "cargo test" + Locked(cargo) + (cargo.Root.IsWorkspace ? " --workspace" : "") : null;

    private static bool HasTests(ProjectFolder folder, CargoProject cargo) => folder.Find("*.rs")
        .Where(path => cargo.Vendor is null || !path.StartsWith(cargo.Vendor.TrimEnd('/') + "/", StringComparison.Ordinal))
        .Any(
            path => folder.Read(path) is var text
                && (text.Contains("#[test]", StringComparison.Ordinal) || text.Contains("::test]", StringComparison.Ordinal)));

    private static IReadOnlyList<string> Findings(CargoProject cargo, string package, string binary, RustVersion rust) =>
    [
        .. rust.Asked is { } asked ? [$"{asked.File} asks for Rust {asked.Text}"] : Array.Empty<string>(),
        .. cargo.Root.IsWorkspace
            ? [$"Cargo.toml makes a workspace of {cargo.Packages.Count(member => member.Package is not null)} packages"]
            : Array.Empty<string>(),
        $"the program is '{binary}' of the package '{package}'",
        .. cargo.Vendor is { } vendor ? [$"the crates are vendored in '{vendor}'"] : Array.Empty<string>(),
    ];

    private static IReadOnlyList<Assumption> Assumptions(CargoProject cargo, RustProjectSettings settings, RustVersion rust,
        ProjectFolder folder, string binary) =>
    [
        .. rust.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null
            ? [new Assumption(
                $"no rust-toolchain.toml and no rust-version name a version of Rust: {rust.Image}, the newest, builds. Set "
                    + "ToolchainVersion to keep to one.")]
            : Array.Empty<Assumption>(),
        .. rust.Asked is { Range: not null } least
            ? [new Assumption($"{least.File} names the least version of Rust: {rust.Image} builds. Set ToolchainVersion for another.")]
            : Array.Empty<Assumption>(),
        .. rust.Assumptions,
        .. Others(cargo, settings, folder, binary),
        .. Sqlx(cargo, folder) is null
            && cargo.Crates.Contains("sqlx-macros")
            && folder.Find("*.rs")
                .Any(
                    path => folder.Read(path) is var text
                        && text.Contains("sqlx::query", StringComparison.Ordinal)
                        && text.Contains("!(", StringComparison.Ordinal))
            ? [new Assumption(
                "sqlx checks queries while it compiles, and there is neither a database nor .sqlx with what to check by: run 'cargo sqlx "
                    + "prepare --workspace', and commit what it makes.", Doubtful: true)] : Array.Empty<Assumption>(),
        .. cargo.HasLock
            ? Array.Empty<Assumption>()
            : [new Assumption(
                "there is no Cargo.lock: each build takes the newest versions of what it depends on. Commit the one that 'cargo "
                    + "generate-lockfile' makes.")],
        .. cargo.HasFlags
            ? [new Assumption(
                "the Cargo configuration has rustflags, which are kept: paths of the builder stay in the program unless they have "
                    + "--remap-path-prefix.")]
            : Array.Empty<Assumption>(),
    ];

    private static IEnumerable<Assumption> Others(CargoProject cargo, RustProjectSettings settings, ProjectFolder folder, string binary)
    {
        string[] others = [.. cargo.Packages.SelectMany(package => package.Binaries(folder))
            .Distinct(StringComparer.Ordinal)
            .Where(other => other != binary)];
        return others.Length == 0 || settings.Binary is not null ? []
            : [new Assumption(
                $"the program is taken to be '{binary}'; there are others: {string.Join(", ", others)}. Set rust.Binary for one of them.")];
    }

    private static string Locked(CargoProject cargo) => cargo.HasLock ? " --locked" : "";

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord.Quoted));

    private static IEnumerable<RunMount> Registry() =>
        [RunMount.Cache("/usr/local/cargo/registry"), RunMount.Cache("/usr/local/cargo/git/db")];

    private static IEnumerable<RunMount> Caches(ProjectFolder folder, CargoProject cargo, string binary) =>
        [.. cargo is { NeedsDownloads: true, Vendor: null } ? Registry() : [],
            RunMount.Cache(folder.In(SourceDirectory) + "/target", $"cargo-target-{ProjectDescription.NameFrom(binary)}", "locked")];
}
