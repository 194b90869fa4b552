using System.Diagnostics;
using System.Text;

namespace Cake.MultiStage.Engine.Dialing;

/// <summary>A connection through a program of this host: its input and output are those of what it reaches.</summary>
internal sealed class ProgramStream : Stream
{
    private const int LongestComplaint = 16 * 1024;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly DialProgram _program;
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Task<string> _complaint;
    private bool _hasAnswered;
    private int _isDisposed;

    private ProgramStream(DialProgram program, Process process)
    {
        (_program, _process) = (program, process);
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _complaint = ReadComplaintAsync(process.StandardError);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Starts the program. Whether it arrives shows with the first answer.</summary>
    /// <exception cref="DialException">It can't be started.</exception>
    public static ProgramStream Open(DialProgram program)
    {
        try
        {
            return new ProgramStream(program, new HostProgram(program.Name, program.Arguments, program.Variables).Start());
        }
        catch (HostProgramException exception)
        {
            throw new DialException($"{program.Name} can't be started: {exception.Message}. {program.Missing}", exception);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _output.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0 && !_hasAnswered)
        {
            throw new DialException(_program.Explain(await ComplaintAsync()));
        }

        _hasAnswered |= count > 0;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken);
            await _input.FlushAsync(cancellationToken);
        }
        catch (IOException) when (!_hasAnswered)
        {
            throw new DialException(_program.Explain(await ComplaintAsync()));
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => _input.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _input.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            // A read that waits ends with the process, and not by closing what it reads from.
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What the program wrote has come by the time its output ends, or soon after.</summary>
    private async Task<string> ComplaintAsync()
    {
        try
        {
            return await _complaint.WaitAsync(LastWords);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }

    /// <summary>Reads to the end, so that the program never waits to be read, and keeps the beginning.</summary>
    private static async Task<string> ReadComplaintAsync(StreamReader errors)
    {
        var text = new StringBuilder();
        var buffer = new char[1024];
        try
        {
            while (await errors.ReadAsync(buffer) is var count and > 0)
            {
                text.Append(buffer, 0, Math.Min(count, LongestComplaint - text.Length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection was closed from this side.
            return text.ToString();
        }

        return text.ToString();
    }
}
