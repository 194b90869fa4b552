namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Modes as Go's <c>io/fs.FileMode</c> has them: permissions as on Unix, the kind and the special bits elsewhere.</summary>
internal static class GoFileMode
{
    private const uint ModeDirectory = 1u << 31;
    private const uint ModeSymbolicLink = 1u << 27;
    private const uint ModeSetUser = 1u << 23;
    private const uint ModeSetGroup = 1u << 22;
    private const uint ModeSticky = 1u << 20;
    private const uint Permissions = 0b111_111_111;

    public static uint File(UnixFileMode mode) =>
        ((uint)mode & Permissions)
        | (mode.HasFlag(UnixFileMode.SetUser) ? ModeSetUser : 0)
        | (mode.HasFlag(UnixFileMode.SetGroup) ? ModeSetGroup : 0)
        | (mode.HasFlag(UnixFileMode.StickyBit) ? ModeSticky : 0);

    public static uint Directory(UnixFileMode mode) => File(mode) | ModeDirectory;

    public static uint SymbolicLink(UnixFileMode mode) => File(mode) | ModeSymbolicLink;
}
