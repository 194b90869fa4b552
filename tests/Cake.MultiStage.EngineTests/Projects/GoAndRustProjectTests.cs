using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>Projects in Go and Rust are locked by the real client, restored from a registry on this host, built, and run.</summary>
public sealed class GoAndRustProjectTests : WorkspaceFixture
{
    private static async Task<Dictionary<string, string>> GoAsync() => new(StringComparer.Ordinal)
    {
        ["GOPROXY"] = await PackageRegistries.AtAsync("go"), ["GOSUMDB"] = "off", ["GOFLAGS"] = "-mod=mod",
    };

    private async Task BuildGoAsync(Action<GoProjectSettings>? configure = null)
    {
        var environment = await GoAsync();
        await RealClient.RunAsync(_work, "golang:1.24", environment.Select(pair => $"{pair.Key}={pair.Value}"),
            "go mod tidy && sed -i 's/^go 1.24.*/go 1.24/' go.mod", "go.mod", "go.sum");
        environment.Remove("GOFLAGS");
        var project = _work.Cake.MultiStageGo(".", go =>
        {
            go.ToolchainVersion = "1.24";
            go.Tags.Add(_work.Tag);
            foreach (var (name, value) in environment)
            {
                go.BuilderEnvironment[name] = value;
            }

            configure?.Invoke(go);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
    }

    [Test]
    public async Task A_service_in_Go_with_its_program_in_cmd_beside_examples_and_its_version()
    {
        _work.Write("go.mod", "module example.com/shop\n\ngo 1.24\n");
        _work.Write("cmd/shop/main.go", """
            package main

            import (
                "embed"
                "fmt"
                "net/http"

                "github.com/gorilla/mux"
            )

            var version = "none"

            //go:embed pages/*.html
            var pages embed.FS

            func main() {
                router := mux.NewRouter()
                router.HandleFunc("/items/{id}", func(w http.ResponseWriter, r *http.Request) {
                    page, _ := pages.ReadFile("pages/item.html")
                    fmt.Fprintf(w, "%s %s %s", page, mux.Vars(r)["id"], version)
                })
                http.ListenAndServe(":8080", router)
            }
            """);
        _work.Write("cmd/shop/pages/item.html", "item");
        _work.Write("examples/hello/main.go", "package main\n\nfunc main() {}\n");
        _work.Write("Makefile", "build:\n\tgo build -ldflags \"-X main.version=$(VERSION)\" ./cmd/shop\n");
        await BuildGoAsync(go => go.BuildArguments["SOURCE_VERSION"] = "1.2.3");
        await using var service = await _work.Engine.ServeAsync(_work.Tag, 8080);
        Assert.That(await service.ReadAsync("/items/7"), Is.EqualTo("item 7 1.2.3"));
    }

    [Test]
    public async Task A_workspace_of_more_modules_than_an_image_has_layers(
        [Values(BuilderKind.BuildKit, BuilderKind.Legacy)] BuilderKind builder)
    {
        string[] names = [.. Enumerable.Range(1, 130).Select(number => $"m{number:000}")];
        _work.Write("go.work", $"go 1.24\n\nuse (\n\t./app\n{string.Concat(names.Select(name => $"\t./lib/{name}\n"))})\n");
        _work.Write("app/go.mod", "module example.com/app\n\ngo 1.24\n");
        _work.Write("app/main.go", """
            package main

            import (
                "fmt"

                "example.com/m130"
            )

            func main() {
                fmt.Println(m130.Name)
            }
            """);
        foreach (var name in names)
        {
            _work.Write($"lib/{name}/go.mod", $"module example.com/{name}\n\ngo 1.24\n");
            _work.Write($"lib/{name}/lib.go", $"package {name}\n\nconst Name = \"{name}\"\n");
        }

        var project = _work.Cake.MultiStageGo(".", go =>
        {
            go.ToolchainVersion = "1.24";
            go.Tags.Add(_work.Tag);
        });
        await _work.BuildAsync(project, builder);
        Assert.That((await _work.Engine.RunAsync(_work.Tag)).Output, Does.Contain("m130"));
    }

    [Test]
    public async Task A_program_in_Go_finds_what_it_reads_and_may_write_where_it_writes()
    {
        _work.Write("go.mod", "module example.com/notes\n\ngo 1.24\n");
        _work.Write("templates/note.html", "note {{.}}");
        _work.Write("words.txt", "first");
        _work.Write("main.go", """
            package main

            import (
                "html/template"
                "os"
            )

            func main() {
                pages, err := template.ParseGlob("templates/*.html")
                if err != nil {
                    panic(err)
                }

                words, err := os.ReadFile("words.txt")
                if err != nil {
                    panic(err)
                }

                if err := os.WriteFile("data/note", words, 0o644); err != nil {
                    panic(err)
                }

                pages.ExecuteTemplate(os.Stdout, "note.html", string(words))
            }
            """);
        var project = _work.Cake.MultiStageGo(".", go =>
        {
            go.ToolchainVersion = "1.24";
            go.Tags.Add(_work.Tag);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "note first")));
    }

    [Test]
    public async Task A_program_in_Go_whose_dependency_has_code_in_C()
    {
        _work.Write("go.mod", "module example.com/store\n\ngo 1.24\n");
        _work.Write("main.go", """
            package main

            import (
                "database/sql"
                "fmt"

                _ "github.com/mattn/go-sqlite3"
            )

            func main() {
                db, err := sql.Open("sqlite3", ":memory:")
                if err != nil {
                    panic(err)
                }

                var sum int
                if err := db.QueryRow("select 3 + 4").Scan(&sum); err != nil {
                    panic(err)
                }

                fmt.Println(sum)
            }
            """);
        // Debian's module takes the system's SQLite, where the real one brings its own.
        await BuildGoAsync(go => go.BuilderPackages = ["gcc", "libc6-dev", "libsqlite3-dev"]);
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "7\n")));
    }

    [Test]
    public async Task A_workspace_in_Rust_with_its_default_member_and_crates_of_a_registry()
    {
        var crates = await PackageRegistries.AtAsync("crates/");
        _work.Write("Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"tool\", \"xtask\"]\ndefault-members = "
                + "[\"tool\"]\n\n[workspace.dependencies]\nserde_json = \"1\"\n");
        _work.Write("tool/Cargo.toml",
            "[package]\nname = \"tool\"\nversion = \"1.0.0\"\nedition = \"2021\"\n\n[dependencies]\nserde_json = { workspace = true }\n");
        _work.Write("tool/src/main.rs", "fn main() { println!(\"{}\", serde_json::json!({ \"sum\": 3 + 4 })); }\n");
        _work.Write("xtask/Cargo.toml", "[package]\nname = \"xtask\"\nversion = \"1.0.0\"\nedition = \"2021\"\n");
        _work.Write("xtask/src/main.rs", "fn main() {}\n");
        _work.Write(".cargo/config.toml",
            "[build]\ntarget-dir = \"out\"\n\n[source.crates-io]\nreplace-with = \"loop\"\n\n[source.loop]\nregistry = "
                + $"\"sparse+{crates}\"\n");
        await RealClient.RunAsync(_work, "rust:1.85", [], "cargo generate-lockfile", "Cargo.lock");
        var project = _work.Cake.MultiStageRust(".", rust =>
        {
            rust.ToolchainVersion = "1.85";
            rust.Tags.Add(_work.Tag);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "{\"sum\":7}\n")));
    }
}
