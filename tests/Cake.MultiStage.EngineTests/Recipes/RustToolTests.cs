using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>rust-tool</c>: a workspace of two packages, on scratch with the libraries of the program.</summary>
public sealed class RustToolTests(string buildKit) : RecipeTests("rust-tool", buildKit)
{
    protected override string SourceFile => "crates/words/src/lib.rs";

    protected override string BuildStep => "cargo build";

    protected override async Task Use_the_image(string image) =>
        Assert.That(await Engine.RunAsync(image, "/bin/count", "b a B"), Is.EqualTo((0L, "1 a\n2 b\n")));
}
