using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A project that says in CMakePresets.json how it is configured is configured so.</summary>
public sealed class CMakePresetTests : FolderFixture
{
    private const string Base =
        """{ "name": "base", "hidden": true, "generator": "Ninja", "cacheVariables": { "CMAKE_BUILD_TYPE": "Debug", "WITH_TLS": true } }""";

    private const string Debug = """{ "name": "debug", "inherits": "base" }""";

    private const string Release =
        """{ "name": "fast", "inherits": ["base"], "cacheVariables": { "CMAKE_BUILD_TYPE": { "type": "STRING", "value": "Release" } } }""";

    [SetUp]
    public void Fill() => _folder.File("CMakeLists.txt", "project(app C)\nadd_executable(app main.c)\n").File("main.c", "int main() {}\n");

    private ImageProject Project(Action<CProjectSettings>? configure = null)
    {
        var settings = new CProjectSettings();
        configure?.Invoke(settings);
        return CPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<CProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private void Presets(params string[] presets) =>
        _folder.File("CMakePresets.json", $$"""{ "version": 6, "configurePresets": [ {{string.Join(", ", presets)}} ] }""");

    [Test]
    public void The_only_release_for_Linux_builds_with_what_its_generator_takes()
    {
        Presets(Base, Debug, Release);
        Assert.That(Text(), Does.Contain("cmake --preset fast -S . -B /build -DCMAKE_BUILD_TYPE=Release ")
            .And.Contain("--no-install-recommends ninja-build;"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.EqualTo(
            "The preset 'fast' of CMakePresets.json builds. Set c.Preset for another of debug, fast, or to \"\" for none."));
    }

    [Test]
    public void One_can_be_named_and_none_as_well()
    {
        Presets(Base, Debug, Release);
        Assert.That(Text(c => c.Preset = "debug"), Does.Contain("cmake --preset debug -S . "));
        Assert.That(Text(c => c.Preset = ""), Does.Contain("cmake -S . -B /build").And.Not.Contain("ninja-build"));
        Assert.That(() => Text(c => c.Preset = "base"), Throws.InstanceOf<MultiStageException>().With.Message.EqualTo(
            "CMakePresets.json has no preset 'base'. It has: debug, fast."));
    }

    [Test]
    public void Several_that_would_do_are_told_and_none_is_taken()
    {
        Presets(Base, Release, """{ "name": "small", "inherits": "fast" }""");
        Assert.That(Text(), Does.Not.Contain("--preset"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.Contains("has the presets fast, small, and none of them alone"));
    }

    [TestCase("""{ "type": "equals", "lhs": "${hostSystemName}", "rhs": "Windows" }""", false)]
    [TestCase("""{ "type": "notEquals", "lhs": "${hostSystemName}", "rhs": "Windows" }""", true)]
    [TestCase("""{ "type": "inList", "string": "${hostSystemName}", "list": ["Linux", "Darwin"] }""", true)]
    [TestCase("""{ "type": "notInList", "string": "${hostSystemName}", "list": ["Linux", "Darwin"] }""", false)]
    [TestCase("""{ "type": "matches", "string": "${hostSystemName}", "regex": "^Lin" }""", true)]
    [TestCase("""{ "type": "notMatches", "string": "${presetName}", "regex": "conditional" }""", false)]
    [TestCase("""{ "type": "not", "condition": { "type": "const", "value": true } }""", false)]
    [TestCase("""{ "type": "anyOf", "conditions": [ false, { "type": "equals", "lhs": "$env{CI}", "rhs": "" } ] }""", true)]
    [TestCase("""{ "type": "allOf", "conditions": [ true, false ] }""", false)]
    [TestCase("null", true)]
    public void Conditions_say_whether_one_is_for_Linux(string condition, bool isTaken)
    {
        Presets($$"""{ "name": "mine", "hidden": true, "condition": {{condition}} }""",
            """{ "name": "conditional", "inherits": "mine" }""");
        Assert.That(Text().Contains("--preset conditional ", StringComparison.Ordinal), Is.EqualTo(isTaken));
    }

    [TestCase("""{ "name": "vs", "generator": "Visual Studio 17 2022" }""")]
    [TestCase("""{ "name": "vcpkg", "toolchainFile": "$env{VCPKG_ROOT}/scripts/buildsystems/vcpkg.cmake" }""")]
    [TestCase("""{ "name": "msvc", "cacheVariables": { "CMAKE_CXX_COMPILER": "cl" } }""")]
    [TestCase("""{ "name": "debug", "cacheVariables": { "CMAKE_BUILD_TYPE": "Debug" } }""")]
    public void One_that_a_Linux_container_can_not_build_by_is_not_taken(string preset)
    {
        Presets(preset);
        Assert.That(Text(), Does.Not.Contain("--preset"));
    }

    [Test]
    public void Files_that_are_included_count_as_well()
    {
        _folder.File("cmake/ci.json", $$"""{ "version": 6, "configurePresets": [ {{Base}}, {{Release}} ] }""").File("CMakePresets.json",
            """{ "version": 6, "include": ["cmake/ci.json", "missing.json"], /* a comment */ "configurePresets": [] }""");
        Assert.That(Text(), Does.Contain("cmake --preset fast "));
        _folder.File("CMakePresets.json", "{ \"configurePresets\": [");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'CMakePresets.json' in").And.Message
            .Contains("is not valid JSON"));
    }

    [Test]
    public void A_tree_of_several_kinds_builds_its_release()
    {
        Presets(
            """{ "name": "multi", "generator": "Ninja Multi-Config", "cacheVariables": { "CMAKE_CXX_COMPILER": "/usr/bin/clang++" } }""");
        Assert.That(Text(), Does.Contain("cmake --build /build --config Release --parallel").And.Contain(
            "--no-install-recommends ninja-build clang;"));
    }
}
