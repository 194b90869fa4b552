using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>One package of a workspace ships, with those that it needs.</summary>
public sealed class NodeWorkspaceTests : FolderFixture
{
    private ImageProject Project(string path = "", string? package = null) =>
        NodePreset.Describe(_folder[path], new NodeProjectSettings { Package = package });

    private TemporaryFolder Workspace(string root = """{ "workspaces": ["apps/*", "packages/**", "!packages/old"] }""")
    {
        foreach (var (folder, manifest) in new[]
        {
            ("apps/api",
                """{ "name": "@x/api", "scripts": { "build": "tsc", "start": "node dist/main.js" }, "dependencies": """
                    + """{ "@x/lib": "*", "a": "1" } }"""),
            ("packages/lib", """{ "name": "@x/lib", "scripts": { "build": "tsc" }, "devDependencies": { "@x/settings": "*" } }"""),
            ("packages/deep/settings", """{ "name": "@x/settings" }"""),
            ("packages/old", """{ "name": "@x/old", "scripts": { "start": "node x.js" } }"""),
        })
        {
            _folder.File(folder + "/package.json", manifest).File(folder + "/src/main.ts");
        }

        return _folder.File("package.json", root);
    }

    [Test]
    public void Its_only_program_is_built_after_what_it_needs_and_ships_with_it()
    {
        Workspace().File("package-lock.json");
        Assert.That(Project().ToDockerfile().ToString(), Is.EqualTo(
            """
            FROM node:26-slim AS builder
            WORKDIR /app
            COPY package.json package-lock.json ./
            COPY apps/api/package.json apps/api/
            COPY packages/deep/settings/package.json packages/deep/settings/
            COPY packages/lib/package.json packages/lib/
            RUN --mount=type=cache,target=/root/.npm npm ci
            COPY . .
            RUN npm run build --workspace=packages/lib \
             && npm run build --workspace=apps/api

            FROM node:26-slim AS dependencies
            WORKDIR /app
            COPY package.json package-lock.json ./
            COPY apps/api/package.json apps/api/
            COPY packages/deep/settings/package.json packages/deep/settings/
            COPY packages/lib/package.json packages/lib/
            RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace=apps/api --include-workspace-root \
             && find /app -name node_modules -prune -o ! -type d -exec rm -f {} + \
             && find /app -depth -type d -empty -not -path "*/node_modules/*" -delete

            FROM builder AS program
            RUN find /app -name node_modules -prune -exec rm -rf {} + \
             && rm -rf apps/api/src package-lock.json packages/deep/settings packages/lib/src \
             && { test -e apps/api/dist/main.js || { echo "The build made no 'dist/main.js', which node is to run. Name what it makes, ↩
            as in node.EntryFile, or the script, as in node.BuildScript." >&2; exit 1; }; }

            FROM builder AS development
            EXPOSE 9229
            CMD ["node", "--inspect=0.0.0.0:9229", "--watch", "apps/api/dist/main.js"]

            FROM node:26-slim AS final
            WORKDIR /app/apps/api
            COPY --from=dependencies /app/ /app/
            COPY --from=program /app/ /app/
            ENV NODE_ENV=production
            USER 1000:1000
            ENTRYPOINT ["node", "dist/main.js"]

            """.Unfolded()));
    }

    [Test]
    public void A_package_that_is_used_from_its_source_keeps_it()
    {
        Workspace().File("package-lock.json").File("packages/lib/package.json", """{ "name": "@x/lib", "exports": "./src/main.ts" }""");
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain("rm -rf apps/api/src").And.Not.Contain("packages/lib/src"));
    }

    [TestCase("pnpm-lock.yaml", "pnpm --dir packages/lib run build", "pnpm install --frozen-lockfile --prod --filter=@x/api...")]
    [TestCase("yarn.lock", "yarn --cwd packages/lib run build", "yarn install --frozen-lockfile --production")]
    public void Each_package_manager_has_its_own_way(string file, string build, string install)
    {
        Workspace().File(file).File("pnpm-workspace.yaml", "packages:\n  # programs\n  - 'apps/*'\n  - \"packages/**\" # libraries\n  - "
            + "'!packages/old'\n\nonlyBuiltDependencies:\n  - esbuild\n");
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain(build).And.Contain(install));
    }

    [Test]
    public void The_folder_of_a_package_is_described_from_its_root()
    {
        Workspace().File("package-lock.json");
        var project = Project("apps/api");
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.Workdir, Is.EqualTo("/app/apps/api"));
        Assert.That(project.Assumptions[0].Text, Does.Contain("is a package of the workspace"));
    }

    [TestCase("\"build\": \"nuxt build\", \"start\": \"node .output/server/index.mjs\", \"dev:api\": \"cd apps/api && npm start\"",
        "/app")]
    [TestCase("\"build\": \"turbo build\"", "/app/apps/api")]
    [TestCase("\"start\": \"npm start --workspace apps/api\", \"build\": \"nuxt build\"", "/app/apps/api")]
    public void A_root_that_is_a_program_itself_is_the_one_unless_it_leads_the_others(string scripts, string home)
    {
        Workspace($$"""
            { "workspaces": ["apps/*", "packages/**"], "scripts": { {{scripts}} }, "devDependencies": { "nuxt": "4" } }
            """).File("package-lock.json").File("nuxt.config.ts", "export default {}").File("packages/old/package.json", "{}");
        var project = Project();
        Assert.That(project.Workdir, Is.EqualTo(home));
        Assert.That(project.Assumptions.Any(one => one.Doubtful
            && one.Text.Contains("node.Package = \"apps/api\"", StringComparison.Ordinal)), Is.EqualTo(home == "/app"));
    }

    [TestCase("packages/rpc", """{ "name": "@x/rpc", "exports": "./index.js", "dependencies": { "@trpc/server": "11" } }""")]
    [TestCase("apps/phone", """{ "name": "@x/phone", "main": "index.ts", "dependencies": { "expo": "54", "express": "5" } }""")]
    public void A_part_of_others_and_an_app_for_phones_are_no_candidates(string folder, string manifest)
    {
        Workspace().File("package-lock.json").File(folder + "/package.json", manifest);
        Assert.That(Project().Workdir, Is.EqualTo("/app/apps/api"));
    }

    [Test]
    public void Of_several_programs_one_has_to_be_chosen()
    {
        Workspace()
            .File("package-lock.json")
            .File("apps/jobs/package.json", """{ "name": "@x/jobs", "scripts": { "start": "node jobs.js" } }""")
            .File("apps/jobs/jobs.js");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("apps/api, "
            + "apps/jobs").And.Message.Contains("node.Package = \"apps/api\""));
        Assert.That(Project(package: "@x/jobs").Workdir, Is.EqualTo("/app/apps/jobs"));
        Assert.That(() => Project(package: "apps/no"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no package "
            + "'apps/no'"));
    }
}
