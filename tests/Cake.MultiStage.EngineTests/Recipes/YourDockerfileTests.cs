using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>your-dockerfile</c>: a Dockerfile that exists, built as it stands.</summary>
public sealed class YourDockerfileTests(string buildKit) : RecipeTests("your-dockerfile", buildKit)
{
    protected override string SourceFile => "main.go";

    protected override string BuildStep => "go build";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "Hello from a multi-stage build!\n")));
}
