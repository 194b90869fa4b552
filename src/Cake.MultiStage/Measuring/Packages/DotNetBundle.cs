using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Finds the packages of a .NET program that is one file: its host has a mark, and before it where a header lies, which says where the
/// <c>.deps.json</c> does (.NET, "Bundler design" and the host's <c>bundle/header.h</c>). That is never packed, and only what comes after
/// the mark is held.
/// </summary>
internal sealed class DotNetBundle(long size) : IFileScan
{
    private const int LargestHeld = 256 << 20;
    private const int OffsetLength = sizeof(long);

    // What .NET's tools look for in a host (.NET, HostModel's bundler).
    private static readonly byte[] Mark = Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae");

    private byte[] _kept = [];
    private byte[]? _held;
    private long _position;
    private long _start;
    private int _length;
    private long _header;

    /// <summary>Gets a value indicating whether the file is such a program, and larger than what is held.</summary>
    public bool IsTooLarge { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_held is not null)
        {
            Hold(piece);
        }
        else if (!IsTooLarge)
        {
            Look(_kept.Length == 0 ? piece : [.. _kept, .. piece]);
        }

        _position += piece.Length;
    }

    public IReadOnlyList<ContainedPackage> Finish()
    {
        if (_held is not { } held)
        {
            return [];
        }

        _held = null;
        return WholeFileScan.Guarded(held.AsMemory(0, _length), content =>
            Dependencies(content) is { Length: > 0 } dependencies ? DotNetDependencies.Read(dependencies) : []);
    }

    private void Look(ReadOnlySpan<byte> text)
    {
        var start = _position - _kept.Length;
        if (text.IndexOf(Mark) is >= OffsetLength and var mark
            && BinaryPrimitives.ReadInt64LittleEndian(text[(mark - OffsetLength)..]) is var header
            && header > start + mark
            && header < size)
        {
            (_header, _start, IsTooLarge) = (header, start + mark, size - (start + mark) > LargestHeld);
            if (!IsTooLarge)
            {
                _held = new byte[size - _start];
                Hold(text[mark..]);
            }
        }

        // The mark, with what stands before it, may go on in the next piece.
        _kept = text[Math.Max(0, text.Length - Mark.Length - OffsetLength + 1)..].ToArray();
    }

    private void Hold(ReadOnlySpan<byte> piece)
    {
        var count = Math.Min(piece.Length, _held!.Length - _length);
        piece[..count].CopyTo(_held.AsSpan(_length));
        _length += count;
    }

    /// <summary>Reads the header; one of version 1, of .NET Core 3, doesn't say where the list lies.</summary>
    private ReadOnlyMemory<byte> Dependencies(ReadOnlyMemory<byte> content)
    {
        using var reader = new BinaryReader(new MemoryStream(content[(int)(_header - _start)..].ToArray()), Encoding.UTF8);
        var major = reader.ReadUInt32();
        reader.ReadUInt32();
        reader.ReadInt32();
        reader.ReadString();
        if (major < 2)
        {
            return default;
        }

        var (offset, length) = (reader.ReadInt64() - _start, reader.ReadInt64());
        return offset >= 0 && length >= 0 && offset <= content.Length - length ? content.Slice((int)offset, (int)length)
            : throw new InvalidDataException("The list of packages lies outside of the file.");
    }
}
