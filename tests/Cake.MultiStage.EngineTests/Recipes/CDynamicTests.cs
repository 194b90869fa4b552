using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>c-dynamic</c>: CMake and C++ with zlib, on scratch with the libraries of the program.</summary>
public sealed class CDynamicTests(string buildKit) : RecipeTests("c-dynamic", buildKit)
{
    protected override string SourceFile => "src/main.cpp";

    protected override string BuildStep => "cmake --build";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "1000 bytes become 17\n")));
}
