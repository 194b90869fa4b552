using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>go-scratch</c>: one file, on scratch.</summary>
public sealed class GoScratchTests(string buildKit) : RecipeTests("go-scratch", buildKit)
{
    protected override string SourceFile => "main.go";

    protected override string BuildStep => "go build";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "Hello from a multi-stage build!\n")));
}
