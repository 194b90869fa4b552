namespace Cake.MultiStage.Projects;

/// <summary>What builds a Java program.</summary>
public enum JavaBuildTool
{
    /// <summary>Apache Maven.</summary>
    Maven,

    /// <summary>Gradle.</summary>
    Gradle,

    /// <summary>The compiler, <c>javac</c>, alone.</summary>
    Plain,
}

/// <summary>A description of a Java program.</summary>
public sealed class JavaProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets what builds the program. By default what the folder has a file of: <c>pom.xml</c>, <c>build.gradle</c> or
    /// <c>build.gradle.kts</c>, or only sources.
    /// </summary>
    public JavaBuildTool? BuildTool { get; set; }

    /// <summary>
    /// Gets or sets the folder of the module with the program, such as <c>server</c>, in a project of several. By default the project's
    /// own.
    /// </summary>
    public string? Module { get; set; }

    /// <summary>
    /// Gets or sets the class with <c>main</c>, such as <c>com.example.Server</c>. By default what the build's files say, or the only one
    /// with such a method.
    /// </summary>
    public string? MainClass { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the program ships with a runtime of its own, of the modules it uses only, made by
    /// <c>jlink</c>. By default it does where the compiler alone builds it.
    /// </summary>
    public bool? Jlink { get; set; }

    /// <summary>
    /// Gets or sets modules for the runtime besides those that <c>jdeps</c> finds, such as <c>jdk.localedata</c>: those that are only found
    /// by name at run time. None by default.
    /// </summary>
    public IList<string> RuntimeModules { get; set; } = [];

    /// <summary>
    /// Gets or sets the options of the virtual machine, as <c>JAVA_TOOL_OPTIONS</c>. <c>-XX:MaxRAMPercentage=75.0</c> by default: the heap
    /// takes three quarters of what the container may use.
    /// </summary>
    public string JavaOptions { get; set; } = "-XX:MaxRAMPercentage=75.0";
}
