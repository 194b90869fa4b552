using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>c-static</c>: a Makefile, linked statically, on scratch.</summary>
public sealed class CStaticTests(string buildKit) : RecipeTests("c-static", buildKit)
{
    protected override string SourceFile => "greeting.c";

    protected override string BuildStep => "make -j";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "Hello, world!\n")));
}
