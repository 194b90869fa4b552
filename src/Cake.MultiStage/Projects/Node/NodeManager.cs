using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>A package manager: what it reads, how it installs, where it keeps its cache.</summary>
/// <param name="Name">Its name: <c>npm</c>, <c>pnpm</c> or <c>yarn</c>.</param>
/// <param name="IsLocked">Whether there is a lock.</param>
/// <param name="Manifests">The files that it installs from.</param>
/// <param name="Install">Installs everything.</param>
/// <param name="InstallProduction">Installs what the program needs when it runs.</param>
/// <param name="Cache">Its cache.</param>
internal sealed record NodeManager(string Name, bool IsLocked, IReadOnlyList<string> Manifests, string Install, string InstallProduction, RunMount Cache)
{
    private static readonly (string File, string Manager)[] Locks = [("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"), ("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn")];

    public string Run(string script) => $"{Name} run {ShellWord.Quoted(script)}";

    /// <exception cref="MultiStageException">There are locks of several package managers.</exception>
    public static NodeManager Of(ProjectFolder folder, NodePackage package, string version)
    {
        var locks = Locks.Where(one => folder.Has(one.File)).ToList();
        var found = locks.Select(one => one.Manager).Distinct(StringComparer.Ordinal).ToList();
        var name = package.PackageManager?.Split('@')[0] ?? (found.Count <= 1 ? found.FirstOrDefault() ?? "npm"
            : throw new MultiStageException($"'{folder.Path}' has locks of several package managers: {string.Join(", ", locks.Select(one => one.File))}. Delete those that are not used, or name one in package.json, as in \"packageManager\": \"{found[0]}@…\"."));
        string[] manifests = [.. folder.Existing(["package.json", .. Locks.Where(one => one.Manager == name).Select(one => one.File), ".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs"])];
        var isLocked = found.Contains(name, StringComparer.Ordinal);
        var isBerry = folder.Has(".yarnrc.yml") || (package.PackageManager?.StartsWith("yarn@", StringComparison.Ordinal) == true && !package.PackageManager.StartsWith("yarn@1", StringComparison.Ordinal));
        var frozen = isLocked ? " --frozen-lockfile" : "";

        // Such a script prepares development, often by a package of development, which is not there.
        var unprepared = package.Scripts.ContainsKey("prepare") ? "npm pkg delete scripts.prepare && " : "";
        return name switch
        {
            "npm" when isLocked => new("npm", isLocked, manifests, "npm ci", unprepared + "npm ci --omit=dev", RunMount.Cache("/root/.npm")),
            "npm" => new("npm", isLocked, manifests, "npm install --no-package-lock", unprepared + "npm install --no-package-lock --omit=dev", RunMount.Cache("/root/.npm")),
            "pnpm" => new("pnpm", isLocked, manifests, WithCorepack(version, $"pnpm install{frozen}"), WithCorepack(version, $"pnpm install{frozen} --prod"), RunMount.Cache("/root/.local/share/pnpm/store")),
            "yarn" when isBerry => new("yarn", isLocked, manifests, WithCorepack(version, "YARN_NODE_LINKER=node-modules yarn install --immutable"), WithCorepack(version, "YARN_NODE_LINKER=node-modules yarn workspaces focus --all --production"), RunMount.Cache("/root/.yarn/berry/cache")),
            "yarn" => new("yarn", isLocked, manifests, WithCorepack(version, $"yarn install{frozen}"), WithCorepack(version, $"yarn install{frozen} --production"), RunMount.Cache("/usr/local/share/.cache/yarn")),
            _ => throw new MultiStageException($"package.json in '{folder.Path}' names the package manager '{package.PackageManager}'; npm, pnpm and yarn are known."),
        };
    }

    // Corepack brings the version that package.json names; Node's images bring it up to 24.
    private static string WithCorepack(string version, string command) =>
        (VersionText.Parse(version)?.Major >= 25 ? "npm install --global corepack && " : "") + $"corepack enable && {command}";
}
