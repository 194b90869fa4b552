using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Hints;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Go;

/// <summary>
/// The preset for Go: modules are downloaded before the source comes in, the module and build caches are mounted, and
/// the program is linked statically, without paths of the builder, symbols and debug information.
/// </summary>
internal static class GoPreset
{
    private const string SourceDirectory = "/src";
    private const string User = "65532:65532";
    private const string DebuggerPort = "2345";

    // Without BuildKit these are empty, which is the machine's own platform to Go (its command's documentation, "Environment variables").
    private const string Target =
        "GOOS=\"$TARGETOS\" GOARCH=\"$TARGETARCH\" GOARM=\"$(test \"$TARGETARCH\" = arm && echo \"${TARGETVARIANT#v}\")\" ";

    private const string CrossTarget = "GOARCH=\"$TARGETARCH\" ";

    private static IReadOnlyList<string> Ignored => ["**/*.test", "**/*.prof", "**/coverage.out"];

    private static CredentialsFile Credentials => new("netrc", "/root/.netrc");

    public static EcosystemPreset Entry => new(Ecosystem.Go, EcosystemPreset.By<GoProjectSettings>(Describe))
    {
        Manifests = ["go.work", "go.mod"],
        Sources = ["*.go"],
        Read = (files, sign) => sign.File != "go.mod" || files.HasAnywhere("*.go") ? sign
            : sign with { Strength = SignStrength.Helper, Reading = "modules, as there is no Go source" },
    };

    public static ImageProject Describe(string path, GoProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        return Owner(folder) is var (owner, file)
            ? Describe(owner, InOwner(owner, folder, settings)).Widened($"'{folder.Path}' is a part of what {file} above it describes")
            : Describe(folder, settings);
    }

    /// <summary>Finds the module that a folder is a package of, or the workspace that a module belongs to.</summary>
    private static (ProjectFolder Owner, string File)? Owner(ProjectFolder folder) =>
        folder.Has("go.work") ? null
        : folder.Above("go.work") is { } workspace && GoModule.Uses(workspace, workspace.Described) ? (workspace, "go.work")
        : !folder.Has("go.mod") && folder.Above("go.mod") is { } module && new GoSource(folder).Programs.Count > 0 ? (module, "go.mod")
        : null;

    /// <summary>Writes the settings as they are seen from there: the package is the described one, and its name stays.</summary>
    private static GoProjectSettings InOwner(ProjectFolder owner, ProjectFolder folder, GoProjectSettings settings)
    {
        var source = new GoSource(folder);
        var package = Package(settings, source, folder);
        return ImageProjectSettings.Changed(settings, go =>
        {
            go.Package = "./"
                + (package == "."
                    ? owner.Described.TrimEnd('/')
                    : owner.Described + package[(package.StartsWith("./", StringComparison.Ordinal) ? 2 : 0)..]);
            go.Name ??= ProjectDescription.NameFrom(
                GoModule.Read(folder)?.Name ?? (package == "." ? folder.Name : PosixPath.NameOf(package)));
        });
    }

    private static ImageProject Describe(ProjectFolder folder, GoProjectSettings settings)
    {
        var module = GoModule.Read(folder);
        var source = new GoSource(folder, module?.Members);
        folder = module is null ? folder : folder.Reaching(module.Outside, "go.mod");
        if (module is null && source.OwnFiles.Count == 0)
        {
            throw new MultiStageException($"'{folder.Path}' is not a Go project: it has neither a go.mod nor a .go file.");
        }

        var own = GoOwnBuild.Of(folder, source, settings);
        var other = own is { Ships: true, Package: { } theirs } && settings.Package is { } ours
            && ours.StartsWith('.') && theirs != ours.TrimEnd('/') ? theirs : null;
        own = other is null ? own : null;
        List<Assumption> learned = [];
        if (own is { Package: { } built } && settings.Package is null && source.Programs.Count > 1)
        {
            settings = ImageProjectSettings.Changed(settings, go => go.Package = built);
            learned.Add(
                new Assumption($"{own.File} builds {built} of {string.Join(", ", source.Programs)}: so does this image. Set go.Package "
                + "for another."));
        }

        var package = module is null ? null : Package(settings, source, folder);
        var tags = own?.Tags(package) ?? [];
        if (own is { Ships: true } && tags.Count > 0 && settings.BuildTags.Count == 0)
        {
            settings = ImageProjectSettings.Changed(settings, go => go.BuildTags = [.. tags]);
            learned.Add(
                new Assumption($"{own.File} builds with the tags {string.Join(", ", tags)}: so does this image. Set go.BuildTags "
                + "for others."));
        }
        else if (own is not null && tags.Count > 0 && settings.BuildTags.Count == 0)
        {
            learned.Add(
                new Assumption($"{own.File} has lines that build with the tags {string.Join(", ", tags)}, on which sources depend: "
                + "this image is built without. Set go.BuildTags where the program needs them.", Doubtful: true));
        }

        var packages = package is null ? null : source.Reached(package, module!.Path);
        var usesC = source.UsesC(packages);
        var natives = GoNatives.Of(source, packages);
        var theirCgo = own?.Cgo(package);
        var cgo = settings.Cgo ?? theirCgo?.IsOn ?? (usesC || natives is not null);
        if (settings.Cgo is null && theirCgo is var (said, saying) && said != (usesC || natives is not null))
        {
            learned.Add(new Assumption($"{saying} builds with CGO_ENABLED={(said ? "1" : "0")}: so does this image. Set go.Cgo for the "
                + "other."));
        }

        var stamps = GoStamps.Of(folder, module?.Path,
            settings.ReadDockerfile ? OwnDockerfile.Of(folder)?.File : null);
        var name = settings.Name ?? ProjectDescription.NameFrom(module?.Name ?? folder.Name);
        var program = "/bin/" + name;
        var target = module is null
            ? string.Join(' ', source.OwnFiles.Select(ShellWord.Quoted))
            : ShellWord.Quoted(package!);
        var version = GoVersion.Choose(folder, module, settings, ToolchainTable.Default);
        var start = BuilderSteps.Start(GoVersion.Image(version.Tag), settings, folder.In(SourceDirectory),
            packages: cgo ? natives?.Building : null);
        var pages = Pages(folder, source);
        var crossed = cgo && IsCrossed(usesC, natives, settings);
        var build = Build(settings, cgo, program, target, stamps);
        RunMount[] mounts = [.. ModuleCache(module), BuildCache()];
        var reason = cgo ? "Links C code in; -trimpath keeps the builder's paths out of the program."
            : "Links the program statically, so that it needs no library; -trimpath keeps the builder's paths out of it.";
        var final = Base(settings, cgo);
        return new Preset
        {
            Name = name,
            Stages = [.. pages.Select(page => page.Stage)],
            Builder = WithSource(start).Run(build, mounts).Because(reason),
            CrossBuilder = !cgo
                ? WithSource(start).ForTarget("TARGETOS", "TARGETARCH", "TARGETVARIANT").Run(Target + build, mounts).Because(reason)
                : crossed
                ? WithSource(start.WithCrossCompiler()).Run($"{CrossTarget}{CrossCompiler.Variables} {build}", mounts).Because(reason)
                : null,
            Base = final,
            BaseReason = cgo || final.Flavor != BaseFlavor.Scratch
                ? null
                : "A static Go program needs no operating system: it ships on an empty base.",
            Native = cgo ? Native(settings, program, version.Tag) with { IsCrossed = crossed } : null,
            Artifacts = [new Artifact(program, program) { Reason = "The program is all that ships." }],
            User = User,
            Source = folder.In(SourceDirectory),
            Reads = ProgramReads.Of(folder, SourceLanguage.Go, source.Sources, source.Embedded, Homes(target), settings, Ignored),
            Listens = SourcePorts.OfGo(source.SourcesOf(packages)),
            OtherProgram = other,
            NeedsCertificates = source.CallsByTls,
            NeedsTimeZones = source.LooksUpTimeZones,
            Entrypoint = [program],
            Development = new DevelopmentSteps(["go", "run", .. module is null ? source.OwnFiles : [target]], DebuggerPort),
            Tests = new TestSteps(Test(source, module, cgo), mounts),
            Credentials = Credentials,
            Ignored = [.. Ignored, .. pages.Count > 0 ? NodeSteps.Ignored : []],
            Findings = [.. Findings(module, usesC, natives, cgo, target),
                .. pages.Select(page => $"{page.Folder} makes the pages in {page.Target}, which the program embeds")],
            Assumptions = [.. Assumptions(module, settings, version), .. learned, .. pages.SelectMany(page => page.Site.Assumptions),
                .. Doubts(folder, source, natives, settings, target, pages)],
        }.Compose(folder, settings, [.. pages.SelectMany(page => page.Site.Included)]).WidenedTo(folder, "go.mod replaces modules by "
            + "folders outside of its own");

        Stage WithSource(Stage stage)
        {
            stage = module is null ? stage.CopyNames(source.OwnFiles, "./") : WithModules(stage, module, settings, folder);
            stage = pages.Aggregate(stage, (current, page) => page.Into(current, folder.In(SourceDirectory)));
            return stamps.Select(stamp => stamp.Argument).Distinct(StringComparer.Ordinal).Aggregate(stage, (current, argument) =>
                current.Arg(argument, "unknown")
                    .Because("What the program says of its own version; building by an alias takes it from git."));
        }
    }

    /// <summary>Tells whether a compiler for another processor suffices: the C code lies in modules that bring all of it.</summary>
    private static bool IsCrossed(bool usesC, GoNatives? natives, GoProjectSettings settings) =>
        !usesC && natives is { Building.Count: 0 } && settings is { BuilderImage: null, BuilderPackages.Count: 0 };

    private static Stage WithModules(Stage builder, GoModule module, GoProjectSettings settings, ProjectFolder folder)
    {
        if (folder.Has("vendor/modules.txt"))
        {
            builder = builder
                .CopyNames(module.Manifests.Where(manifest => !manifest.Contains('/', StringComparison.Ordinal)).Select(folder.InContext),
                    "./").Because("The manifests of the modules change less often than the source.")
                .CopyNames([folder.InContext("vendor")], "vendor/")
                .Because("The vendored modules, in a layer of their own: nothing is downloaded.");
            return builder.Source(folder, module.Outside);
        }

        builder = builder.Manifests(folder, module.Manifests,
            "The manifests of the modules change less often than the source: what they ask for stays in the cache.");
        builder = module.HasSums ? builder.Run("go mod download", [.. ModuleCache(module), .. Credentials.Mounts(settings)])
            .Because("Downloads the modules once; a change of the source does not repeat it.") : builder;
        return builder.Source(folder, module.Outside);
    }

    private static string Build(
        GoProjectSettings settings, bool cgo, string program, string target, IReadOnlyList<(string Variable, string Argument)> stamps)
    {
        var flags = ShellWord.Quoted(settings.LinkerFlags);
        if (stamps.Count > 0)
        {
            // The shell is to put the arguments' values in.
            flags = "\""
                + (flags.StartsWith('"') ? flags[1..^1] : flags)
                + string.Concat(stamps.Select(stamp => $" -X {stamp.Variable}=${stamp.Argument}"))
                + "\"";
        }

        var tags = settings.BuildTags.Count == 0 ? "" : $"-tags={ShellWord.Quoted(string.Join(',', settings.BuildTags))} ";
        return $"CGO_ENABLED={(cgo ? "1" : "0")} go build -trimpath {tags}-ldflags={flags} -o {ShellWord.Quoted(program)} {target}";
    }

    /// <exception cref="MultiStageException">There are several programs, and none was chosen.</exception>
    private static string Package(GoProjectSettings settings, GoSource source, ProjectFolder folder)
    {
        var programs = source.Programs;
        if (settings.Package is { } given)
        {
            // A package that is not named by its folder is looked for by Go itself.
            var path = given == "." || given.StartsWith("./", StringComparison.Ordinal) ? given.TrimEnd('/') : null;
            return path is null || programs.Contains(path, StringComparer.Ordinal) ? given : throw new MultiStageException(
                $"The package '{given}' in '{folder.Path}' is not a program: no file there has 'package main'. "
                + (programs.Count == 0 ? "Nor has any other folder one." : $"The programs are: {string.Join(", ", programs)}."));
        }

        if (programs.Count == 0)
        {
            throw new MultiStageException(source.HasFiles
                ? $"'{folder.Path}' holds no program: no file has 'package main'. A library ships in no image."
                : $"'{folder.Path}' has a go.mod and no Go source: there is nothing to compile. Modules of Hugo have one, which "
                    + "MultiStageSite makes pages of where the site's configuration is.");
        }

        if (programs.Contains(".", StringComparer.Ordinal))
        {
            return ".";
        }

        var meant = source.Meant;
        var name = GoModule.Read(folder)?.Name ?? folder.Name;
        return meant.Count == 1 ? meant[0]
            : meant.FirstOrDefault(package => package == $"./cmd/{name}") is { } named ? named
            : meant.Count > 1 ? throw new MultiStageException(
                $"'{folder.Path}' holds several programs: {string.Join(", ", meant)}. Choose one, as in go.Package = \"{meant[0]}\".")
            : throw new MultiStageException(
                $"'{folder.Path}' holds a library, which ships in no image: its only programs are examples or tools, "
                    + $"{string.Join(", ", programs)}. "
                + $"Where one of them is meant, say so, as in go.Package = \"{programs[0]}\".");
    }

    /// <summary>Returns the folders that the program may be run in: the module's, and its own.</summary>
    private static IReadOnlyList<string> Homes(string target) =>
        target.StartsWith("./", StringComparison.Ordinal) ? ["", target[2..].TrimEnd('/') + "/"] : [""];

    private static ChosenBase Base(GoProjectSettings settings, bool cgo) =>
        ChosenBase.Of("Go", settings, BaseFlavor.Scratch, new Dictionary<BaseFlavor, string>
    {
        [BaseFlavor.Scratch] = "scratch",
        [BaseFlavor.Distroless] = cgo ? "gcr.io/distroless/base-debian13:nonroot" : "gcr.io/distroless/static-debian13:nonroot",
        [BaseFlavor.Alpine] = "alpine:3",
        [BaseFlavor.Slim] = "debian:trixie-slim",
    });

    private static NativeProgram Native(GoProjectSettings settings, string program, string version) => new(
        ShellWord.Quoted(program),
        ChosenBase.LibraryOf(settings.BuilderImage ?? "golang:trixie", settings),
        $"Set go.BuilderImage = \"golang:{version}-alpine\" and go.BuilderPackages = [\"build-base\"] to build for musl, "
        + "or choose another base, as in go.Flavor = BaseFlavor.Slim.");

    private static string? Test(GoSource source, GoModule? module, bool cgo) => source.HasTests && module is not null
        ? $"CGO_ENABLED={(cgo ? "1" : "0")} go test -v -coverprofile={ReadyVariants.ResultsFolder}/coverage.out ./..."
        : null;

    private static IReadOnlyList<string> Findings(GoModule? module, bool usesC, GoNatives? natives, bool cgo, string target) =>
    [
        .. module?.Version is { } version ? [$"{module.VersionFile} asks for Go {version}"] : Array.Empty<string>(),
        .. module is { IsWorkspace: true } ? ["go.work makes a workspace of several modules"] : Array.Empty<string>(),
        .. cgo
            ?
            [
                (natives is null && !usesC ? "the project's own build has cgo on"
                    : usesC || natives is null
                    ? "a source file imports \"C\""
                    : $"a source file imports {natives.Package}, which has code in C")
                    + ": the program is linked dynamically and ships with its libraries",
            ]
            : Array.Empty<string>(),
        $"the program is built from {target}",
    ];

    private static IReadOnlyList<Assumption> Assumptions(GoModule? module, GoProjectSettings settings, VersionChoice version) =>
    [
        .. module is not null && version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null
            ? [new Assumption(
                $"{module.VersionFile} names no version of Go: {GoVersion.Image(version.Tag)}, the newest, builds. Set ToolchainVersion to "
                    + "keep to one.")] : Array.Empty<Assumption>(),
        .. version.Assumptions,
    ];

    /// <summary>
    /// Finds what makes the folders that are embedded and not there; the first only, as one package of Node's rarely makes several.
    /// </summary>
    private static IReadOnlyList<FrontEnd> Pages(ProjectFolder folder, GoSource source) => [.. source.Embedded
        .Distinct(StringComparer.Ordinal).Where(path => path != "." && FrontEnd.IsEmpty(folder, path, page: true))
        .Select(path => FrontEnd.For(folder, path)).OfType<FrontEnd>().Take(1)];

    private static IEnumerable<Assumption> Doubts(ProjectFolder folder, GoSource source, GoNatives? natives, GoProjectSettings settings,
        string target,
        IReadOnlyList<FrontEnd> pages)
    {
        foreach (var path in source.Embedded.Distinct(StringComparer.Ordinal).Where(path => path != "." && folder.HasFolder(path)
            && pages.All(page => page.Target != path) && FrontEnd.IsEmpty(folder, path)))
        {
            yield return new Assumption(
                $"the program embeds '{path}', which holds nothing but its place: it would lack what belongs there. "
                + "Make it before, as 'npm run build' or 'go generate' do, and see that .dockerignore does not leave it out.",
                Doubtful: true);
        }

        if (settings.Package is null
            && source.Meant.Where(package => package != target).ToList() is { Count: > 0 } others
            && target.StartsWith("./", StringComparison.Ordinal))
        {
            yield return new Assumption(
                $"the program is taken to be {target}, which is called as the module; there are others: {string.Join(", ", others)}. Set "
                    + "go.Package for one of them.");
        }

        if (settings.Cgo == false && natives is not null)
        {
            yield return new Assumption(
                $"a source file imports {natives.Package}, which has code in C: without cgo it does not work. Remove go.Cgo = false.",
                Doubtful: true);
        }

        foreach (var (file, pattern) in source.MissingEmbedded.Where(one => pages.All(
            page => page.Target != GoSource.Fixed(one.File[..(one.File.LastIndexOf('/') + 1)] + one.Pattern))))
        {
            yield return new Assumption(
                $"{file} embeds '{pattern}', which doesn't exist: Go will not build it. Make it before, as 'npm run build' or 'go "
                    + "generate' "
                    + "do, and see that "
                + ".dockerignore does not leave it out.", Doubtful: true);
        }
    }

    private static IEnumerable<RunMount> ModuleCache(GoModule? module) => module is null ? [] : [RunMount.Cache("/go/pkg/mod")];

    private static RunMount BuildCache() => RunMount.Cache("/root/.cache/go-build");
}
