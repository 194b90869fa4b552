namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Modes as Go's <c>io/fs.FileMode</c> has them: permissions as on Unix, the kind and the special bits elsewhere.</summary>
internal static class GoFileMode
{
    private const uint ModeDirectory = 1u << 31;
    private const uint ModeSymbolicLink = 1u << 27;
    private const uint ModeDevice = 1u << 26;
    private const uint ModeNamedPipe = 1u << 25;
    private const uint ModeSocket = 1u << 24;
    private const uint ModeSetUser = 1u << 23;
    private const uint ModeSetGroup = 1u << 22;
    private const uint ModeCharacterDevice = 1u << 21;
    private const uint ModeSticky = 1u << 20;
    private const uint ModeIrregular = 1u << 19;
    private const uint NoFile =
        ModeDirectory | ModeSymbolicLink | ModeDevice | ModeNamedPipe | ModeSocket | ModeCharacterDevice | ModeIrregular;
    private const uint PermissionBits = 0b111_111_111;

    public static uint File(UnixFileMode mode) =>
        ((uint)mode & PermissionBits)
        | (mode.HasFlag(UnixFileMode.SetUser) ? ModeSetUser : 0)
        | (mode.HasFlag(UnixFileMode.SetGroup) ? ModeSetGroup : 0)
        | (mode.HasFlag(UnixFileMode.StickyBit) ? ModeSticky : 0);

    public static uint Directory(UnixFileMode mode) => File(mode) | ModeDirectory;

    public static uint SymbolicLink(UnixFileMode mode) => File(mode) | ModeSymbolicLink;

    public static bool IsDirectory(uint mode) => (mode & ModeDirectory) != 0;

    public static bool IsSymbolicLink(uint mode) => (mode & ModeSymbolicLink) != 0;

    public static bool IsRegular(uint mode) => (mode & NoFile) == 0;

    /// <summary>Gets the permissions as Unix has them, with the special bits.</summary>
    public static UnixFileMode Permissions(uint mode) =>
        (UnixFileMode)(mode & PermissionBits)
        | ((mode & ModeSetUser) != 0 ? UnixFileMode.SetUser : UnixFileMode.None)
        | ((mode & ModeSetGroup) != 0 ? UnixFileMode.SetGroup : UnixFileMode.None)
        | ((mode & ModeSticky) != 0 ? UnixFileMode.StickyBit : UnixFileMode.None);
}
