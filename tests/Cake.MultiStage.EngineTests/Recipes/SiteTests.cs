using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>site-plain</c>: finished pages.</summary>
public sealed class SitePlainTests(string buildKit) : RecipeTests("site-plain", buildKit)
{
    protected override string SourceFile => "public/index.html";

    protected override string BuildStep => "COPY public";

    protected override async Task Use_the_image(string image)
    {
        await using var site = await Engine.ServeAsync(image, 8080);
        Assert.That(await site.ReadAsync("/"), Does.Contain("<h1>A plain page</h1>"));
        Assert.That((int)(await site.GetAsync("/nothing")).StatusCode, Is.EqualTo(404));
    }
}

/// <summary>The recipe <c>site-hugo</c>: pages that Hugo makes.</summary>
public sealed class SiteHugoTests(string buildKit) : RecipeTests("site-hugo", buildKit)
{
    protected override string SourceFile => "content/_index.md";

    protected override string BuildStep => "hugo --minify";

    protected override async Task Use_the_image(string image)
    {
        await using var site = await Engine.ServeAsync(image, 8080);
        Assert.That(await site.ReadAsync("/"), Does.Contain("<strong>Hugo</strong>"));
    }
}
