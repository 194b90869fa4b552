using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What a Cargo project's configuration, lock and members say of building it.</summary>
public sealed class RustBuildTests : FolderFixture
{
    private ImageProject Project(Action<RustProjectSettings>? configure = null)
    {
        var settings = new RustProjectSettings();
        configure?.Invoke(settings);
        return RustPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<RustProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private TemporaryFolder Package(string folder = "", string name = "app", string rest = "") =>
        _folder.File(folder + "Cargo.toml", $"[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n{rest}")
            .File(folder + "src/main.rs", "fn main() {}");

    [TestCase("RUN cargo build --release --features sqlite,postgres", "--features sqlite,postgres",
        "Dockerfile builds with the features sqlite, postgres: so does this image. Set rust.Features for others.")]
    [TestCase("ARG DB=sqlite,mysql\nRUN cargo build -F \"${DB}\" --no-default-features", "--no-default-features --features sqlite,mysql",
        "Dockerfile builds with the features sqlite, mysql, and without the default ones: so does this image. "
            + "Set rust.Features for others.")]
    [TestCase("RUN xx-cargo build --no-default-features", "--no-default-features",
        "Dockerfile builds without the default features: so does this image. Set rust.Features for others.")]
    [TestCase("ARG MORE\nRUN cargo build --features=tls,$MORE", "--features tls",
        "Dockerfile names features by $MORE, which has no value there: this image is built without. "
            + "Set rust.Features where the program needs them.")]
    public void The_features_are_those_of_the_project_s_own_Dockerfile(string lines, string options, string told)
    {
        Package().File("Dockerfile", $"FROM rust\n{lines}\nRUN cargo install --features other --bin other x\n"
            + "RUN cargo install sqlx-cli --no-default-features --features postgres\nCMD [\"app\"]\n");
        Assert.That(Text(), Does.Contain($"cargo build --release --bin app {options} \\\n"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.EqualTo(told));
        Assert.That(Text(rust => rust.Features = ["mine"]), Does.Contain("--bin app --features mine \\\n"));
        Assert.That(Text(rust => rust.ReadDockerfile = false), Does.Contain("--bin app \\\n"));
    }

    [Test]
    public void Default_features_can_be_left_out()
    {
        Package();
        Assert.That(Text(rust => rust.DefaultFeatures = false), Does.Contain("--bin app --no-default-features \\\n"));
    }

    [Test]
    public void What_a_build_script_in_a_folder_of_its_own_reads_is_not_read_when_the_program_runs()
    {
        Package(rest: "build = \"build/main.rs\"\n").File("build/main.rs", "fn main() { std::fs::read_to_string(\"data/names.txt\"); }")
            .File("build/names.rs", "fn read() { std::fs::read_to_string(\"data/names.txt\"); }").File("data/names.txt", "a");
        Assert.That(Text(), Does.Not.Contain("data/names.txt"));
    }

    [TestCase("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85\"\n", true)]
    [TestCase("rust-toolchain", "stable\n", true)]
    [TestCase("rust-toolchain", "1.90.0\n", false)]
    [TestCase("rust-toolchain", "beta\n", false)]
    [TestCase("rust-toolchain", "nightly\n", false)]
    [TestCase("note.txt", "", false)]
    public void The_image_s_toolchain_is_kept_where_rustup_would_download_another(string file, string text, bool isKept)
    {
        _folder.File("Cargo.toml", "[package]\nname = \"a\"\n").File("src/main.rs").File(file, text);
        const string Line = "WORKDIR /src\nRUN rustup override set \"$(rustup default | cut -d \" \" -f 1)\"\n";
        Assert.That(Text().Contains(Line, StringComparison.Ordinal), Is.EqualTo(isKept));
        Assert.That(Text(rust => rust.BuilderImage = "rust:1.80"), Does.Not.Contain("rustup override"));
    }

    [Test]
    public void A_version_that_is_set_counts_for_rustup_too_with_the_parts_that_the_file_names()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"a\"\n").File("src/main.rs").File("rust-toolchain.toml",
            "[toolchain]\nchannel = \"1.90.0\"\ntargets = [\"wasm32-unknown-unknown\"]\ncomponents = [\"clippy\", \"rust-src\"]\n");
        Assert.That(Text(rust => rust.ToolchainVersion = "1.91"), Does.StartWith("FROM rust:1.91 ").And.Contain(
            "-f 1)\" \\\n && rustup target add wasm32-unknown-unknown \\\n && rustup component add rust-src\n"));
    }

    [Test]
    public void A_file_that_the_manifest_calls_otherwise_is_no_other_program()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"store\"\n[[bin]]\nname = \"store-cli\"\npath = \"src/bin/cli.rs\"\n"
            + "[[bin]]\nname = \"store-server\"\npath = \"src/bin/server/main.rs\"\n")
            .File("src/bin/cli.rs").File("src/bin/server/main.rs");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(
            "has several programs: store-cli, store-server. Choose one, as in rust.Binary = \"store-cli\"."));
    }

    [Test]
    public void A_target_of_the_configuration_is_where_the_program_is()
    {
        Package().File(".cargo/config.toml",
            "[build]\ntarget = \"x86_64-unknown-linux-gnu\"\ntarget-dir = \"out\"\nrustc-wrapper = \"sccache\"\n");
        Assert.That(Text(),
            Does.Contain("rustup target add x86_64-unknown-linux-gnu")
                .And.Contain("cp target/x86_64-unknown-linux-gnu/release/app /bin/app")
            .And.Contain("ENV CARGO_TARGET_DIR=/src/target").And.Contain("ENV RUSTC_WRAPPER=\"\"\n"));
        _folder.File(".cargo/config.toml", "[build]\ntarget = \"x86_64-unknown-linux-musl\"\n");
        Assert.That(Text(), Does.Contain("--target \"$(uname -m)-unknown-linux-musl\"").And.Not.Contain("shared-libraries"));
        _folder.File(".cargo/config.toml", "[build]\ntarget = \"thumbv7em-none-eabihf\"\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "builds for 'thumbv7em-none-eabihf', which runs in no Linux container"));
    }

    [Test]
    public void Linkers_of_the_configuration_are_installed()
    {
        Package().File(".cargo/config.toml",
            "[target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\nrustflags = [\"-C\", "
                + "\"link-arg=-fuse-ld=mold\"]\n\n[target.x86_64-pc-windows-msvc]\nlinker = \"lld\"\n");
        Assert.That(Text(), Does.Contain("--no-install-recommends clang mold;"));
    }

    [TestCase("prost-build", "protobuf-compiler")]
    [TestCase("bindgen", "libclang-dev")]
    [TestCase("cmake", "cmake")]
    [TestCase("alsa-sys", "libasound2-dev")]
    public void What_build_scripts_need_is_installed(string crate, string package)
    {
        Package().File("Cargo.lock", $"[[package]]\nname = \"{crate}\"\nversion = \"1.0.0\"\nsource = \"registry\"\n");
        Assert.That(Text(), Does.Contain($"--no-install-recommends {package};"));
    }

    [Test]
    public void Where_a_crate_brings_protoc_none_is_installed()
    {
        Package().File("Cargo.lock", "[[package]]\nname = \"prost-build\"\n\n[[package]]\nname = \"protoc-bin-vendored\"\n");
        Assert.That(Text(), Does.Not.Contain("apt-get"));
    }

    [Test]
    public void Queries_of_sqlx_are_checked_by_its_data()
    {
        Package()
            .File("Cargo.lock", "[[package]]\nname = \"sqlx\"\n\n[[package]]\nname = \"sqlx-macros\"\n")
            .File("src/main.rs", "fn main() { sqlx::query!(\"select 1\"); }");
        Assert.That(Project().Assumptions,
            Has.Some.Matches<Assumption>(one => one!.Doubtful && one.Text.Contains("cargo sqlx prepare", StringComparison.Ordinal)));
        _folder.File(".sqlx/query-1.json", "{}");
        Assert.That(Text(), Does.Contain("ENV SQLX_OFFLINE=true"));
        Assert.That(Project().Assumptions, Has.None.Matches<Assumption>(one => one!.Doubtful));
    }

    [Test]
    public void The_default_members_are_what_a_workspace_is_for()
    {
        _folder.File("Cargo.toml", "[workspace]\nmembers = [\"server\", \"client\", \"xtask\"]\ndefault-members = [\"server\"]\n");
        Package("server/", "server").File("x", "");
        Package("client/", "client");
        Package("xtask/", "xtask");
        Assert.That(Text(), Does.Contain("--package server --bin server"));
        Assert.That(Project().Assumptions.Select(one => one.Text),
            Has.Some.StartsWith("the program is taken to be 'server'; there are others: client, xtask"));
        Assert.That(Text(rust => rust.Package = "client"), Does.Contain("--package client --bin client"));
    }

    [Test]
    public void The_roots_own_package_and_its_own_program_are_taken_before_members_and_others()
    {
        Package(rest: "[workspace]\nmembers = [\"helper\"]\n").File("src/bin/extra.rs", "fn main() {}");
        Package("helper/", "helper");
        Assert.That(Text(), Does.Contain("--package app --bin app"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.Some.Contains("there are others: extra, helper"));
    }

    [Test]
    public void Examples_and_tasks_of_the_repository_are_not_asked_about()
    {
        _folder.File("Cargo.toml", "[workspace]\nmembers = [\"app\", \"examples/*\", \"xtask\"]\n");
        Package("app/", "app");
        Package("examples/a/", "a");
        Package("xtask/", "xtask");
        Assert.That(Text(), Does.Contain("--package app --bin app"));
        Package("other/", "other").File("Cargo.toml", "[workspace]\nmembers = [\"app\", \"other\", \"xtask\"]\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs").And.Message.Contains("rust.Binary = "));
    }
}
