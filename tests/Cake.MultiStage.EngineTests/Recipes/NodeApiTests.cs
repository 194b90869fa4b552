using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>node-api</c>: a web service with a dependency and a build.</summary>
public sealed class NodeApiTests(string buildKit) : RecipeTests("node-api", buildKit)
{
    protected override string SourceFile => "src/server.js";

    protected override string RestoreStep => "npm ci";

    protected override string BuildStep => "npm run build";

    protected override async Task Use_the_image(string image)
    {
        await using var service = await Engine.ServeAsync(image, 3000);
        Assert.That(await service.ReadAsync("/?name=Docker"),
            Is.EqualTo("""{"greeting":"Hello, Docker!","environment":"production"}""" + "\n"));
        Assert.That(await service.StopAsync(), Is.Zero);
    }
}
