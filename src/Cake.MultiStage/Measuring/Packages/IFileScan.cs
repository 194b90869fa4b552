namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Sees a file while its layer streams by, and tells which packages it names.</summary>
internal interface IFileScan
{
    /// <summary>Takes the next piece, which is valid until this returns.</summary>
    void Add(ReadOnlySpan<byte> piece);

    /// <summary>Returns what the file names; nothing where it is damaged.</summary>
    IReadOnlyList<ContainedPackage> Finish();
}
