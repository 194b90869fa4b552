namespace Cake.MultiStage.Projects;

/// <summary>What kind of base the final stage has. Which ones there are depends on the ecosystem.</summary>
public enum BaseFlavor
{
    /// <summary>Nothing at all: <c>scratch</c>. For programs that need no operating system.</summary>
    Scratch,

    /// <summary>Google's distroless images: the runtime and what it needs; no shell, no package manager.</summary>
    Distroless,

    /// <summary>Ubuntu's chiseled images of .NET: the runtime and what it needs; no shell, no package manager.</summary>
    Chiseled,

    /// <summary>Alpine Linux: small, with a shell and a package manager, and musl as its C library.</summary>
    Alpine,

    /// <summary>A Debian reduced to what most programs need, with a shell and a package manager.</summary>
    Slim,
}
