using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What builds a project in C or C++, and what that needs.</summary>
public sealed class CBuildTests : FolderFixture
{
    private ImageProject Project(Action<CProjectSettings>? configure = null)
    {
        var settings = new CProjectSettings();
        configure?.Invoke(settings);
        return CPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<CProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void Autotools_make_the_configure_script_where_it_is_not_there()
    {
        _folder.File("configure.ac", "AC_INIT([words], [1.0])\nPKG_CHECK_MODULES([UV], [libuv])\n")
            .File("Makefile.am", "bin_PROGRAMS = words \\\n  other\nTESTS = a\n")
            .File("src/main.c");
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.EqualTo(
            "the program is taken to be words, which is called as the project; there are others: other. Set c.Program for one of them."));
        Assert.That(Project(c => c.Program = "words").Assumptions.Select(one => one.Text), Has.None.Contains("called as the project"));
        Assert.That(Text(),
            Does.Contain("--no-install-recommends autoconf automake libtool pkg-config gettext;").And.Contain("libuv1-dev").And.Contain(
            "autoreconf --force --install \\\n && ./configure --prefix=/usr/local --disable-dependency-tracking --disable-shared "
                + "--enable-static \\\n && make -j\"$(nproc)\" \\\n && make install DESTDIR=/install")
            .And.Contain("ENTRYPOINT [\"/usr/local/bin/words\"]").And.Contain("make check"));
        _folder.File("configure", "PACKAGE_NAME='words'");
        Assert.That(Text(c => c.Program = "words"), Does.Not.Contain("autoreconf").And.Contain("./configure"));
    }

    [TestCase("autogen.sh")]
    [TestCase("bootstrap")]
    public void A_script_of_the_project_makes_the_configure_script(string script)
    {
        _folder.File("configure.ac", "m4_include([version.m4])\nAC_INIT([words], [1.0])\n").File("Makefile.am", "bin_PROGRAMS = words\n")
            .File("main.c").File(script);
        Assert.That(Text(), Does.Contain($"RUN chmod +x {script} \\\n && NOCONFIGURE=1 ./{script} \\\n && ./configure ")
            .And.Not.Contain("autoreconf"));
        _folder.File("configure", "PACKAGE_NAME='words'");
        Assert.That(Text(), Does.Not.Contain(script));
    }

    [TestCase("configure.ac", "AC_INIT([words], [1.0])\nAC_PROG_YACC\nAC_CHECK_PROG([GPERF], [gperf], [yes])\n", "bison gperf")]
    [TestCase("CMakeLists.txt", "project(words)\nfind_package(BISON REQUIRED)\nfind_package(FLEX)\nadd_executable(words a.c)\n",
        "bison flex libfl-dev")]
    [TestCase("meson.build", "project('words', 'c')\nnasm = find_program('nasm')\nexecutable('words', 'a.c')\n", "nasm")]
    public void What_writes_sources_is_installed(string file, string text, string packages)
    {
        _folder.File(file, text).File("a.c");
        Assert.That(Text(), Does.Contain($" --no-install-recommends {packages}; else"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.None.Contains("of which no package is known"));
    }

    [Test]
    public void A_program_whose_name_a_function_takes_is_none()
    {
        _folder.File("CMakeLists.txt",
            "project(words)\nadd_executable(wordsutil a.c)\nfunction(add name)\n  add_executable(${name} a.c)\nendfunction()\n")
            .File("a.c");
        Assert.That(Text(), Does.Contain("--target wordsutil \\\n"));
    }

    [TestCase("default: all\n\n.DEFAULT:\n\tcd src && $(MAKE) $@\n")]
    [TestCase("all:\n\t@$(MAKE) -C src all\n")]
    public void A_Makefile_that_has_make_work_in_a_folder_makes_what_is_made_there(string makefile)
    {
        _folder.File("Makefile", makefile).File("src/main.c")
            .File("src/Makefile", "SERVER=words-server$(SUFFIX)\n.PHONY: all\nall: $(SERVER) words-cli\n$(SERVER): main.o\n\tcc\n");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(
            "makes several programs: src/words-server, src/words-cli. Choose one, as in c.Program = \"src/words-server\"."));
        Assert.That(Text(c => c.Program = "src/words-server"), Does.Contain("install -D -s src/words-server /bin/words-server"));
    }

    [TestCase("meson.build", "project('words', 'c')\nd = [ dependency('fuse3', version: '>= 3.1.0'), dependency('gthread-2.0') ]\n"
        + "executable('words', 'main.c')\n", "libfuse3-dev", "gthread-2.0")]
    [TestCase("CMakeLists.txt", "project(words)\nfind_path(JSON-C_INCLUDE_DIR NAMES json.h)\nfind_library(JSON-C_LIBRARY NAMES json-c)\n"
        + "find_package(CURL)\nadd_executable(words main.c)\n", "libjson-c-dev", "curl")]
    public void What_a_build_looks_for_is_installed_however_it_is_written(string file, string text, string package, string shared)
    {
        _folder.File(file, text).File("main.c");
        Assert.That(Text(), Does.Contain(" " + package));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.Some.Contains(shared));
    }

    [Test]
    public void Libtool_links_statically_by_a_word_of_its_own()
    {
        _folder.File("configure.ac", "AC_INIT([words], [1.0])\nLT_INIT\n").File("Makefile.am", "bin_PROGRAMS = words\n").File("main.c");
        Assert.That(Text(),
            Does.Contain("make -j\"$(nproc)\" LDFLAGS=\"-all-static -Wl,--gc-sections -Wl,--build-id=none\" \\\n && make install"));
        Assert.That(Text(c => c.Static = false), Does.Not.Contain("-all-static"));
    }

    [Test]
    public void A_finished_configure_script_names_the_program()
    {
        _folder.File("configure", "#!/bin/sh\nPACKAGE_NAME='words'\n").File("Makefile.in").File("main.c");
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"/usr/local/bin/words\"]"));
    }

    [Test]
    public void Meson_builds_with_ninja()
    {
        _folder.File("meson.build",
            "project('words', 'c')\nuv = dependency('libuv')\nexecutable('words', 'main.c', dependencies: uv)\nexecutable('test_words', "
                + "'test.c')\ntest('a', t)\n").File("main.c");
        Assert.That(Text(), Does.Contain("--no-install-recommends meson ninja-build pkg-config;").And.Contain(
            "meson setup /build --prefix=/usr/local --libdir=lib --buildtype=release --default-library=static --prefer-static \\\n && "
                + "meson compile -C /build \\\n && install -D -s \"$(find /build -type f -perm -u+x -name words | head -n 1)\" /bin/words")
            .And.Contain("meson test -C /build --print-errorlogs"));
        _folder.File("meson.build", "project('words', 'c')\nexecutable(meson.project_name(), 'main.c', install : true)\n");
        Assert.That(Text(),
            Does.Contain("meson install -C /build --destdir /install --strip").And.Contain("ENTRYPOINT [\"/usr/local/bin/words\"]"));
    }

    [Test]
    public void The_file_that_CMake_writes_may_be_called_otherwise()
    {
        _folder.File("CMakeLists.txt",
            "project(words)\nadd_executable(words_bin main.c)\nadd_executable(words_tests t.c)\nset_target_properties(words_bin PROPERTIES "
                + "OUTPUT_NAME \"${PROJECT_NAME}\")\n").File("main.c");
        Assert.That(Text(),
            Does.Contain(
                "--target words_bin \\\n && install -D -s \"$(find /build -type f -perm -u+x -name words | head -n 1)\" /bin/words")
                    .And.Contain("ENTRYPOINT [\"/bin/words\"]"));
    }

    [TestCase(".PHONY: all build\nall: build\nbuild: server\nserver: main.o\n\tcc -o $@ $^\n", "server")]
    [TestCase("all: tool lib.a\ntool: x.o\n\tcc\n", "tool")]
    [TestCase("default: words\nwords: a.o\n\tcc\nclean:\n\trm\n", "words")]
    [TestCase(".PHONY: everything\neverything: words\nwords: a.o\n\tcc\n", "words")]
    public void The_first_goal_of_a_Makefile_leads_to_its_program(string makefile, string program)
    {
        _folder.File("Makefile", makefile).File("main.c");
        Assert.That(Text(), Does.Contain($"install -D -s {program} /bin/{program}"));
    }

    [Test]
    public void A_Makefile_whose_first_goal_is_no_file_is_asked_about()
    {
        _folder.File("Makefile", "help:\n\t@echo help\nwords: a.o\n\tcc\n").File("main.c");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "names no program that could be recognised").And.Message.Contains(
                "c.Program = "));
    }

    [Test]
    public void Sources_that_are_not_one_program_are_refused()
    {
        for (var number = 0; number < 31; number++)
        {
            _folder.File($"a{number}.c", "void f() {}");
        }

        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "has 31 sources and nothing that says how they are built").And.Message.Contains("MultiStageProject("));
        Directory.Delete(_folder.Path, recursive: true);
        _folder.Folder("").File("a.c", "int main() { return 0; }").File("b.c", "int main(void) { return 0; }");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("has 2 sources")
                .And.Message.Contains("They are not one program"));
    }

    [TestCase("find_package(CURL REQUIRED)", "curl")]
    [TestCase("pkg_check_modules(DEPS REQUIRED glib-2.0>=2.50 zlib)", "glib-2.0")]
    [TestCase("add_library(core SHARED a.c)", "a shared library of its own")]
    public void A_program_that_links_only_dynamically_ships_with_its_libraries(string line, string reason)
    {
        _folder.File("CMakeLists.txt", $"project(words)\n{line}\nadd_executable(words main.c)\n").File("main.c");
        Assert.That(Text(), Does.Contain("AS shared-libraries").And.Not.Contain("-static"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.Some.Contains($"as its build takes {reason}"));
        Assert.That(Text(c => c.Static = true), Does.Contain("LDFLAGS=\"-static ").And.Not.Contain("shared-libraries"));
    }

    [Test]
    public void Libraries_that_link_statically_are_installed_and_a_foreign_package_manager_is_told()
    {
        _folder.File("CMakeLists.txt",
            "project(words)\nfind_package(fmt REQUIRED)\nfind_package(Threads)\nadd_executable(words main.cpp)\n")
            .File("main.cpp")
            .File("vcpkg.json", "{}");
        Assert.That(Text(), Does.Contain("--no-install-recommends libfmt-dev;").And.Contain("-static"));
        Assert.That(Project().Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Doubtful && one.Text.StartsWith("vcpkg.json names packages", StringComparison.Ordinal)));
    }
}
