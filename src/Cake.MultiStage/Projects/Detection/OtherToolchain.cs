using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>
/// A toolchain without a preset: it is called by its name, with the lines of <c>MultiStageProject</c> that build its programs.
/// </summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Manifests">The files that show it, as name patterns.</param>
/// <param name="Builder">The image with the toolchain.</param>
/// <param name="Command">What builds.</param>
/// <param name="Artifact">What ships, as the arguments of <c>Artifacts.Add</c>.</param>
/// <param name="Base">What that runs on.</param>
/// <param name="Entrypoint">What runs, as the words of a list.</param>
internal sealed partial record OtherToolchain(
    string Name, IReadOnlyList<string> Manifests, string Builder, string Command, string Artifact, string Base, string Entrypoint)
{
    private const string Debian = "debian:trixie-slim";

    /// <summary>The table. NAME stands for the project's name.</summary>
    private static IReadOnlyList<OtherToolchain> Table =>
    [
        new("Elixir", ["mix.exs"], "elixir:1.18-slim",
            "mix local.hex --force && mix local.rebar --force && MIX_ENV=prod mix do deps.get --only prod + release",
            "\"/src/_build/prod/rel/NAME/\", \"/app/\"", "elixir:1.18-slim", "\"/app/bin/NAME\", \"start\""),
        new("Erlang", ["rebar.config"], "erlang:28", "rebar3 as prod release", "\"/src/_build/prod/rel/NAME/\", \"/app/\"", Debian,
            "\"/app/bin/NAME\", \"foreground\""),
        new("Gleam", ["gleam.toml"], "ghcr.io/gleam-lang/gleam:latest-erlang-alpine", "gleam export erlang-shipment",
            "\"/src/build/erlang-shipment/\", \"/app/\"", "erlang:28-alpine", "\"/app/entrypoint.sh\", \"run\""),
        new("Flutter", ["pubspec.yaml+sdk: flutter"], "ghcr.io/cirruslabs/flutter:stable", "flutter build web",
            "\"/src/build/web/\", \"/usr/share/nginx/html/\"", "nginxinc/nginx-unprivileged:stable", ""),
        new("Dart", ["pubspec.yaml"], "dart:3", "dart pub get && mkdir -p /out && dart compile exe bin/NAME.dart -o /out/NAME",
            "\"/out/NAME\", \"/bin/NAME\"", Debian, "\"/bin/NAME\""),
        new("Swift", ["Package.swift"], "swift:6.2",
            "swift build -c release --static-swift-stdlib && cp \"$(swift build -c release --show-bin-path)/NAME\" /bin/NAME",
            "\"/bin/NAME\"", Debian, "\"/bin/NAME\""),
        new("Haskell", ["stack.yaml", "*.cabal", "cabal.project"], "haskell:9.10",
            "cabal update && cabal install --install-method=copy --installdir=/out",
            "\"/out/NAME\", \"/bin/NAME\"", Debian, "\"/bin/NAME\""),
        new("Zig", ["build.zig"], Debian, "apt-get update && apt-get install -y zig && zig build -Doptimize=ReleaseSafe --prefix /out",
            "\"/out/bin/NAME\", \"/bin/NAME\"", "scratch", "\"/bin/NAME\""),
        new("Scala (sbt)", ["build.sbt"], "sbtscala/scala-sbt:eclipse-temurin-21.0.8_9_1.11.7_3.3.7", "sbt stage",
            "\"/src/target/universal/stage/\", \"/app/\"", "eclipse-temurin:21-jre", "\"/app/bin/NAME\""),
        new("Clojure", ["project.clj", "deps.edn"], "clojure:temurin-21-lein", "lein uberjar && cp target/*-standalone.jar /app.jar",
            "\"/app.jar\"", "eclipse-temurin:21-jre", "\"java\", \"-jar\", \"/app.jar\""),
        new("Crystal", ["shard.yml"], "crystallang/crystal:latest-alpine", "shards build --release --static",
            "\"/src/bin/NAME\", \"/bin/NAME\"", "scratch", "\"/bin/NAME\""),
        new("Nim", ["*.nimble"], "nimlang/nim:latest", "nimble build -y -d:release", "\"/src/NAME\", \"/bin/NAME\"", Debian,
            "\"/bin/NAME\""),
        new("OCaml", ["dune-project", "*.opam"], "ocaml/opam:debian-13-ocaml-5.2",
            "opam install -y --deps-only . && opam exec -- dune build --release", "\"/src/_build/default/bin/main.exe\", \"/bin/NAME\"",
            Debian, "\"/bin/NAME\""),
        new("D", ["dub.json", "dub.sdl"], "dlangcommunity/ldc:latest", "dub build -b release", "\"/src/NAME\", \"/bin/NAME\"", Debian,
            "\"/bin/NAME\""),
        new("Julia", ["Project.toml"], "julia:1.12", "JULIA_DEPOT_PATH=/depot julia --project=. -e \"using Pkg; Pkg.instantiate()\"",
            "\"/src/\", \"/app/\"", "julia:1.12", "\"julia\", \"--project=/app\", \"/app/main.jl\""),
        new("Perl", ["cpanfile", "Makefile.PL", "dist.ini"], "perl:5.42", "cpanm --installdeps -L /local .", "\"/src/\", \"/app/\"",
            "perl:5.42-slim", "\"perl\", \"-I/local/lib/perl5\", \"/app/app.pl\""),
        new("R", ["DESCRIPTION", "renv.lock"], "rocker/r-ver:latest", "Rscript -e \"install.packages('renv'); renv::restore()\"",
            "\"/src/\", \"/app/\"", "rocker/r-ver:latest", "\"Rscript\", \"/app/app.R\""),
        new("Bazel", ["MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"], "gcr.io/bazel-public/bazel:latest",
            "bazel build -c opt //NAME && cp -L bazel-bin/NAME /bin/NAME", "\"/bin/NAME\"", Debian, "\"/bin/NAME\""),
    ];

    /// <summary>Finds the one whose manifest is in a folder; null where none is.</summary>
    public static (OtherToolchain Toolchain, string File)? Of(ProjectFolder folder)
    {
        var names = folder.Entries("");
        return (from row in Table
                from manifest in row.Manifests
                let parts = manifest.Split('+')
                let file = names.FirstOrDefault(name => SignFiles.Matches(parts[0], name) && folder.Has(name))
                where file is not null && (parts.Length == 1 || folder.Read(file).Contains(parts[1], StringComparison.Ordinal))
                select ((OtherToolchain Toolchain, string File)?)(row, file)).FirstOrDefault();
    }

    /// <summary>Writes what to do: the lines that describe such a project.</summary>
    public string Lines(ProjectFolder folder)
    {
        var name = ProjectDescription.NameFrom(folder.Name);
        var own = Name == "Elixir" && folder.ReadIfThere("mix.exs") is { } mix && ElixirName().Match(mix) is { Success: true } match
            ? match.Groups["name"].Value
            : name;
        string[] lines =
        [
            $"project.BuilderImage = \"{Builder}\";",
            $"project.Commands.Add({Literal(Command)});",
            $"project.Artifacts.Add({Artifact});",
            $"project.FinalBase = \"{Base}\";",
            .. Entrypoint.Length == 0 ? Array.Empty<string>() : [$"project.Entrypoint = [{Entrypoint}];"],
        ];
        return "  var app = MultiStageProject(\".\", project =>\n  {\n"
            + string.Concat(lines.Select(line => $"      {line.Replace("NAME", own, StringComparison.Ordinal)}\n")) + "  });";
    }

    private static string Literal(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    [GeneratedRegex(@"\bapp:\s*:(?<name>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ElixirName();
}
