using Cake.MultiStage.EngineTests.Kit;

// Most tests wait for an engine, and no two fixtures share tags, folders or ports. Those that look at all that an engine has, at the
// process's own memory or variables, or at seconds, run by themselves.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]

namespace Cake.MultiStage.EngineTests;

/// <summary>Makes sure that an engine answers before the first test, and stops the tests' own engines after the last.</summary>
[SetUpFixture]
public sealed class EngineSetUp
{
    [OneTimeSetUp]
    public async Task Find_or_start_the_engine()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_HOST")))
        {
            Environment.SetEnvironmentVariable("DOCKER_HOST",
                await PrivateEngine.UpAsync([], new Dictionary<string, string>(StringComparer.Ordinal)));
        }
    }

    [OneTimeTearDown]
    public async Task Stop_what_the_tests_have_started()
    {
        await PackageRegistries.StopAsync();
        await SharedEngines.StopAsync();
    }
}
