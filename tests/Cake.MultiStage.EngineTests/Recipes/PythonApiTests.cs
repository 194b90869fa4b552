using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>python-api</c>: a web service with a dependency.</summary>
public sealed class PythonApiTests(string buildKit) : RecipeTests("python-api", buildKit)
{
    protected override string SourceFile => "main.py";

    protected override string RestoreStep => "install --no-compile -r requirements.txt";

    protected override string BuildStep => "COPY . .";

    protected override async Task Use_the_image(string image)
    {
        await using var service = await Engine.ServeAsync(image, 8000);
        Assert.That(await service.ReadAsync("/?name=Docker"), Is.EqualTo("""{"greeting": "Hello, Docker!"}""" + "\n"));
        Assert.That(await service.StopAsync(), Is.Zero);
    }
}
