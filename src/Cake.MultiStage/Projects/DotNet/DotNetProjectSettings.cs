namespace Cake.MultiStage.Projects;

/// <summary>A description of a .NET program.</summary>
public sealed class DotNetProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the project to ship: its file or its name, such as <c>src/Web/Web.csproj</c> or <c>Web</c>; the solution, or a filter
    /// of one, whose only program it is, such as <c>Web.slnf</c>; or a program of one file, such as <c>web.cs</c>. By default the only one
    /// that is a program.
    /// </summary>
    public string? Project { get; set; }

    /// <summary>
    /// Gets or sets how the program comes to its runtime. By default what the project file says by <c>PublishAot</c>, <c>PublishTrimmed</c>
    /// or <c>SelfContained</c>, and else that of the base image.
    /// </summary>
    public DotNetDeployment? Deployment { get; set; }

    /// <summary>Gets or sets the target framework, such as <c>net10.0</c>, of a project with several. By default the newest.</summary>
    public string? Framework { get; set; }

    /// <summary>Gets or sets the configuration. <c>Release</c> by default.</summary>
    public string Configuration { get; set; } = "Release";

    /// <summary>Gets or sets further MSBuild properties, for the restore and the publishing. None by default.</summary>
    public IDictionary<string, string> Properties { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>How a .NET program comes to its runtime.</summary>
public enum DotNetDeployment
{
    /// <summary>The base image has the runtime: <c>aspnet</c> or <c>runtime</c>.</summary>
    FrameworkDependent,

    /// <summary>The runtime comes with the program; the base image has what the runtime is linked to: <c>runtime-deps</c>.</summary>
    SelfContained,

    /// <summary>As self-contained, less the code that the program does not use.</summary>
    Trimmed,

    /// <summary>A native program (NativeAOT): no runtime at all.</summary>
    NativeAot,
}
