using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Names that a preset read from the disk mean themselves, whatever characters they have.</summary>
public sealed class NamesOnDiskTests
{
    [TestCase("main.go", "COPY main.go ./\n")]
    [TestCase("a[1].go", "COPY a[[]1].go ./\n")]
    [TestCase("a*b?.go", "COPY a[*]b[?].go ./\n")]
    [TestCase(@"a\*.go", @"COPY a[\\\\][*].go ./" + "\n")]
    [TestCase("c$d.go", "COPY c\\$d.go ./\n")]
    [TestCase("App$1.go", "COPY App\\$1.go ./\n")]
    [TestCase("${x}.go", "COPY \\${x}.go ./\n")]
    [TestCase("a b.go", "COPY [\"a b.go\", \"./\"]\n")]
    [Platform(Exclude = "Win")]
    public async Task They_are_copied_as_they_are(string name, string line)
    {
        using var folder = new TemporaryFolder().File(name, "package main\n").File("zzz.txt");
        var dockerfile = GoPreset.Describe(folder.Path, new GoProjectSettings()).ToDockerfile();
        Assert.That(dockerfile.ToString(), Does.Contain(line));
        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty,
            [.. dockerfile.ContextSources().Select(source => source.Pattern)], CancellationToken.None);
        Assert.That(context.Files.Select(file => file.Path), Is.EqualTo(new[] { name }));
    }

    [TestCase("App$1.class", "COPY App\\$1.class /app/\n")]
    [TestCase("App$.class", "COPY App\\$.class /app/\n")]
    [TestCase("a$@b$?", "COPY a\\$@b\\$? /app/\n")]
    [TestCase("App\\$1.class", "COPY App\\$1.class /app/\n")]
    [TestCase("$x/${y}", "COPY $x/${y} /app/\n")]
    public void A_dollar_sign_that_starts_no_variable_is_itself(string source, string line) =>
        Assert.That(Stage.From("a").Copy(source, "/app/").Instructions[0].ToString(), Is.EqualTo(line.TrimEnd()));

    [Test]
    public void What_ONBUILD_copies_is_asked_of_another_context() =>
        Assert.That(
            ContextSourceFinder.Find([Stage.From("a").OnBuild(new CopyInstruction(["app"], "/app")).Copy("b", "/b")])
                .Select(source => source.Pattern),
            Is.EqualTo(new[] { "b" }));

    [Test]
    public void What_ONBUILD_copies_is_asked_of_this_context_where_a_stage_starts_from_it() =>
        Assert.That(
            ContextSourceFinder.Find([Stage.From("a").Named("base").OnBuild(new CopyInstruction(["app"], "/app")),
                Stage.From(StageBase.Stage("base"))]).Select(source => source.Pattern),
            Is.EqualTo(new[] { "app" }));

    [Test]
    public void A_source_with_another_beside_it_may_match_nothing()
    {
        var sources = ContextSourceFinder.Find(
            [Stage.From("a").Copy(["package.json", "yarn.lock*"], "./").Copy("*.conf", "/etc/").Copy("package.json", "/x/")]);
        Assert.That(sources.Where(source => source.IsOptional).Select(source => source.Pattern), Is.EqualTo(new[] { "yarn.lock*" }));
    }
}
