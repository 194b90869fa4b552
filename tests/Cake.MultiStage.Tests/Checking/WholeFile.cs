using Cake.MultiStage.Checking.Programs;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Reads a program or library that is at hand as a whole.</summary>
internal static class WholeFile
{
    public static ElfFile? Elf(ReadOnlyMemory<byte> content)
    {
        var windows = new FileWindows(content.Length);
        windows.Add(0, content);
        return ElfFile.Read(windows);
    }

    public static ProgramTraces Traces(string name, ReadOnlySpan<byte> content)
    {
        var scan = new TraceScan();
        scan.Add(content);
        return ProgramTraces.Of(name, scan);
    }
}
