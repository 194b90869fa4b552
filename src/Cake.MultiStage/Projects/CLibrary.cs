namespace Cake.MultiStage.Projects;

/// <summary>The C library that an image has, or that a program is linked to.</summary>
internal enum CLibrary
{
    /// <summary>Which one is not known; it is taken to be there.</summary>
    Unknown,

    /// <summary>None: what is linked to one brings it along.</summary>
    None,

    /// <summary>glibc, of Debian, Ubuntu and most others.</summary>
    Glibc,

    /// <summary>musl, of Alpine Linux.</summary>
    Musl,
}
