using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>ruby-tool</c>: a program of the command line with a gem.</summary>
public sealed class RubyToolTests(string buildKit) : RecipeTests("ruby-tool", buildKit)
{
    protected override string SourceFile => "main.rb";

    protected override string RestoreStep => "bundle install";

    protected override string BuildStep => "COPY . .";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image), Is.EqualTo((0L, "Hello, world!\n")));
}
