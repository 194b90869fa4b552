using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>dotnet-aot</c>: a native program, on what it is linked to.</summary>
public sealed class DotNetAotTests(string buildKit) : RecipeTests("dotnet-aot", buildKit)
{
    protected override string SourceFile => "Program.cs";

    protected override string RestoreStep => "dotnet restore";

    protected override string BuildStep => "dotnet publish";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "0 words\n")));
}
