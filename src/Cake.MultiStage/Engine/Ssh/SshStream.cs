using System.Diagnostics;
using System.Text;

namespace Cake.MultiStage.Engine.Ssh;

/// <summary>A connection to an engine through the system's ssh: its input and output are the engine's.</summary>
internal sealed class SshStream : Stream
{
    private const string Program = "ssh";
    private const int LongestComplaint = 16 * 1024;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly SshTarget _target;
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Task<string> _complaint;
    private bool _hasAnswered;
    private int _isDisposed;

    private SshStream(SshTarget target, Process process)
    {
        (_target, _process) = (target, process);
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _complaint = ReadComplaintAsync(process.StandardError);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Starts ssh. Whether it arrives shows with the first answer.</summary>
    /// <exception cref="SshException">There is no ssh on this host.</exception>
    public static SshStream Open(SshTarget target)
    {
        try
        {
            return new SshStream(target, new HostProgram(Program, target.Arguments, "SSH_*", "DISPLAY").Start());
        }
        catch (HostProgramException exception)
        {
            throw new SshException(
                $"ssh can't be started: {exception.Message}. Install OpenSSH's client, or reach the engine another way", exception);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _output.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0 && !_hasAnswered)
        {
            throw new SshException(SshComplaint.Explain(_target, await ComplaintAsync()));
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
            throw new SshException(SshComplaint.Explain(_target, await ComplaintAsync()));
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

    /// <summary>What ssh wrote has come by the time its output ends, or soon after.</summary>
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

    /// <summary>Reads to the end, so that ssh never waits to be read, and keeps the beginning.</summary>
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
