namespace Cake.MultiStage.Engine.Exports;

/// <summary>Work on the host's disk, whose faults are told apart from those of the engine's connection.</summary>
internal static class HostDisk
{
    private const int BufferLength = 81920;

    /// <exception cref="MultiStageException">The disk, or the right to write to it, is lacking.</exception>
    public static void Do(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, exception);
        }
    }

    /// <inheritdoc cref="Do(string, Action)"/>
    public static T Do<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, exception);
        }
    }

    /// <summary>Copies a stream from the engine to one on the disk.</summary>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="MultiStageException">The disk is full or broken. What reading throws goes through.</exception>
    public static async Task<long> CopyAsync(Stream from, Stream to, string path, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        var total = 0L;
        while (await from.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Fault(path, exception);
            }

            total += read;
        }

        return total;
    }

    private static MultiStageException Fault(string path, Exception exception) =>
        new($"'{path}' can't be written: {exception.Message} Check that this user may write there and that the disk has room.", exception);
}
