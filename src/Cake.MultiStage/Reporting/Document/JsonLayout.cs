using System.Buffers;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>
/// Lays JSON out while it is written, for people and for tools that compare lines: a member per line, and an entry of a list per line,
/// however much is in it.
/// </summary>
/// <param name="inner">Where it goes; it stays open.</param>
internal sealed class JsonLayout(Stream inner) : Stream
{
    private const byte Array = (byte)'[';

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[]"u8);

    // Of what is open and laid out: the byte that opened it.
    private readonly Stack<byte> _open = new();
    private byte[] _line = new byte[32 * 1024];
    private int _length;
    // How deep an entry of a list is in itself; 0 outside of one.
    private int _inEntry;
    private bool _isInText;
    private bool _isEscaped;
    private bool _isEmpty;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        LayOut(buffer);
        inner.Write(_line.AsSpan(0, _length));
        _length = 0;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LayOut(buffer.Span);
        await inner.WriteAsync(_line.AsMemory(0, _length), cancellationToken);
        _length = 0;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void LayOut(ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            json = json[(_isInText ? Text(json) : _inEntry > 0 ? Entry(json) : Symbol(json[0]))..];
        }
    }

    /// <summary>Copies what is in quotes, and returns how much that is.</summary>
    private int Text(ReadOnlySpan<byte> json)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            Put(json[..1]);
            return 1;
        }

        var end = json.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            Put(json);
            return json.Length;
        }

        _isEscaped = json[end] == '\\';
        _isInText = _isEscaped;
        Put(json[..(end + 1)]);
        return end + 1;
    }

    /// <summary>Copies what is between texts in an entry of a list, and returns how much that is.</summary>
    private int Entry(ReadOnlySpan<byte> json)
    {
        var end = json.IndexOfAny(Marks);
        if (end < 0)
        {
            Put(json);
            return json.Length;
        }

        _isInText = json[end] == '"';
        _inEntry += json[end] switch { (byte)'{' or Array => 1, (byte)'}' or (byte)']' => -1, _ => 0 };
        Put(json[..(end + 1)]);
        return end + 1;
    }

    private int Symbol(byte symbol)
    {
        var (opens, closes) = (symbol is (byte)'{' or Array, symbol is (byte)'}' or (byte)']');
        _isInText = symbol == '"';
        if (closes)
        {
            _open.Pop();
        }

        if (closes ? !_isEmpty : _isEmpty)
        {
            NewLine();
        }

        _isEmpty = false;
        Put([symbol]);
        if (opens && _open.TryPeek(out var around) && around == Array)
        {
            _inEntry = 1;
        }
        else if (opens)
        {
            _open.Push(symbol);
            _isEmpty = true;
        }
        else if (symbol == ',')
        {
            NewLine();
        }
        else if (symbol == ':')
        {
            Put(" "u8);
        }

        return 1;
    }

    private void NewLine()
    {
        Put("\n"u8);
        for (var depth = 0; depth < _open.Count; depth++)
        {
            Put("  "u8);
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _line.Length)
        {
            System.Array.Resize(ref _line, Math.Max(2 * _line.Length, _length + bytes.Length));
        }

        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
    }
}
