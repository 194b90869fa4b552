namespace Cake.MultiStage.Projects;

/// <summary>A toolchain with what belongs to it: its manifests, its package manager, its images.</summary>
public enum Ecosystem
{
    /// <summary>Go: <c>MultiStageGo</c>.</summary>
    Go,

    /// <summary>.NET: <c>MultiStageDotNet</c>.</summary>
    DotNet,

    /// <summary>Node.js: <c>MultiStageNode</c>.</summary>
    Node,

    /// <summary>Rust: <c>MultiStageRust</c>.</summary>
    Rust,

    /// <summary>Java: <c>MultiStageJava</c>.</summary>
    Java,

    /// <summary>Python: <c>MultiStagePython</c>.</summary>
    Python,

    /// <summary>C and C++: <c>MultiStageC</c>.</summary>
    C,

    /// <summary>A static site: <c>MultiStageSite</c>.</summary>
    Site,

    /// <summary>PHP: <c>MultiStagePhp</c>.</summary>
    Php,

    /// <summary>Ruby: <c>MultiStageRuby</c>.</summary>
    Ruby,
}
