using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What the project's own Dockerfile says of its scripts.</summary>
public sealed class NodeDockerfileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder().File("package.json", """
        {
          "scripts": {
            "build": "npm run check && tsc", "build-image": "tsc", "check": "node check.js", "start": "node dist/main.js",
            "start-image": "npm-run-all migrate start", "start-plain": "node dist/main.js", "migrate": "node migrate.js"
          },
          "dependencies": { "express": "5" }
        }
        """).File("package-lock.json");

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(string dockerfile, Action<NodeProjectSettings>? configure = null)
    {
        _folder.File("Dockerfile", dockerfile);
        var settings = new NodeProjectSettings { ToolchainVersion = "24" };
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private static string[] Told(ImageProject project) => [.. project.Assumptions.Select(one => one.Text)];

    [Test]
    public void The_script_that_builds_and_its_values_are_taken_over_and_told()
    {
        var project = Project("""
            FROM node:24 AS builder
            ENV DATABASE_URL="postgresql://user:pass@localhost:5432/dummy" NODE_ENV=production API_TOKEN=x1y2z3 HOME_PAGE=$PAGE
            RUN npm ci
            RUN SKIP_VALIDATION=1 npm run build-image
            FROM node:24
            ENV OTHER=1
            COPY --from=builder /app /app
            CMD ["npm", "start"]
            """);
        var text = project.ToDockerfile().ToString();
        Assert.That(text, Does.Contain(
            "FROM node:24-slim AS builder\nENV DATABASE_URL=postgresql://user:pass@localhost:5432/dummy\nENV SKIP_VALIDATION=1\n"
            + "WORKDIR /app\n")
            .And.Contain("RUN npm run build-image\n").And.Not.Contain("x1y2z3"));
        Assert.That(Told(project), Does.Contain("Dockerfile builds by the script 'build-image': so does this image. Set BuildScript for "
            + "another.")
            .And.Contain("Dockerfile gives DATABASE_URL, SKIP_VALIDATION to the build: so does this one. BuilderEnvironment sets others."));
        Assert.That(project.Assumptions.Single(one => one.Text.Contains("API_TOKEN", StringComparison.Ordinal)).Doubtful, Is.True);
    }

    [Test]
    public void Settings_take_precedence()
    {
        const string Text = "FROM node:24\nENV MODE=a\nRUN npm run build-image\nCMD [\"npm\", \"start\"]\n";
        var project = Project(Text, node => (node.BuildScript, node.BuilderEnvironment["MODE"]) = ("build", "b"));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("RUN npm run build\n").And.Contain("ENV MODE=b\n"));
        Assert.That(Told(project), Has.None.Contains("builds by").And.None.Contains("gives"));
        Assert.That(Project(Text, node => node.ReadDockerfile = false).ToDockerfile().ToString(), Does.Contain("RUN npm run build\n"));
    }

    [Test]
    public void Two_scripts_that_build_are_not_chosen_from() =>
        Assert.That(Project("FROM node:24\nRUN npm run build && npm run build-image\nCMD [\"npm\", \"start\"]\n").ToDockerfile().ToString(),
            Does.Contain("RUN npm run build\n"));

    [TestCase("[\"npm\", \"run\", \"start-image\"]", true)]
    [TestCase("npm run start-image", true)]
    [TestCase("[\"npm\", \"start\"]", false)]
    [TestCase("[\"npm\", \"run\", \"start-plain\"]", false)]
    [TestCase("[\"node\", \"dist/main.js\"]", false)]
    public void What_its_start_does_besides_is_told(string command, bool told)
    {
        var project = Project($"FROM node:24\nCMD {command}\n");
        Assert.That(project.Assumptions.Count(one => one.Doubtful
            && one.Text.Contains("'npm-run-all migrate start' does besides", StringComparison.Ordinal)), Is.EqualTo(told ? 1 : 0));
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "dist/main.js"]));
    }
}
