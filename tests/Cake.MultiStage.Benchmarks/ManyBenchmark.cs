using Cake.MultiStage.Aliases;

namespace Cake.MultiStage.Benchmarks;

/// <summary>Twelve services, of which one has changed: one plan, against <c>docker buildx bake</c> with the same Dockerfiles.</summary>
internal static class ManyBenchmark
{
    private const int Rounds = 3;
    private const int Services = 12;

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host)
    {
        var top = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            var cake = Script.Context(top, host);
            List<Projects.ImageProject> projects = [];
            List<string> bake = [$"group \"default\" {{ targets = [{string.Join(", ", Names().Select(name => $"\"{name}\""))}] }}"];
            foreach (var name in Names())
            {
                var folder = Directory.CreateDirectory(Path.Combine(top, name)).FullName;
                await ChangeAsync(folder);
                var project = cake.MultiStageGo(folder, go =>
                {
                    go.BuilderImage = "golang:1.21";
                    go.Tags.Add($"multistage-benchmark-{name}:1");
                });
                projects.Add(project);
                var dockerfile = Path.Combine(top, $"{name}.Dockerfile");
                await File.WriteAllTextAsync(dockerfile, cake.MultiStageDockerfile(project).ToString());
                bake.Add($"target \"{name}\" {{\n  context = \"{folder}\"\n  dockerfile = \"{dockerfile}\"\n"
                    + $"  tags = [\"multistage-benchmark-{name}:2\"]\n}}");
            }

            var file = Path.Combine(top, "bake.hcl");
            await File.WriteAllLinesAsync(file, bake);
            var changed = Path.Combine(top, Names().First());
            var result = await Result.CompareAsync("twelve images, one source changed, against docker buildx bake", 0.7, warmUps: 1, Rounds,
                async () =>
                {
                    await ChangeAsync(changed);
                    await cake.MultiStageBuildAllAsync(projects, new() { Build = build => build.UpToDate = true });
                },
                async () =>
                {
                    await ChangeAsync(changed);
                    await Result.ShellAsync(
                        $"DOCKER_HOST='{host}' ${{DOCKER_CLI:-docker}} buildx bake --allow=fs=/ --file '{file}' > /dev/null 2>&1");
                });
            await Result.ShellAsync($"${{DOCKER_CLI:-docker}} --host '{host}' rmi --force "
                + string.Join(' ', Names().SelectMany(name => new[] { $"multistage-benchmark-{name}:1", $"multistage-benchmark-{name}:2" }))
                + " > /dev/null");
            return [result];
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    private static IEnumerable<string> Names() =>
        Enumerable.Range(1, Services).Select(number => FormattableString.Invariant($"s{number:00}"));

    private static Task ChangeAsync(string folder) => File.WriteAllTextAsync(Path.Combine(folder, "main.go"),
        $"package main\n\nfunc main() {{ println(\"{Guid.NewGuid()}\") }}\n");
}
