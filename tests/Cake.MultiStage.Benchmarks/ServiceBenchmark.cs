using Cake.MultiStage.Aliases;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.Benchmarks;

/// <summary>
/// A .NET web service: one line of it changed, against the SDK's own <c>PublishContainer</c>; and all that a pipeline does with it where
/// nothing has changed.
/// </summary>
internal static class ServiceBenchmark
{
    private const int Rounds = 3;
    private const string Tag = "multistage-benchmark-service:1";
    private const string Cli = "${DOCKER_CLI:-docker}";

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host)
    {
        var top = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        // What is kept between builds lies beside the project, not in it.
        var folder = Directory.CreateDirectory(Path.Combine(top, "service")).FullName;
        await using var registry = await TestRegistry.StartAsync();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "Web.csproj"), """
                <Project Sdk="Microsoft.NET.Sdk.Web">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <ImplicitUsings>enable</ImplicitUsings>
                  </PropertyGroup>
                </Project>
                """);
            await ChangeAsync(folder);
            var cake = Script.Context(top, host);
            var project = cake.MultiStageDotNet(folder, dotnet => dotnet.Tags.Add(Tag));
            var image = await cake.MultiStageBuildAsync(project);
            var finalBase = image.Record?.Stages[^1].Base ?? throw new InvalidOperationException("The service has no base image.");
            var copy = $"{registry.Address}/base:1";
            await Result.ShellAsync(
                $"{Cli} --host '{host}' tag {finalBase} {copy} && {Cli} --host '{host}' push --quiet {copy} > /dev/null");
            var changed = await Result.CompareAsync("one line of a .NET service changed, against PublishContainer", 0.9, warmUps: 1, Rounds,
                async () =>
                {
                    await ChangeAsync(folder);
                    await cake.MultiStageBuildAsync(project);
                },
                async () =>
                {
                    await ChangeAsync(folder);
                    await Result.ShellAsync($"DOTNET_CONTAINER_INSECURE_REGISTRIES={registry.Address} DOCKER_HOST='{host}' "
                        + $"PATH=\"$(dirname \"$(command -v {Cli})\"):$PATH\" dotnet publish '{folder}' -t:PublishContainer --nologo -v q "
                        + $"-p:ContainerBaseImage={copy} -p:ContainerRepository=multistage-benchmark-publish > /dev/null");
                });
            var unchanged = await Result.BoundAsync("build, measure, check, report of an unchanged .NET service, in s", 0.3, Rounds,
                async () => await cake.MultiStageVerifyAsync(
                    await cake.MultiStageBuildAsync(project, new MultiStageBuildSettings { UpToDate = true }),
                    new MultiStageVerifySettings { Check = new() { FailOn = null } }));
            await Result.ShellAsync(
                $"{Cli} --host '{host}' rmi --force {Tag} {copy} multistage-benchmark-publish:latest > /dev/null");
            return [changed, unchanged];
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    private static Task ChangeAsync(string folder) => File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), $$"""
        var app = WebApplication.Create(args);
        app.MapGet("/", () => "{{Guid.NewGuid()}}");
        app.Run();
        """);
}
