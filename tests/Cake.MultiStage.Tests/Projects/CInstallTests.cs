using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Where a build in C installs its program, and what is beside it.</summary>
public sealed class CInstallTests : FolderFixture
{
    private ImageProject Project()
    {
        _folder.File("main.c", "int main(void) { return 0; }\n");
        return CPreset.Describe(_folder.Path, new CProjectSettings());
    }

    [TestCase("install(TARGETS serve RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})", "/usr/local/sbin/serve")]
    [TestCase("install(TARGETS serve DESTINATION sbin)", "/usr/local/sbin/serve")]
    [TestCase("install(TARGETS serve DESTINATION bin)", "/usr/local/bin/serve")]
    [TestCase("install(TARGETS serve)", "/usr/local/bin/serve")]
    [TestCase("install(TARGETS ${ALL} RUNTIME DESTINATION sbin)", "/usr/local/sbin/serve")]
    [TestCase("install(TARGETS serve)\ninstall(TARGETS served RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})", "/usr/local/bin/serve")]
    [TestCase("install(TARGETS serve LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} RUNTIME DESTINATION sbin)", "/usr/local/sbin/serve")]
    [TestCase("install(TARGETS helper DESTINATION sbin)\ninstall(TARGETS serve DESTINATION bin)", "/usr/local/bin/serve")]
    public void CMake_says_the_folder(string install, string program)
    {
        _folder.File("CMakeLists.txt", $"project(serve C)\nadd_executable(serve main.c)\n{install}\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { program }));
    }

    [TestCase("fuzzel", "fuzz_parse")]
    [TestCase("honggfuzz", "parse-fuzz")]
    public void A_name_may_have_a_part_in_common_with_those_of_fuzzers(string name, string fuzzer)
    {
        _folder.File("CMakeLists.txt", $"project(all C)\nadd_executable({name} main.c)\nadd_executable({fuzzer} main.c)\n"
            + $"install(TARGETS {name})\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { $"/usr/local/bin/{name}" }));
    }

    [TestCase("bin", "/usr/local/bin/serve")]
    [TestCase("sbin", "/usr/local/sbin/serve")]
    public void Automake_says_it_as_well(string place, string program)
    {
        _folder.File("configure.ac", "AC_INIT([serve], [1])\n").File("Makefile.am", $"{place}_PROGRAMS = serve\nserve_SOURCES = main.c\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { program }));
    }

    [TestCase("MODULE")]
    [TestCase("SHARED")]
    public void What_the_program_loads_brings_its_libraries(string kind)
    {
        _folder.File("CMakeLists.txt", $"project(serve C)\nadd_executable(serve main.c)\nadd_library(extra {kind} extra.c)\n"
            + "install(TARGETS serve extra DESTINATION bin)\n");
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain(
            "ldd /install/usr/local/bin/serve $(find /install -type f -name \"*.so*\") >"));
    }

    [Test]
    public void A_folder_below_may_be_a_project_of_its_own()
    {
        _folder.File("CMakeLists.txt", "project(turn C)\nadd_subdirectory(relay)\n")
            .File("relay/CMakeLists.txt",
                "project(turnserver)\nadd_executable(${PROJECT_NAME} main.c)\ninstall(TARGETS ${PROJECT_NAME})\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { "/usr/local/bin/turnserver" }));
    }

    [Test]
    public void A_file_that_the_install_step_does_not_bring_is_no_argument()
    {
        _folder.File("CMakeLists.txt", "project(serve C)\nadd_executable(serve main.c)\ninstall(TARGETS serve)\n")
            .File("Dockerfile", "FROM alpine:3\nENTRYPOINT [\"/app/bin/serve\", \"/app/etc/serve.conf\"]\n");
        Assert.That(Project().Cmd, Is.Empty);
        Assert.That(Project().Entrypoint, Has.Count.EqualTo(1));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.Contains("of which this image lacks /app/etc/serve.conf"));
    }

    [Test]
    public void A_Makefile_that_loops_over_folders_has_their_programs()
    {
        _folder.File("Makefile",
            "SUBDIRS = src\nSUBDIRS += extra\n\ndefault: all\n\n.DEFAULT:\n\tfor dir in $(SUBDIRS); do $(MAKE) -C $$dir $@; "
            + "done\n").File("src/Makefile", "NAME=keep$(SUFFIX)\nall: $(NAME)\n\n$(NAME): keep.o\n\tcc -o $@ $^\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { "/bin/keep" }));
    }

    [Test]
    public void A_program_that_may_detach_itself_is_told()
    {
        _folder.File("Makefile", "serve: daemon.o\n\tcc -o serve daemon.o\n").File("daemon.c",
            "void start(void) { if (daemon(0, 0)) exit(1); }\n");
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.StartsWith(
            "daemon.c can have the program go on in the background"));
        _folder.File("Dockerfile", "FROM alpine:3\nCMD [\"serve\", \"-f\"]\n");
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.None.Contains("background"));
    }

    [Test]
    public void Requirements_of_scripts_beside_it_make_no_project_of_Python()
    {
        _folder.File("CMakeLists.txt", "project(serve C)\nadd_executable(serve main.c)\n").File("main.c").File("requirements.txt",
            "paho-mqtt\n")
            .File("run_tests.py");
        Assert.That(ProjectDetector.Choose(new ProjectFolder(_folder.Path)).Ecosystem, Is.EqualTo(Ecosystem.C));
        _folder.File("manage.py");
        Assert.That(() => ProjectDetector.Choose(new ProjectFolder(_folder.Path)), Throws.InstanceOf<MultiStageException>());
    }
}
