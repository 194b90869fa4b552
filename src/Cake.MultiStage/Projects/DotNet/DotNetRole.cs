using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>What a project of a folder is for.</summary>
internal enum DotNetRole
{
    /// <summary>A program that ships.</summary>
    Program,

    /// <summary>A part of others.</summary>
    Library,

    /// <summary>Tests.</summary>
    Test,

    /// <summary>Aspire's description of how the programs are run together on a developer's machine.</summary>
    AppHost,

    /// <summary>The build of the repository itself.</summary>
    Build,

    /// <summary>A sample, a benchmark or a tool beside the programs that ship.</summary>
    Aside,

    /// <summary>A program that browsers run: Blazor WebAssembly.</summary>
    BrowserApp,

    /// <summary>A program for Windows, phones or desktops alone.</summary>
    OtherSystem,
}

/// <summary>Tells what projects are for: by what they refer to, and where that does not say it by their names and folders.</summary>
internal static partial class DotNetRoles
{
    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    public static DotNetRole Of(DotNetProject project) =>
        project.Is("IsTestProject") || project.HasSdk("MSTest.Sdk") || project.Packages.Any(package => TestPackage().IsMatch(package))
            ? DotNetRole.Test
        : project.HasSdk("Aspire.AppHost.Sdk")
            || project.Is("IsAspireHost")
            || project.Packages.Contains("Aspire.Hosting.AppHost", StringComparer.OrdinalIgnoreCase) ? DotNetRole.AppHost
        : project.HasSdk("Microsoft.NET.Sdk.BlazorWebAssembly") ? DotNetRole.BrowserApp
        : !project.IsProgram ? DotNetRole.Library
        : project.HasSdk("Cake.Sdk") || project.Packages.Any(package => BuildPackage().IsMatch(package)) ? DotNetRole.Build
        : TestName().IsMatch(project.Name) ? DotNetRole.Test
        : IsForOtherSystems(project) ? DotNetRole.OtherSystem
        : AsideName().IsMatch(project.Name) || AsideFolder().IsMatch("/" + project.Folder + "/") ? DotNetRole.Aside
        : DotNetRole.Program;

    /// <summary>Says in a few words why a project is not one that ships.</summary>
    public static string Reason(DotNetProject project) => project.Role switch
    {
        DotNetRole.Library => "a library",
        DotNetRole.Test => "tests",
        DotNetRole.AppHost => "an Aspire AppHost, which starts the others on a developer's machine",
        DotNetRole.Build => "the build of the repository",
        DotNetRole.Aside => "a sample, benchmark or tool, by its name or folder",
        DotNetRole.BrowserApp => "Blazor WebAssembly, which browsers run",
        DotNetRole.OtherSystem => $"for {string.Join(", ", project.AllFrameworks)}, which Linux does not run",
        _ => "a program",
    };

    private static bool IsForOtherSystems(DotNetProject project) =>
        project.Is("UseMaui") || project.Is("UseWPF") || project.Is("UseWindowsForms")
        || (project.AllFrameworks.Count > 0 && project.AllFrameworks.All(framework => OtherSystem().IsMatch(framework)));

    [GeneratedRegex(
        @"\A(Microsoft\.NET\.Test\.Sdk|MSTest(\..*)?|xunit(\..*)?|NUnit(\..*)?|TUnit(\..*)?|Microsoft\.Testing\.Platform(\..*)?"
            + @"|YoloDev\.Expecto\.TestSdk|bunit(\..*)?|Reqnroll(\..*)?|SpecFlow(\..*)?)\z",
        Options)]
    private static partial Regex TestPackage();

    [GeneratedRegex(@"\A(Nuke\.Common|Cake\.Frosting(\..*)?|Bullseye|Fake\.Core\.(Target|Context)|ModularPipelines(\..*)?)\z", Options)]
    private static partial Regex BuildPackage();

    [GeneratedRegex(@"(\A|[._-])(Unit|Integration|Functional|Acceptance|E2E|EndToEnd|Load|Smoke)?(Tests?|Specs?)\z|[a-z0-9]Tests\z",
        Options & ~RegexOptions.IgnoreCase)]
    private static partial Regex TestName();

    [GeneratedRegex(@"(\A|[._-])(Benchmarks?|Samples?|Examples?|Demos?|Playground|Perf)\z", Options)]
    private static partial Regex AsideName();

    [GeneratedRegex(
        @"/(samples?|examples?|demos?|tools?|benchmarks?|perf|playground|docs?|tests?|eng|scripts?|templates?|\.template\.config)/",
        Options)]
    private static partial Regex AsideFolder();

    // .NET Framework, and what the name of a system follows.
    [GeneratedRegex(@"\Anet[1-4]\d+\z|\Anet\d+\.\d+-(windows|android|ios|maccatalyst|macos|tizen|tvos|browser)", Options)]
    private static partial Regex OtherSystem();
}
