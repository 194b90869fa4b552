namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Looks for what compilers leave of packages in a program: Go's build information wherever it stands, Rust's in a program that is small
/// enough to be held.
/// </summary>
internal sealed class ProgramScan : IFileScan
{
    private const int LargestHeld = 64 << 20;

    private readonly GoBuildInfo _go = new();
    private readonly WholeFileScan? _rust;
    private bool? _isProgram;

    public ProgramScan(long size) => _rust = size <= LargestHeld ? new WholeFileScan((int)size, RustBuildInfo.Read) : null;

    public void Add(ReadOnlySpan<byte> piece)
    {
        _isProgram ??= piece.StartsWith("\u007fELF"u8);
        if (_isProgram == true)
        {
            _go.Add(piece);
            _rust?.Add(piece);
        }
    }

    public IReadOnlyList<ContainedPackage> Finish() =>
        _isProgram != true ? [] : _go.Finish() is { Count: > 0 } go ? go : _rust?.Finish() ?? [];
}
