using System.Text.Json;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Holds a file until it is there whole, and has it read then. What is damaged names nothing.</summary>
internal sealed class WholeFileScan(int size, Func<ReadOnlyMemory<byte>, IEnumerable<ContainedPackage?>> read) : IFileScan
{
    private const int MostPackages = 100_000;

    // Of a program only what turns out to be one is held.
    private byte[]? _content;
    private int _length;

    public void Add(ReadOnlySpan<byte> piece)
    {
        _content ??= new byte[size];
        var count = Math.Min(piece.Length, _content.Length - _length);
        piece[..count].CopyTo(_content.AsSpan(_length));
        _length += count;
    }

    public IReadOnlyList<ContainedPackage> Finish()
    {
        var content = _content.AsMemory(0, _length);
        _content = null;
        return Guarded(content, read);
    }

    /// <summary>Has content read; what is more than a file may name is counted.</summary>
    public static IReadOnlyList<ContainedPackage> Guarded(
        ReadOnlyMemory<byte> content, Func<ReadOnlyMemory<byte>, IEnumerable<ContainedPackage?>> read)
    {
        try
        {
            List<ContainedPackage> found = [];
            var more = 0;
            foreach (var package in read(content).OfType<ContainedPackage>())
            {
                if (found.Count < MostPackages)
                {
                    found.Add(package);
                }
                else
                {
                    more++;
                }
            }

            return more == 0 ? found : [.. found, ContainedPackage.More(more)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or EndOfStreamException
            or KeyNotFoundException
            or InvalidOperationException or IndexOutOfRangeException or FormatException or ArgumentException or NotSupportedException
            or OverflowException)
        {
            return [];
        }
    }
}
