using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A platform that is named is built for on the machine's own, where the toolchain can.</summary>
public sealed class CrossPlatformTests : FolderFixture
{
    private const string Csproj =
        "<Project "
            + "Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>"
            + "</PropertyGroup></Project>";

    [SetUp]
    public void Fill() => _folder.File("main.go", "package main\n").File("app.csproj", Csproj);

    private ImageProject Go(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings { Name = "x", ToolchainVersion = "1.24" };
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private ImageProject DotNet(DotNetDeployment deployment) =>
        DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings { Deployment = deployment });

    private static string Text(ImageProject project, string? target = null) => project.ForPlatform(target).ToDockerfile().ToString();

    [Test]
    public void Go_compiles_for_the_platform_that_the_image_is_for() =>
        Assert.That(Text(Go()), Does.StartWith(
            """
            FROM --platform=$BUILDPLATFORM golang:1.24 AS builder
            WORKDIR /src
            COPY main.go ./
            ARG TARGETOS
            ARG TARGETARCH
            ARG TARGETVARIANT
            RUN --mount=type=cache,target=/root/.cache/go-build GOOS="$TARGETOS" GOARCH="$TARGETARCH" GOARM="$(test "$TARGETARCH" = arm ↩
            && echo "${TARGETVARIANT#v}")" CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /bin/x main.go

            """.Unfolded()));

    [Test]
    public void The_files_of_the_system_are_made_without_emulation() =>
        Assert.That(Text(Go(go => go.CaCertificates = true)), Does.Contain("FROM --platform=$BUILDPLATFORM golang:1.24 AS system-files\n"));

    [Test]
    public void DotNet_restores_and_publishes_for_it() =>
        Assert.That(Text(DotNet(DotNetDeployment.FrameworkDependent)),
            Does.StartWith("FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS builder\n")
            .And.Contain("-p:SelfContained=false -p:UseAppHost=false ${TARGETARCH:+-a $TARGETARCH}\n")
                .And.Match("dotnet publish .*-p:SelfContained=false.* \\$\\{TARGETARCH:\\+-a \\$TARGETARCH\\}\n"));

    [Test]
    public void Without_BuildKit_the_text_builds_as_it_did() =>
        Assert.That(Go().ForPlatform(null).ToDockerfile().ForLegacyBuilder().ToString(),
            Does.StartWith("FROM golang:1.24 AS builder\n").And.Contain("ARG TARGETARCH\n"));

    [Test]
    public void A_variant_runs_on_the_platform_it_is_built_for() =>
        Assert.That(Text(Go(), Variant.Development), Is.EqualTo(Go().ToDockerfile().ToString()));

    private void Cargo(params string[] crates) => _folder.File("Cargo.toml", "[package]\nname = \"x\"\n")
        .File("src/main.rs", "fn main() {}")
        .File("Cargo.lock", string.Concat(crates.Select(crate => $"[[package]]\nname = \"{crate}\"\n")));

    private ImageProject Rust(bool musl = false) => RustPreset.Describe(_folder.Path, new RustProjectSettings { Musl = musl });

    [Test]
    public void Rust_compiles_for_it_and_takes_the_libraries_that_its_compiler_brings()
    {
        Cargo("ring", "cc", "zstd-sys");
        Assert.That(Text(Rust()),
            Does.StartWith("FROM --platform=$BUILDPLATFORM rust:1.98 AS builder\n")
                .And.Match(@"ARG TARGETARCH\nRUN [^\n]* name=""\$\(case ""\$TARGETARCH"" in amd64\) echo x86_64-linux-gnu ;;")
                .And.Contain("RUN sed \"s/^arm-/armv7-/; s/^riscv64-/riscv64gc-/; s/-linux/-unknown-linux/\" /cross > /rust-target \\\n"
                    + " && rustup target add \"$(cat /rust-target)\"\n")
                .And.Contain("cargo build --release --locked --target \"$(cat /rust-target)\" "
                    + "--config \"target.$(cat /rust-target).linker=\\\"$(cat /cross)-gcc\\\"\" --bin x \\\n"
                    + " && cp target/\"$(cat /rust-target)\"/release/x /bin/x\n")
                .And.Contain("FROM builder AS shared-libraries\nRUN name=\"$(cat /cross)\" \\\n && mkdir -p /shared-libraries/lib \\\n"
                    + " && set -- /bin/x \\\n")
                .And.Contain("COPY --from=shared-libraries /shared-libraries/ /\n").And.Not.Contain("ldd "));
    }

    [Test]
    public void Rust_links_musl_for_it_by_its_own_linker()
    {
        Cargo("serde");
        Assert.That(Text(Rust(musl: true)),
            Does.Contain("s/-linux/-unknown-linux/; s/gnu/musl/\" /cross")
                .And.Contain(".linker=\\\"rust-lld\\\"\"").And.Not.Contain("uname -m"));
    }

    [TestCase("openssl-sys", false)]
    [TestCase("pq-sys", false)]
    [TestCase("alsa-sys", false)]
    [TestCase("cc", true)]
    public void Rust_that_needs_more_of_the_other_processor_is_emulated(string crate, bool musl)
    {
        Cargo(crate);
        Assert.That(Text(Rust(musl)), Is.EqualTo(Rust(musl).ToDockerfile().ToString()));
    }

    [Test]
    public void C_compiles_for_it_where_no_library_of_the_system_is_linked()
    {
        _folder.File("main.c", "int main() {}\n");
        Assert.That(Text(C()), Does.StartWith("FROM --platform=$BUILDPLATFORM gcc:14 AS builder\n").And.Contain(
            "RUN \"$(cat /cross)-gcc\" $CFLAGS $LDFLAGS -s -o /bin/x main.c\n")
                .And.Contain("\"$(cat /cross)-readelf\" -lW /bin/x | grep -q INTERP"));
        _folder.File("Makefile", "x: main.c\n\t$(CC) -o x main.c -lm\n");
        Assert.That(Text(C()), Does.Contain("make -j\"$(nproc)\" CC=\"$(cat /cross)-gcc\" CXX=\"$(cat /cross)-g++\" \\\n"
            + " && install -D -s --strip-program=\"$(cat /cross)-strip\" x /bin/x\n"));
        _folder.File("Makefile", "x: main.c\n\t$(CC) -o x main.c -lz\n");
        Assert.That(Text(C()), Is.EqualTo(C().ToDockerfile().ToString()));
        _folder.File("configure.ac", "AC_INIT([x], [1])\nAC_CHECK_LIB([m], [pow])\n");
        Assert.That(Text(C()), Does.Contain("./configure --prefix=/usr/local --host=\"$(cat /cross)\" --disable").And.Contain(
            "-exec \"$(cat /cross)-strip\" --strip-unneeded"));
        _folder.File("CMakeLists.txt", "project(x C)\nadd_executable(x main.c)\n");
        Assert.That(Text(C()), Does.Contain(" -DCMAKE_C_COMPILER=\"$(cat /cross)-gcc\" -DCMAKE_CXX_COMPILER=\"$(cat /cross)-g++\""));
        _folder.File("CMakeLists.txt", "project(x C)\nfind_package(ZLIB)\nadd_executable(x main.c)\n");
        Assert.That(Text(C()), Is.EqualTo(C().ToDockerfile().ToString()));
    }

    [TestCase("CMakeLists.txt", "project(x C)\nadd_executable(x main.c)\ntry_run(A B d s.c)\n")]
    [TestCase("CMakeLists.txt", "project(x C)\nif(CMAKE_SYSTEM_PROCESSOR MATCHES x86)\nendif()\nadd_executable(x main.c)\n")]
    [TestCase("CMakeLists.txt", "project(x C)\nadd_custom_command(OUTPUT a.h COMMAND gen)\nadd_executable(x main.c)\n")]
    [TestCase("configure.ac", "AC_INIT([x], [1])\nAC_FUNC_MALLOC\n")]
    [TestCase("Makefile", "x: main.c\n\tgcc -o x main.c\n")]
    [TestCase("Makefile", "LD = g++\nx: main.c\n\t$(LD) -o x main.c\n")]
    public void C_that_runs_what_it_builds_or_names_its_compiler_is_emulated(string file, string text)
    {
        _folder.File("main.c", "int main() {}\n").File(file, text);
        Assert.That(Text(C()), Is.EqualTo(C().ToDockerfile().ToString()));
    }

    private ImageProject C() => CPreset.Describe(_folder.Path, new CProjectSettings { Name = "x" });

    [Test]
    public void Go_compiles_the_C_code_of_its_modules_for_it()
    {
        _folder.File("go.mod", "module x\ngo 1.24\n").File("main.go",
            "package main\nimport _ \"github.com/mattn/go-sqlite3\"\nfunc main() {}\n");
        Assert.That(Text(Go()), Does.StartWith("FROM --platform=$BUILDPLATFORM golang:1.24 AS builder\n").And.Contain(
            "GOARCH=\"$TARGETARCH\" CC=\"$(cat /cross)-gcc\" CXX=\"$(cat /cross)-g++\" CGO_ENABLED=1 go build").And.Contain(
                "\"$name-readelf\" -dW \"$file\""));
        Assert.That(Text(Go(go => go.Flavor = BaseFlavor.Slim)), Does.Contain(" && mkdir -p /shared-libraries \\\n && set -- /bin/x \\\n"
            + " && while").And.Contain("LD_LIBRARY_PATH=/usr/local/lib"));
    }

    [TestCase("[[package]]\nname = \"a\"\nfiles = [{file = \"a-1-py3-none-any.whl\"}]\n", true)]
    [TestCase("[[package]]\nname = \"a\"\nfiles = [{file = \"a-1-cp313-cp313-musllinux_1_2_x86_64.whl\"}, "
        + "{file = \"a-1-py3-none-any.whl\"}]\n", false)]
    [TestCase("[[package]]\nname = \"a\"\nfiles = [{file = \"a-1-cp313-cp313-manylinux_2_28_x86_64.whl\"}]\n", false)]
    [TestCase("[[package]]\nname = \"a\"\nfiles = [{file = \"a-1-py3-none-any.whl\"}]\n[[package]]\nname = \"b\"\nfiles = [\"b.tar.gz\"]\n",
        false)]
    [TestCase("[[package]]\nname = \"a\"\n[metadata.files]\na = [{file = \"a-1-py3-none-any.whl\"}]\n", false)]
    public void Python_installs_once_what_is_the_same_for_all(string locked, bool isOnce)
    {
        _folder.File("pyproject.toml", "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\na = \"1\"\n").File("poetry.lock", locked)
            .File("main.py", "print()\n");
        var project = PythonPreset.Describe(_folder.Path, new PythonProjectSettings());
        Assert.That(Text(project).Contains("RUN ! find /venv -name \"*.so\" | grep .\n", StringComparison.Ordinal), Is.EqualTo(isOnce));
        Assert.That(Text(project).StartsWith("FROM --platform=$BUILDPLATFORM python:", StringComparison.Ordinal), Is.EqualTo(isOnce));
    }

    [Test]
    public void What_needs_the_target_platform_itself_is_emulated_as_before()
    {
        foreach (var project in (ImageProject[])[Go(go => go.Cgo = true), DotNet(DotNetDeployment.NativeAot),
            Go(go => go.Stages.Add(Cake.MultiStage.Dockerfiles.Stage.From("a").Named("own")))])
        {
            Assert.That(Text(project), Is.EqualTo(project.ToDockerfile().ToString()));
        }
    }
}
