namespace Cake.MultiStage.Projects.DotNet;

/// <summary>Chooses the project to ship among those of a folder, or asks.</summary>
/// <param name="path">The folder, for messages.</param>
/// <param name="projects">Its projects.</param>
internal sealed class ProgramChoice(string path, IReadOnlyList<DotNetProject> projects)
{
    private const int Listed = 12;

    /// <summary>Takes the project that the settings name: by its file, its folder or its name.</summary>
    /// <exception cref="MultiStageException">There is none, or Linux does not run it.</exception>
    public DotNetProject Named(string name)
    {
        var at = DotNetProject.Follow("", name);
        var found = projects.FirstOrDefault(project => project.Path == at || project.Folder == at)
            ?? projects.FirstOrDefault(project => project.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new MultiStageException(
                $"'{path}' has no project '{name}'. {Programs([.. projects.Where(project => project.IsProgram)])}");
        return Runnable(found);
    }

    /// <summary>Chooses the only one that it can be.</summary>
    /// <returns>The project, and what was assumed in choosing it.</returns>
    /// <exception cref="MultiStageException">There is none, or there are several; the message names them.</exception>
    public (DotNetProject Project, Assumption? Assumption) Only()
    {
        if (projects.Count == 0)
        {
            throw new MultiStageException(
                $"'{path}' is not a .NET project: neither it nor a folder in it has a .csproj, .fsproj or .vbproj, "
                    + "nor has it a program of one file, which begins with a directive such as #:package.");
        }

        var programs = Entries([.. projects.Where(project => project.Role == DotNetRole.Program)]);
        var web = programs.Where(project => project.IsWeb).ToList();
        return (web.Count, programs.Count) switch
        {
            (_, 1) => (Runnable(programs[0]), null),
            (1, _) => (Runnable(web[0]), new Assumption(
                $"{web[0].Path} is the only web program; {Names([.. programs.Except(web)])} are programs too, and do not ship in this "
                    + "image. "
                + $"For one of them describe it by dotnet.Project = \"{programs.Except(web).First().Name}\".", Doubtful: true)),
            (0, 0) => Aside(),
            _ => throw new MultiStageException($"'{path}' holds several programs. {Programs(web.Count > 1 ? web : programs)}"),
        };
    }

    /// <summary>A folder with samples or tools alone may be meant for the one that is there.</summary>
    private (DotNetProject Project, Assumption? Assumption) Aside()
    {
        var aside = Entries([.. projects.Where(project => project.Role == DotNetRole.Aside)]);
        return aside.Count switch
        {
            1 =>
                (Runnable(aside[0]),
                    new Assumption(
                        $"{aside[0].Path} is taken, though it is {DotNetRoles.Reason(aside[0])}: no other project here is a program.")),
            > 1 => throw new MultiStageException($"'{path}' holds no program but samples, benchmarks and tools. {Programs(aside)}"),
            _ => throw new MultiStageException(
                $"No project in '{path}' is a program for a server or a console on Linux: "
                + string.Join("; ", projects.Take(Listed).Select(project => $"{project.Path} is {DotNetRoles.Reason(project)}"))
                + $"{(projects.Count > Listed ? "; and others" : "")}. {Otherwise()}"),
        };
    }

    private string Otherwise() => projects.Any(project => project.Role == DotNetRole.BrowserApp)
        ? "Blazor WebAssembly alone is a site: describe it by MultiStageSite(\".\")."
        : "A program has OutputType Exe or the SDK Microsoft.NET.Sdk.Web or Microsoft.NET.Sdk.Worker. "
            + $"To take one all the same name it, as in dotnet.Project = \"{projects[0].Name}\".";

    /// <summary>Leaves out programs that another one refers to, as a server does to the pages that it serves.</summary>
    private static List<DotNetProject> Entries(List<DotNetProject> programs)
    {
        // A tool that refers to a server is beside it, and does not take it in.
        var servers = programs.Where(project => project.IsWeb).Select(project => project.Path).ToHashSet(StringComparer.Ordinal);
        var parts = programs
            .SelectMany(project => project.References.Where(reference => project.IsWeb || !servers.Contains(reference)))
            .ToHashSet(StringComparer.Ordinal);
        var entries = programs.Where(project => !parts.Contains(project.Path)).ToList();
        return entries.Count == 0 ? programs : entries;
    }

    /// <exception cref="MultiStageException">It is for other systems alone.</exception>
    private static DotNetProject Runnable(DotNetProject project) =>
        project.AllFrameworks.Count == 0
            || project.Frameworks.Count > 0
            || project.AllFrameworks.Any(framework => framework.Contains("$(", StringComparison.Ordinal))
            ? project
            : throw new MultiStageException(
                $"{project.Path} is for {string.Join(", ", project.AllFrameworks)}: {Hindrance(project.AllFrameworks[0])} "
                + "Add a target framework such as net10.0 to it, or name another project by dotnet.Project.");

    private static string Hindrance(string framework) =>
        framework.StartsWith("netstandard", StringComparison.OrdinalIgnoreCase) ? "that makes it a library, which nothing can start."
        : framework.StartsWith("netcoreapp", StringComparison.OrdinalIgnoreCase)
        ? "that is .NET Core, whose support has ended and whose images are no longer rebuilt."
        : framework.Contains('-', StringComparison.Ordinal) ? "it runs on that system alone, and the image is for Linux."
        : "that is .NET Framework, which runs on Windows alone, and the image is for Linux.";

    private static string Programs(List<DotNetProject> programs) => programs.Count == 0 ? "It has no program."
        : $"The programs are: {Names(programs)}. Choose one, as in dotnet.Project = \"{programs[0].Name}\".";

    private static string Names(List<DotNetProject> programs) =>
        string.Join(", ", programs.Take(Listed).Select(project => project.Path))
            + (programs.Count > Listed ? $" and {programs.Count - Listed} more" : "");
}
