using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>The package manager that a project is for installs, in the version that it is for.</summary>
public sealed class NodeManagerTests : FolderFixture
{
    private string Text(string more = "")
    {
        _folder.File("package.json", $"{{ \"main\": \"a.js\", \"dependencies\": {{ \"a\": \"1\" }}{more} }}").File("a.js");
        return NodePreset.Describe(_folder.Path, new NodeProjectSettings()).ToDockerfile().ToString();
    }

    [TestCase("lockfileVersion: '9.0'\n", "26", "pnpm@10")]
    [TestCase("lockfileVersion: '6.0'\n", "22", "pnpm@8")]
    [TestCase("lockfileVersion: 5.4\n", "20", "pnpm@7")]
    [TestCase("lockfileVersion: 5.3\n", "12", "pnpm@6")]
    public void Pnpm_in_the_version_of_its_lock(string text, string node, string package)
    {
        _folder.File("pnpm-lock.yaml", text).File(".nvmrc", node);
        Assert.That(Text(), Does.Contain($"npm install --global {package}\n").And.Contain("pnpm install "
            + "--frozen-lockfile\n").And.Contain("CI=true pnpm install --frozen-lockfile --prod\n").And.Not.Contain("corepack"));
    }

    [TestCase("# yarn lockfile v1\n", "yarn@1", "yarn install --frozen-lockfile --production\n")]
    [TestCase("__metadata:\n  version: 8\n", "@yarnpkg/cli-dist@4", "yarn workspaces focus --production --all\n")]
    [TestCase("__metadata:\n  version: 6\n", "@yarnpkg/cli-dist@3", "YARN_NODE_LINKER=node-modules yarn install --immutable\n")]
    public void Yarn_in_the_version_of_its_lock(string text, string package, string command)
    {
        _folder.File("yarn.lock", text);
        Assert.That(Text(), Does.Contain($"npm install --global --force {package}\n").And.Contain(command));
    }

    [Test]
    public void One_yarn_at_a_time_uses_its_cache()
    {
        _folder.File("yarn.lock", "# yarn lockfile v1\n");
        Assert.That(Text(), Does.Contain("target=/usr/local/share/.cache/yarn,sharing=locked yarn install"));
    }

    [Test]
    public void The_version_that_package_json_names_takes_precedence()
    {
        _folder.File("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
        Assert.That(Text(", \"packageManager\": \"pnpm@9.15.1+sha512.abc\""), Does.Contain("npm install --global pnpm@9.15.1\n"));
        Assert.That(Text(", \"devEngines\": { \"packageManager\": { \"name\": \"pnpm\", \"version\": \"10.1.0\" } }"),
            Does.Contain("npm install --global pnpm@10.1.0\n"));
    }

    [Test]
    public void The_yarn_that_the_project_brings_is_called_by_node()
    {
        _folder.File("yarn.lock", "__metadata:\n  version: 8\n")
            .File(".yarnrc.yml", "nodeLinker: pnp\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n").File(".yarn/releases/yarn-4.1.0.cjs");
        Assert.That(Text(), Does.Contain("COPY .yarn .yarn/").And.Contain("YARN_NODE_LINKER=node-modules node "
            + ".yarn/releases/yarn-4.1.0.cjs install --immutable\n").And.Not.Contain("npm install --global"));
    }

    [Test]
    public void Bun_installs_from_its_lock()
    {
        _folder.File("bun.lock");
        Assert.That(Text(), Does.Contain("npm install --global bun@1\n").And.Contain("bun install --frozen-lockfile --production\n"));
    }

    [Test]
    public void Patches_are_there_before_the_install()
    {
        _folder.File("pnpm-lock.yaml", "lockfileVersion: '9.0'\n").File("pnpm-workspace.yaml", "patchedDependencies:\n  a@1.0.0: "
            + "patches/a@1.0.0.patch\n").File("patches/a@1.0.0.patch");
        Assert.That(Text(), Does.Contain("COPY patches/a@1.0.0.patch patches/\n"));
    }

    [Test]
    public void Settings_that_hold_a_token_stay_out()
    {
        _folder.File("package-lock.json").File(".npmrc", "registry=https://example.com/\n");
        Assert.That(Text(), Does.Contain("COPY package.json package-lock.json .npmrc ./").And.Contain("rm -rf .npmrc node_modules"));
        _folder.File(".npmrc", "//example.com/:_authToken=abc\n");
        Assert.That(Text(), Does.Contain("COPY package.json package-lock.json ./"));
    }

    [TestCase("abc", "node.Credentials = BuildSecret.FromFile(\".npmrc\")")]
    [TestCase("${NPM_TOKEN}", ".Replace(\"${NPM_TOKEN}\", EnvironmentVariable(\"NPM_TOKEN\"))")]
    public void A_token_is_told_with_the_line_that_brings_it_as_a_secret(string token, string line)
    {
        _folder.File("package-lock.json")
            .File("index.js")
            .File("package.json", """{ "dependencies": { "a": "1" } }""")
            .File(".npmrc", $"//example.com/:_authToken={token}\n");
        Assert.That(NodePreset.Describe(_folder.Path, new NodeProjectSettings()).Assumptions.Single(assumption => assumption.Doubtful).Text,
            Does.Contain(line));
        Assert.That(
            NodePreset.Describe(_folder.Path, new NodeProjectSettings { Credentials = BuildSecret.FromFile(".npmrc") }).Assumptions.Where(
                assumption => assumption.Doubtful), Is.Empty);
    }
}
