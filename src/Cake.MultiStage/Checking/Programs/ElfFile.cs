using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// What an ELF file asks of the system that runs it (System V ABI, "Object Files" and "Program Loading and Dynamic Linking").
/// Tables and names are read up to a bound that no linker comes near: a file can be made to claim anything.
/// </summary>
/// <param name="Machine">The processor, as Docker names architectures; empty for one that Docker has no name for.</param>
/// <param name="Interpreter">The loader; <see langword="null"/> for a static program.</param>
/// <param name="Needed">The names of the libraries it is linked to.</param>
internal sealed record ElfFile(string Machine, string? Interpreter, IReadOnlyList<string> Needed)
{
    private const int MostNames = 1024;
    private const int MostFolders = 128;
    private const int MostHeaders = 1024;
    private const int MostEntries = 16 * 1024;
    private const int LongestText = 4096;

    private const int Load = 1, Dynamic = 2, InterpreterSegment = 3;
    private const long NeededTag = 1, StringTable = 5, NameTag = 14, OldSearchPath = 15, NewSearchPath = 29;

    /// <summary>
    /// Gets the name under which it is loaded once and for all (<c>DT_SONAME</c>); <see langword="null"/> where it has none.
    /// </summary>
    public string? LibraryName { get; init; }

    /// <summary>
    /// Gets the folders in which it has its libraries looked for: those of <c>DT_RUNPATH</c>, or of <c>DT_RPATH</c> where it has no other.
    /// </summary>
    /// <remarks><c>$ORIGIN</c> is not replaced.</remarks>
    public IReadOnlyList<string> SearchPath { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether <see cref="SearchPath"/> is a <c>DT_RPATH</c>, which counts for the libraries of its libraries too.
    /// </summary>
    public bool IsSearchPathInherited { get; init; }

    /// <summary>Gets a value indicating whether the file has more than is read of it.</summary>
    public bool IsCut { get; init; }

    public static bool IsElf(ReadOnlySpan<byte> content) => content.StartsWith("\u007fELF"u8);

    /// <summary>Reads a file; null where it is not an ELF file, or a broken one.</summary>
    /// <exception cref="PieceMissingException">A piece is needed that is not held.</exception>
    public static ElfFile? Read(FileWindows file)
    {
        try
        {
            return file.Length > 4 && IsElf(file.At(0, 4)) ? new Reader(file).Read() : null;
        }
        catch (Exception exception)
            when (exception is InvalidDataException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            // Offsets that lead out of the file: it is cut or no program at all.
            return null;
        }
    }

    private sealed class Reader(FileWindows file)
    {
        private readonly bool _is64 = file.At(4, 2)[0] == 2;
        private readonly bool _isLittle = file.At(4, 2)[1] == 1;
        private bool _isCut;
        private List<(int Type, long At)> _headers = [];

        public ElfFile Read()
        {
            var elf = new ElfFile(MachineName(Half(18)), null, []);
            var (table, size, count) = _is64 ? (Word(32), Half(54), Half(56)) : (Word(28), Half(42), Half(44));
            _isCut = count > MostHeaders;
            _headers = [.. Enumerable.Range(0, Math.Min(count, MostHeaders))
                .Select(index => checked(table + ((long)index * size)))
                .Select(at => ((int)Int(at), at))];
            if (_headers.Exists(header => header.Type == Dynamic))
            {
                elf = Linked(elf, _headers.Find(header => header.Type == Dynamic).At);
            }

            var interpreter = _headers.Find(header => header.Type == InterpreterSegment);
            return elf with { Interpreter = interpreter.Type == 0 ? null : Text(Word(interpreter.At + (_is64 ? 8 : 4))), IsCut = _isCut };
        }

        private ElfFile Linked(ElfFile elf, long header)
        {
            var entries = Entries(Word(header + (_is64 ? 8 : 4)), Word(header + (_is64 ? 32 : 16)));
            var strings = Offset(entries.Find(entry => entry.Tag == StringTable).Value);
            var needed = Names(entries, strings, NeededTag);
            var isNew = entries.Exists(entry => entry.Tag == NewSearchPath);
            // Of several the last counts.
            var folders = Names(entries, strings, isNew ? NewSearchPath : OldSearchPath) is [.., var path]
                ? path.Split(':', StringSplitOptions.RemoveEmptyEntries)
                : [];
            return elf with
            {
                Needed = needed,
                LibraryName = Names(entries, strings, NameTag) is [.., var name] ? name : null,
                SearchPath = [.. folders.Take(MostFolders)],
                IsSearchPathInherited = !isNew,
            };
        }

        private IReadOnlyList<string> Names(List<(long Tag, long Value)> entries, long strings, long tag)
        {
            var found = entries.Where(entry => entry.Tag == tag).Take(MostNames + 1).ToList();
            _isCut |= found.Count > MostNames;
            return [.. found.Take(MostNames).Select(entry => Text(checked(strings + entry.Value)))];
        }

        private List<(long Tag, long Value)> Entries(long dynamic, long length)
        {
            var entry = _is64 ? 16 : 8;
            List<(long Tag, long Value)> entries = [];
            for (var at = dynamic; at <= checked(dynamic + length) - entry; at += entry)
            {
                var (tag, value) = (Word(at), Word(at + (entry / 2)));
                if (tag == 0)
                {
                    break;
                }

                if (entries.Count == MostEntries)
                {
                    _isCut = true;
                    break;
                }

                entries.Add((tag, value));
            }

            return entries;
        }

        /// <summary>Finds where in the file an address of the loaded program is.</summary>
        private long Offset(long address)
        {
            foreach (var (_, header) in _headers.Where(header => header.Type == Load))
            {
                var (offset, start, length) = _is64
                    ? (Word(header + 8), Word(header + 16), Word(header + 32))
                    : (Word(header + 4), Word(header + 8), Word(header + 16));
                if (address >= start && address - start < length)
                {
                    return checked(offset + address - start);
                }
            }

            return address;
        }

        private string Text(long offset)
        {
            var rest = file.At(offset, LongestText);
            var end = rest.IndexOf((byte)0);
            _isCut |= end < 0 && rest.Length == LongestText;
            return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
        }

        private int Half(long offset) =>
            _isLittle
                ? BinaryPrimitives.ReadUInt16LittleEndian(file.At(offset, 2))
                : BinaryPrimitives.ReadUInt16BigEndian(file.At(offset, 2));

        private long Int(long offset) =>
            _isLittle
                ? BinaryPrimitives.ReadUInt32LittleEndian(file.At(offset, 4))
                : BinaryPrimitives.ReadUInt32BigEndian(file.At(offset, 4));

        private long Word(long offset) =>
            !_is64 ? Int(offset)
            : _isLittle ? BinaryPrimitives.ReadInt64LittleEndian(file.At(offset, 8))
            : BinaryPrimitives.ReadInt64BigEndian(file.At(offset, 8));

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
