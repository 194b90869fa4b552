using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.Benchmarks;

/// <summary>What the packed addin adds to the start of a script.</summary>
internal static class StartBenchmark
{
    private const int Rounds = 7;

    /// <summary>Runs a script with and one without the addin by turns.</summary>
    /// <param name="feed">The folder that has the package.</param>
    /// <param name="version">Its version.</param>
    public static async Task<IReadOnlyList<Result>> RunAsync(string feed, string version)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            const string Body = "Task(\"Nothing\").Does(() => { });\nRunTarget(\"Nothing\");\n";
            var (plain, addin) = (Path.Combine(folder, "plain.cake"), Path.Combine(folder, "addin.cake"));
            await File.WriteAllTextAsync(plain, Body);
            await File.WriteAllTextAsync(addin, $"#addin nuget:?package=Cake.MultiStage&version={version}\n{Body}");
            Task RunAsync(string script) => Result.ShellAsync(
                $"cd '{Repository.Root}' && dotnet cake '{script}' --nuget_source='{feed}' --paths_addins='{folder}/addins' "
                    + $"--paths_tools='{folder}/tools' --settings_skippackageversioncheck=true > /dev/null");
            var compared = await Result.CompareAsync("a script with the addin, against one without", 1.1, warmUps: 1, Rounds,
                () => RunAsync(addin), () => RunAsync(plain));
            var added = compared.Ours!.Value - compared.Theirs!.Value;
            return [compared, Result.Of("what the addin adds to a script's start, in s", added, 0.2)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
