using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>go-service</c>: a web service of two modules, on scratch with time zones.</summary>
public sealed class GoServiceTests(string buildKit) : RecipeTests("go-service", buildKit)
{
    protected override string SourceFile => "cmd/server/main.go";

    protected override string BuildStep => "go build";

    protected override async Task Use_the_image(string image)
    {
        await using var service = await Engine.ServeAsync(image, 8080);
        Assert.That(await service.ReadAsync("/?name=Docker"), Is.EqualTo("Hello, Docker!\n"));
        Assert.That(await service.ReadAsync("/zone"), Is.EqualTo("14:00\n"));
        Assert.That(await service.StopAsync(), Is.Zero);
    }
}
