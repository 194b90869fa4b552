using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class CProjectTests : FolderFixture
{
    private const string Flags = "\"-O2 -ffunction-sections -fdata-sections -ffile-prefix-map=/src=.\"";

    private ImageProject Project(Action<CProjectSettings>? configure = null)
    {
        var settings = new CProjectSettings();
        configure?.Invoke(settings);
        return CPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<CProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void A_Makefile_builds_a_static_program_for_scratch()
    {
        _folder.File("Makefile", "NAME := greet\n\nall: $(NAME)\n\n$(NAME): main.o\n\t$(CC) -o $@ $^\n\ntest: all\n\t./greet\n");
        Assert.That(Text(), Is.EqualTo(
            $$"""
            FROM gcc:14 AS builder
            ENV CFLAGS={{Flags}}
            ENV CXXFLAGS={{Flags}}
            ENV LDFLAGS="-static -Wl,--gc-sections -Wl,--build-id=none"
            WORKDIR /src
            COPY . .
            ARG SOURCE_DATE_EPOCH
            RUN make -j"$(nproc)" \
             && install -D -s greet /bin/greet
            RUN if ldd /bin/greet >/dev/null 2>&1; then echo "greet is linked dynamically: use LDFLAGS in the build, or set Static = ↩
            false." >&2; exit 1; fi

            FROM builder AS test-run
            RUN mkdir -p /test-results \
             && { (make test); echo $? > /test-results/exit-code; } 2>&1 | tee /test-results/output.txt

            FROM builder AS development
            EXPOSE 1234
            CMD ["/bin/greet"]

            FROM test-run AS test
            RUN tail -n 20 /test-results/output.txt; exit "$(cat /test-results/exit-code)"

            FROM scratch AS final
            COPY --from=builder /bin/greet /bin/greet
            USER 65532:65532
            ENTRYPOINT ["/bin/greet"]

            """.Unfolded()));
    }

    [Test]
    public void CMake_builds_the_program_and_its_tests_report_as_JUnit()
    {
        _folder.File("CMakeLists.txt", "project(squeeze)\nadd_executable(${PROJECT_NAME} main.cpp)\nadd_test(NAME x COMMAND squeeze)\n");
        Assert.That(Text(),
            Does.Contain("cmake --build /build --parallel \"$(nproc)\" --target squeeze \\\n").And.Contain("/bin/squeeze\n")
                .And.Contain("--output-junit /test-results/ctest.xml").And.Contain("command -v cmake"));
    }

    [Test]
    public void What_CMake_installs_ships()
    {
        _folder.File("CMakeLists.txt", "project(a)\nadd_executable(a a.c)\ninstall(TARGETS a)\n");
        Assert.That(Text(),
            Does.Contain("DESTDIR=/install cmake --install /build --strip").And.Contain("COPY --from=builder /install/ /\n")
                .And.Contain("ENTRYPOINT [\"/usr/local/bin/a\"]"));
        Assert.That(Text(c => c.Install = false), Does.Contain("COPY --from=builder /bin/a /bin/a\n"));
    }

    [Test]
    public void Sources_alone_are_compiled()
    {
        _folder.Files("main.cpp", "lib/b.c", "test/t.cpp");
        Assert.That(Text(c => (c.Name, c.Options) = ("app", ["-lz"])),
            Does.Contain("RUN g++ $CXXFLAGS $LDFLAGS -s -o /bin/app main.cpp lib/b.c -lz\n"));
    }

    [TestCase(null, "FROM scratch AS final\n", "COPY --from=shared-libraries /shared-libraries/ /\n")]
    [TestCase(BaseFlavor.Distroless, "FROM gcr.io/distroless/cc-debian13:nonroot AS final\n",
        "COPY --from=shared-libraries /shared-libraries/ /usr/local/lib/\n")]
    [TestCase(BaseFlavor.Slim, "FROM debian:trixie-slim AS final\n", "COPY --from=shared-libraries /shared-libraries/ /usr/local/lib/\n")]
    public void A_dynamic_program_brings_its_libraries(BaseFlavor? flavor, string start, string copy)
    {
        _folder.File("main.c");
        var text = Text(c => (c.Static, c.Flavor) = (false, flavor));
        Assert.That(text,
            Does.Contain(start).And.Contain(copy).And.Contain("FROM builder AS shared-libraries\n")
                .And.Not.Contain("if ldd").And.Not.Contain("-static"));
        Assert.That(text.Contains("ENV LD_LIBRARY_PATH=/usr/local/lib\n", StringComparison.Ordinal), Is.EqualTo(flavor is not null));
        Assert.That(text.Contains("nss_", StringComparison.Ordinal), Is.EqualTo(flavor is not null),
            "only a base without a C library gets the builder's");
    }

    [Test]
    public void Several_programs_are_listed_and_one_can_be_chosen()
    {
        _folder.File("CMakeLists.txt", "add_executable(a a.c)\nadd_executable(b b.c)\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("a, b").And.Message.Contains("c.Program = \"a\""));
        Assert.That(Text(c => c.Program = "b"), Does.Contain("ENTRYPOINT [\"/bin/b\"]"));
    }

    [Test]
    public void A_folder_without_sources_is_told() =>
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a C or C++ project"));
}
