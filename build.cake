#load tests/engine/engine.cake

var target = Argument("target", "Test");
var configuration = Argument("configuration", "Release");
var solution = "./Cake.MultiStage.sln";
var packages = MakeAbsolute(Directory("./artifacts/packages"));
var results = MakeAbsolute(Directory("./artifacts/test-results"));

// What failed of the tests, where all kinds of them run.
var failures = new List<Exception>();

// Every pack has a version of its own: Cake and NuGet keep what they have once loaded under a version.
var version = Argument("package-version", $"0.1.0-dev.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");

Task("Clean")
    .Description("Deletes what the other targets make, the private engine's data excepted.")
    .Does(() => CleanDirectories(new DirectoryPath[] { packages, results, "./artifacts/image", "./artifacts/screenshots" }));

Task("Build")
    .Description("Compiles the addin and its tests.")
    .Does(() => DotNetBuild(solution, new DotNetBuildSettings { Configuration = configuration, NoLogo = true, Verbosity = DotNetVerbosity.Minimal }));

Task("Unit-Test")
    .Description("Runs the tests that need no engine.")
    .IsDependentOn("Build")
    .OnError(exception => Failed(exception))
    .Does(() => RunTests("Cake.MultiStage.Tests"));

Task("Browser-Test")
    .Description("Runs the tests of the HTML report in Chromium.")
    .IsDependentOn("Build")
    .OnError(exception => Failed(exception))
    .Does(() =>
{
    // Windows has a browser of its own, which the tests find.
    if (!IsRunningOnWindows() && StartProcess("bash", new ProcessSettings { Arguments = new ProcessArgumentBuilder().AppendQuoted(MakeAbsolute(File("./tests/browser/up")).FullPath) }) != 0)
    {
        throw new Exception("No Chromium: see the lines above.");
    }

    RunTests("Cake.MultiStage.BrowserTests");
});

Task("Engine-Test")
    .Description("Runs the tests on a real engine.")
    .IsDependentOn("Engine-Images")
    .IsDependentOn("Build")
    .OnError(exception => Failed(exception))
    .Does(() => RunTests("Cake.MultiStage.EngineTests", "TestCategory!=Podman"));

Task("Podman-Test")
    .Description("Runs the main jobs on Podman, of Debian's package, which the tests bring up beside the engine.")
    .IsDependentOn("Engine")
    .IsDependentOn("Build")
    .Does(() => RunTests("Cake.MultiStage.EngineTests", "TestCategory=Podman"));

Task("Fault-Bench")
    .Description("Injects faults (hostile bytes, stops, stalled and dead engines, killed runs, full disks) and prints case, outcome, seconds.")
    .IsDependentOn("Engine")
    .IsDependentOn("Build")
    .Does(() =>
{
    var failed = new List<Exception>();
    foreach (var project in new[] { "Cake.MultiStage.Tests", "Cake.MultiStage.EngineTests" })
    {
        // What an earlier run left there is not told as this one's.
        var told = results.CombineWithFilePath(project + ".trx").FullPath;
        if (System.IO.File.Exists(told))
        {
            System.IO.File.Delete(told);
        }

        try
        {
            RunTests(project, "TestCategory=Fault");
        }
        catch (Exception exception)
        {
            failed.Add(exception);
        }

        if (!System.IO.File.Exists(told))
        {
            failed.Add(new Exception($"{project} ran no case and left no '{told}'."));
            continue;
        }

        var cases = System.Xml.Linq.XDocument.Load(told).Descendants()
            .Where(element => element.Name.LocalName == "UnitTestResult")
            .OrderBy(element => (string)element.Attribute("testName"), StringComparer.Ordinal);
        foreach (var fault in cases)
        {
            var seconds = TimeSpan.Parse((string)fault.Attribute("duration") ?? "0:00", System.Globalization.CultureInfo.InvariantCulture).TotalSeconds;
            Information("{0}", FormattableString.Invariant($"{(string)fault.Attribute("outcome"),-8} {seconds,7:0.0} s  {((string)fault.Attribute("testName")).Replace('_', ' ')}"));
        }
    }

    if (failed.Count > 0)
    {
        throw new AggregateException(failed);
    }
});

Task("Test")
    .Description("Runs all tests, each kind also after another one's failure.")
    .IsDependentOn("Engine-Images-Ahead")
    .IsDependentOn("Unit-Test")
    .IsDependentOn("Browser-Test")
    .IsDependentOn("Engine-Test")
    .Does(() =>
{
    if (failures.Count > 0)
    {
        throw new AggregateException(failures);
    }
});

Task("Pack")
    .Description("Packs the addin under a fresh version into artifacts/packages.")
    .Does(() =>
{
    CleanDirectory(packages);
    DotNetPack("./src/Cake.MultiStage", new DotNetPackSettings
    {
        Configuration = configuration,
        OutputDirectory = packages,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Minimal,
        // The package alone: a new version of the assembly would compile it again.
        MSBuildSettings = new DotNetMSBuildSettings().WithProperty("PackageVersion", version),
    });
});

Task("Image")
    .Description("Uses the packed addin on the Go sample: builds, tags, measures, checks; leaves artifacts/image/report.html.")
    .IsDependentOn("Pack")
    .IsDependentOn("Engine")
    .Does(() =>
{
    RunRecipe("go-scratch", "Image-Measure", "./artifacts/image");
    RunRecipe("pipeline", "Default", "./artifacts/pipeline");   // the ready-made tasks of the same package
});

Task("Recipe-Table")
    .Description("Runs every recipe beside the Dockerfile that an expert wrote for it, and writes the sizes into recipes/README.md.")
    .IsDependentOn("Engine-Images")
    .IsDependentOn("Build")
    .Does(() =>
{
    RunTests("Cake.MultiStage.EngineTests", "FullyQualifiedName~The_image_is_no_larger_than_the_experts");
    var rows = GetFiles("./artifacts/recipes/*.json").OrderBy(file => file.FullPath, StringComparer.Ordinal).Select(file =>
    {
        using var sizes = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllText(file.FullPath));
        var recipe = sizes.RootElement.GetProperty("recipe").GetString();
        return $"| [{recipe}]({recipe}) | {Megabytes(sizes.RootElement.GetProperty("size").GetInt64())} | {Megabytes(sizes.RootElement.GetProperty("expert").GetInt64())} |";
    });
    FillIn("./recipes/README.md", "recipes", string.Join('\n', rows.Prepend("|---|--:|--:|").Prepend("| recipe | image | by hand |")) + "\n");
});

Task("Benchmark")
    .Description("Compares this addin with docker, buildx, PublishContainer and tar; writes the table into recipes/guides/benchmarks.md.")
    .IsDependentOn("Pack")
    .IsDependentOn("Newer-Engine")
    .IsDependentOn("Build")
    .Does(() =>
{
    var file = MakeAbsolute(File("./artifacts/benchmark/results.json"));
    var arguments = new ProcessArgumentBuilder()
        .AppendQuoted($"./tests/Cake.MultiStage.Benchmarks/bin/{configuration}/net10.0/Cake.MultiStage.Benchmarks.dll")
        .AppendQuoted(file.FullPath)
        .AppendQuoted(newerEngineHost)
        .AppendQuoted(packages.FullPath)
        .AppendQuoted(version);
    var client = MakeAbsolute(Directory("./artifacts/newer-engine/client")).FullPath;
    var exitCode = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = arguments,
        EnvironmentVariables = new Dictionary<string, string> { ["DOCKER_CLI"] = $"{client}/bin/docker" },
    });
    if (exitCode != 0)
    {
        throw new Exception($"The benchmark failed with exit code {exitCode}.");
    }

    FillIn("./recipes/guides/benchmarks.md", "benchmarks", System.IO.File.ReadAllText(file.ChangeExtension(".md").FullPath));
});

RunTarget(target);

// After Cake's own summary, so that it is the last line and a shell can take it from there.
if (engineHost is not null && target == "Engine")
{
    Console.WriteLine($"DOCKER_HOST={engineHost}");
}

void Failed(Exception exception)
{
    if (target != "Test")
    {
        throw exception;
    }

    Error("{0}", exception.Message);
    failures.Add(exception);
}

void FillIn(string file, string name, string table)
{
    var (text, opening, closing) = (System.IO.File.ReadAllText(file), $"<!-- {name} -->\n", $"<!-- end of {name} -->");
    System.IO.File.WriteAllText(file, text[..(text.IndexOf(opening) + opening.Length)] + table + text[text.IndexOf(closing)..]);
}

string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.00} MB");

void RunTests(string project, string filter = null) => DotNetTest($"./tests/{project}", new DotNetTestSettings
{
    Configuration = configuration,
    NoBuild = true,
    NoLogo = true,
    Filter = filter,
    Loggers = new[] { $"trx;LogFileName={project}.trx", "console;verbosity=normal" },
    ResultsDirectory = results,
});

void RunRecipe(string name, string recipeTarget, DirectoryPath report)
{
    var arguments = new ProcessArgumentBuilder()
        .Append("cake")
        .AppendQuoted($"./recipes/{name}/build.cake")
        .AppendQuoted($"--target={recipeTarget}")
        .AppendQuoted($"--verbosity={Context.Log.Verbosity}")
        .AppendQuoted($"--report={MakeAbsolute(report)}")
        .AppendQuoted($"--nuget_source={packages}")
        .Append("--settings_skippackageversioncheck=true")   // the feed holds one version
        .AppendQuoted($"--paths_addins={MakeAbsolute(Directory("./artifacts/addins"))}/{version}")
        .AppendQuoted($"--paths_tools={MakeAbsolute(Directory("./artifacts/addins"))}/{version}");
    var exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = arguments });
    if (exitCode != 0)
    {
        throw new Exception($"Recipe '{name}' failed with exit code {exitCode}.");
    }
}
