namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Looks for what compilers leave of packages in a program: Go's build information wherever it stands, what is in a .NET program of one
/// file, and Rust's in a program that is small enough to be held.
/// </summary>
internal sealed class ProgramScan : IFileScan
{
    private const int LargestHeld = 64 << 20;

    private readonly GoBuildInfo _go = new();
    private readonly DotNetBundle _bundle;
    private readonly WholeFileScan? _whole;
    private bool? _isProgram;

    public ProgramScan(long size)
    {
        _bundle = new DotNetBundle(size);
        _whole = size <= LargestHeld ? new WholeFileScan((int)size, Whole) : null;
    }

    public void Add(ReadOnlySpan<byte> piece)
    {
        _isProgram ??= piece.StartsWith("\u007fELF"u8);
        if (_isProgram == true)
        {
            _go.Add(piece);
            _bundle.Add(piece);
            _whole?.Add(piece);
        }
    }

    public IReadOnlyList<ContainedPackage> Finish() =>
        _isProgram != true ? []
        : _go.Finish() is { Count: > 0 } go ? go
        : _bundle.IsTooLarge ? [ContainedPackage.Of(ContainedPackage.Unread, ".NET", "")!]
        : _bundle.Finish() is { Count: > 0 } bundle ? bundle
        : _whole?.Finish() ?? [];

    private static IEnumerable<ContainedPackage?> Whole(ReadOnlyMemory<byte> content)
    {
        var program = new ElfSections(content);
        return NativeAotProgram.Is(program) ? [ContainedPackage.Of(ContainedPackage.NativeAot, ".NET", "")]
            : RustBuildInfo.Read(program, content);
    }
}
