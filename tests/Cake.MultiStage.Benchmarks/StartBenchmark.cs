using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.Benchmarks;

/// <summary>
/// What the packed addin adds to the start of a script, and how much of it any addin adds: Cake then asks NuGet where it is.
/// </summary>
internal static class StartBenchmark
{
    private const int Rounds = 7;
    private const string Smallest = "Cake.MultiStage.Smallest";

    /// <summary>Runs a script with and one without the addin by turns.</summary>
    /// <param name="feed">The folder that has the package.</param>
    /// <param name="version">Its version.</param>
    public static async Task<IReadOnlyList<Result>> RunAsync(string feed, string version)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            const string Body = "Task(\"Nothing\").Does(() => { });\nRunTarget(\"Nothing\");\n";
            await PackSmallestAsync(folder, feed);
            string Script(string name, string line)
            {
                var file = Path.Combine(folder, $"{name}.cake");
                File.WriteAllText(file, line + Body);
                return file;
            }

            var plain = Script("plain", "");
            var addin = Script("addin", $"#addin nuget:?package=Cake.MultiStage&version={version}\n");
            var smallest = Script("smallest", $"#addin nuget:?package={Smallest}&version=1.0.0\n");
            Task RunAsync(string script) => Result.ShellAsync(
                $"cd '{Repository.Root}' && dotnet cake '{script}' --nuget_source='{folder}' --paths_addins='{folder}/addins' "
                    + $"--paths_tools='{folder}/tools' --settings_skippackageversioncheck=true > /dev/null");
            var compared = await Result.CompareAsync("a script with the addin, against one without", 1.1, warmUps: 1, Rounds,
                () => RunAsync(addin), () => RunAsync(plain));
            var beside = await Result.CompareAsync("a script with the addin, against one with an addin of one alias", 1.1, warmUps: 1,
                Rounds, () => RunAsync(addin), () => RunAsync(smallest));
            return
            [
                compared, Result.Of("what the addin adds to a script's start, in s", compared.Ours!.Value - compared.Theirs!.Value, 0.2),
                beside, Result.Of("what it adds to what any addin does, in s", beside.Ours!.Value - beside.Theirs!.Value, 0.2),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Packs an addin of one alias beside a copy of the package.</summary>
    private static async Task PackSmallestAsync(string folder, string feed)
    {
        foreach (var package in Directory.EnumerateFiles(feed, "*.nupkg"))
        {
            File.Copy(package, Path.Combine(folder, Path.GetFileName(package)));
        }

        var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, $"{Smallest}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Version>1.0.0</Version>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(Cake.Core.ICakeContext).Assembly.Location}" Private="false" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(source, "Aliases.cs"), """
            public static class Aliases
            {
                [Cake.Core.Annotations.CakeMethodAlias]
                public static void Smallest(this Cake.Core.ICakeContext context) { }
            }
            """);
        await Result.ShellAsync($"dotnet pack '{source}' --output '{folder}' --verbosity quiet --nologo");
    }
}
