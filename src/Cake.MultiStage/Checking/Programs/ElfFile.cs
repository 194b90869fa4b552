using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>What an ELF file asks of the system that runs it (System V ABI, "Object Files" and "Program Loading and Dynamic Linking").</summary>
/// <param name="Machine">The processor, as Docker names architectures; empty for one that Docker has no name for.</param>
/// <param name="Interpreter">The loader; <see langword="null"/> for a static program.</param>
/// <param name="Needed">The names of the libraries it is linked to.</param>
internal sealed record ElfFile(string Machine, string? Interpreter, IReadOnlyList<string> Needed)
{
    private const int Load = 1, Dynamic = 2, InterpreterSegment = 3;
    private const long NeededTag = 1, StringTable = 5, NameTag = 14, OldSearchPath = 15, NewSearchPath = 29;

    /// <summary>Gets the name under which it is loaded once and for all (<c>DT_SONAME</c>); <see langword="null"/> where it has none.</summary>
    public string? LibraryName { get; init; }

    /// <summary>Gets the folders in which it has its libraries looked for, <c>$ORIGIN</c> not replaced: those of <c>DT_RUNPATH</c>, or of <c>DT_RPATH</c> where it has no other.</summary>
    public IReadOnlyList<string> SearchPath { get; init; } = [];

    /// <summary>Gets a value indicating whether <see cref="SearchPath"/> is a <c>DT_RPATH</c>, which counts for the libraries of its libraries too.</summary>
    public bool IsSearchPathInherited { get; init; }

    public static bool IsElf(ReadOnlySpan<byte> content) => content.StartsWith("\u007fELF"u8);

    /// <summary>Reads a file; null where it is no ELF file, or a broken one.</summary>
    public static ElfFile? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            return IsElf(content) ? new Reader(content).Read() : null;
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            // Offsets that lead out of the file: it is cut or no program at all.
            return null;
        }
    }

    private readonly ref struct Reader(ReadOnlySpan<byte> content)
    {
        private readonly ReadOnlySpan<byte> _content = content;
        private readonly bool _is64 = content[4] == 2;
        private readonly bool _isLittle = content[5] == 1;

        public ElfFile Read()
        {
            string? interpreter = null;
            var elf = new ElfFile(MachineName(Half(18)), null, []);
            var (table, size, count) = _is64 ? (Word(32), Half(54), Half(56)) : (Word(28), Half(42), Half(44));
            for (var i = 0; i < count; i++)
            {
                var header = checked((int)table) + (i * size);
                var type = (int)Int(header);
                if (type == InterpreterSegment)
                {
                    interpreter = Text(Word(header + (_is64 ? 8 : 4)));
                }
                else if (type == Dynamic)
                {
                    elf = Linked(elf, Entries(Word(header + (_is64 ? 8 : 4)), Word(header + (_is64 ? 32 : 16))), table, size, count);
                }
            }

            return elf with { Interpreter = interpreter };
        }

        private ElfFile Linked(ElfFile elf, List<(long Tag, long Value)> entries, long table, int size, int count)
        {
            var strings = Offset(entries.Find(entry => entry.Tag == StringTable).Value, table, size, count);
            var (needed, old, folders) = (new List<string>(), new List<string>(), new List<string>());
            string? name = null;
            foreach (var (tag, value) in entries.Where(entry => entry.Tag is NeededTag or NameTag or OldSearchPath or NewSearchPath))
            {
                var text = Text(strings + value);
                switch (tag)
                {
                    case NeededTag:
                        needed.Add(text);
                        break;
                    case NameTag:
                        name = text;
                        break;
                    default:
                        (tag == OldSearchPath ? old : folders).AddRange(text.Split(':', StringSplitOptions.RemoveEmptyEntries));
                        break;
                }
            }

            var isNew = entries.Exists(entry => entry.Tag == NewSearchPath);
            return elf with { Needed = needed, LibraryName = name, SearchPath = isNew ? folders : old, IsSearchPathInherited = !isNew };
        }

        private List<(long Tag, long Value)> Entries(long dynamic, long length)
        {
            var entry = _is64 ? 16 : 8;
            List<(long Tag, long Value)> entries = [];
            for (var at = dynamic; at + entry <= dynamic + length; at += entry)
            {
                var (tag, value) = (Word(checked((int)at)), Word(checked((int)at) + (entry / 2)));
                if (tag == 0)
                {
                    break;
                }

                entries.Add((tag, value));
            }

            return entries;
        }

        /// <summary>Finds where in the file an address of the loaded program is.</summary>
        private long Offset(long address, long table, int size, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var header = checked((int)table) + (i * size);
                var (offset, start, length) = _is64 ? (Word(header + 8), Word(header + 16), Word(header + 32)) : (Word(header + 4), Word(header + 8), Word(header + 16));
                if (Int(header) == Load && address >= start && address < start + length)
                {
                    return offset + address - start;
                }
            }

            return address;
        }

        private string Text(long offset)
        {
            var rest = _content[checked((int)offset)..];
            var end = rest.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
        }

        private int Half(int offset) => _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(_content[offset..]) : BinaryPrimitives.ReadUInt16BigEndian(_content[offset..]);

        private long Int(int offset) => _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(_content[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(_content[offset..]);

        private long Word(int offset) => !_is64 ? Int(offset) : _isLittle ? BinaryPrimitives.ReadInt64LittleEndian(_content[offset..]) : BinaryPrimitives.ReadInt64BigEndian(_content[offset..]);

        // ELF's registry of e_machine, and Go's GOARCH, which Docker takes its names from.
        private string MachineName(int machine) => machine switch
        {
            3 => "386",
            8 => _isLittle ? "mips64le" : "mips64",
            21 => _isLittle ? "ppc64le" : "ppc64",
            22 => "s390x",
            40 => "arm",
            62 => "amd64",
            183 => "arm64",
            243 => "riscv64",
            258 => "loong64",
            _ => "",
        };
    }
}
