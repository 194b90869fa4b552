using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>dotnet-web</c>: a web service of several projects, on the chiseled runtime.</summary>
public sealed class DotNetWebTests(string buildKit) : RecipeTests("dotnet-web", buildKit)
{
    protected override string SourceFile => "src/Words/Greeting.cs";

    protected override string RestoreStep => "dotnet restore";

    protected override string BuildStep => "dotnet publish";

    protected override async Task Use_the_image(string image)
    {
        await using var service = await Engine.ServeAsync(image, 8080);
        Assert.That(await service.ReadAsync("/?name=Docker"), Is.EqualTo("Hello, Docker!\n"));
        Assert.That(await service.StopAsync(), Is.Zero);
    }
}
