using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>php-web</c>: a web application with a package, shown by Apache.</summary>
public sealed class PhpWebTests(string buildKit) : RecipeTests("php-web", buildKit)
{
    protected override string SourceFile => "src/Page.php";

    protected override string RestoreStep => "composer install";

    protected override string BuildStep => "composer dump-autoload";

    protected override async Task Use_the_image(string image)
    {
        await using var service = await Engine.ServeAsync(image, 8080);
        Assert.That(await service.ReadAsync("/deep/link?name=Docker"), Is.EqualTo("""{"greeting":"Hello, Docker!"}""" + "\n"));
        Assert.That(await service.StopAsync(), Is.Zero);
    }
}
