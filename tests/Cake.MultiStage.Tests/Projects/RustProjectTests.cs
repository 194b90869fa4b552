using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class RustProjectTests : FolderFixture
{
    private ImageProject Project(Action<RustProjectSettings>? configure = null)
    {
        var settings = new RustProjectSettings();
        configure?.Invoke(settings);
        return RustPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<RustProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private void Single(string more = "") =>
        _folder.File("Cargo.toml", "[package]\nname = \"tool\"\nrust-version = \"1.85\"\n" + more).File("src/main.rs", "fn main() {}\n");

    private void Workspace() => _folder
        .File("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nserde = \"1\"\n")
        .File("Cargo.lock", "version = 4\n\n[[package]]\nname = \"serde\"\nsource = \"registry+x\"\n")
        .File("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85.1\"\n")
        .File("crates/server/Cargo.toml",
            "[package]\nname = \"server\"\n[dependencies]\nwords = { path = \"../words\" }\nserde = { workspace = true }\n")
                .File("crates/server/src/main.rs")
        .File("crates/words/Cargo.toml", "[package]\nname = \"words\"\n[[bench]]\nname = \"speed\"\n")
        .File("crates/words/src/lib.rs", "#[test]\n");

    [Test]
    public void A_workspace_fetches_its_crates_before_the_source_comes_in()
    {
        Workspace();
        Assert.That(Text(), Does.StartWith(
            """
            FROM rust:1.85.1 AS builder
            ENV CARGO_PROFILE_RELEASE_STRIP=symbols
            ENV RUSTFLAGS="--remap-path-prefix=/src=. --remap-path-prefix=/usr/local/cargo=/cargo"
            WORKDIR /src
            COPY Cargo.toml Cargo.lock rust-toolchain.toml ./
            COPY crates/server/Cargo.toml crates/server/
            COPY crates/words/Cargo.toml crates/words/
            RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/usr/local/cargo/git/db mkdir -p ↩
            crates/server/src crates/words/src crates/words/benches \
             && touch crates/server/src/lib.rs crates/server/src/main.rs crates/words/src/lib.rs crates/words/src/main.rs ↩
            crates/words/benches/speed.rs \
             && cargo fetch --locked \
             && rm crates/server/src/lib.rs crates/server/src/main.rs crates/words/src/lib.rs crates/words/src/main.rs ↩
            crates/words/benches/speed.rs
            COPY . .
            """.Unfolded()).And.Contain(
                " && cargo build --release --locked --package server --bin server \\\n && cp target/release/server /bin/server\n")
                    .And.Contain("(cargo test --locked --workspace)"));
    }

    [Test]
    public void Without_crates_from_elsewhere_nothing_is_fetched_and_the_program_brings_its_libraries()
    {
        Single();
        Assert.That(Text(),
            Does.StartWith("FROM rust:1.98 AS builder\n").And.Not.Contain("cargo fetch").And.Contain(
                "FROM builder AS shared-libraries\n").And.Contain("ldd /bin/tool").And.Contain("FROM scratch AS final\n").And.Contain(
                    "USER 65532:65532\nENTRYPOINT [\"/bin/tool\"]\n"));
    }

    [Test]
    public void Musl_is_linked_statically()
    {
        Single();
        var text = Text(rust => rust.Musl = true);
        Assert.That(text,
            Does.Contain("rustup target add \"$(uname -m)-unknown-linux-musl\"\n")
                .And.Contain("--target \"$(uname -m)-unknown-linux-musl\" --bin tool")
                    .And.Contain("cp target/\"$(uname -m)-unknown-linux-musl\"/release/tool /bin/tool").And.Not.Contain("ldd"));
    }

    [TestCase(BaseFlavor.Distroless, "FROM gcr.io/distroless/cc-debian13:nonroot AS final")]
    [TestCase(BaseFlavor.Slim, "FROM debian:trixie-slim AS final")]
    [TestCase(BaseFlavor.Alpine, "FROM alpine:3 AS final")]
    public void Each_flavor_has_its_base(BaseFlavor flavor, string line)
    {
        Single();
        Assert.That(Text(rust => rust.Flavor = flavor), Does.Contain(line + "\n"));
    }

    [Test]
    public void Several_programs_are_listed_and_one_can_be_chosen()
    {
        Single();
        _folder.Files("src/bin/other.rs", "src/bin/third/main.rs");
        Assert.That(Text(), Does.Contain("--bin tool"), "src/main.rs is the package's own program");
        File.Delete(_folder["src/main.rs"]);
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("other, third").And.Message.Contains("rust.Binary = \"other\""));
        Assert.That(Text(rust => rust.Binary = "third"), Does.Contain("--bin third"));
    }

    [Test]
    public void The_default_run_is_the_program()
    {
        Single("default-run = \"other\"\n");
        _folder.File("src/bin/other.rs");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { "/bin/other" }));
    }

    [Test]
    public void Vendored_crates_are_a_layer_of_their_own()
    {
        Single("[dependencies]\nserde = \"1\"\n");
        _folder.File(".cargo/config.toml", "[source.vendored-sources]\ndirectory = \"vendor\"\n")
            .File("vendor/serde/Cargo.toml", "[package]\nname = \"serde\"\n");
        Assert.That(Text(),
            Does.Contain("COPY vendor vendor/\nCOPY . .\n").And.Not.Contain("cargo fetch").And.Contain("-o -path ./vendor"));
    }

    [Test]
    public void Credentials_are_mounted_where_crates_are_fetched()
    {
        Workspace();
        Assert.That(Text(rust => rust.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("x")),
            Does.Contain("--mount=type=secret,id=cargo-credentials,target=/usr/local/cargo/credentials.toml"));
    }

    [Test]
    public void Flags_of_the_project_are_kept_and_told()
    {
        Single();
        _folder.File(".cargo/config.toml", "[build]\nrustflags = [\"-Ctarget-cpu=native\"]\n");
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.Some.Contains("rustflags"));
        Assert.That(Text(), Does.Not.Contain("RUSTFLAGS"));
    }

    [TestCase("", "no Cargo.toml")]
    [TestCase("[package", "is not valid TOML")]
    [TestCase("[package]\nname = \"lib\"\n", "has no program")]
    public void What_is_no_program_is_told(string manifest, string message)
    {
        if (manifest.Length > 0)
        {
            _folder.File("Cargo.toml", manifest);
        }

        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
    }

    [Test]
    public void Findings_and_assumptions_say_what_was_read_and_assumed()
    {
        Single();
        Assert.That(Project().Findings,
            Has.Some.EqualTo("Cargo.toml asks for Rust 1.85 or newer").And.Some.EqualTo("the program is 'tool' of the package 'tool'"));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text),
            Has.Some.Contains("least version of Rust").And.Some.Contains("no Cargo.lock"));
    }
}
