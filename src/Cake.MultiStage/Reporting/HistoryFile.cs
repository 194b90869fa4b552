using System.Text.Json;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// A file of JSON lines that each run adds one to. Lines that are not valid, such as one that a crash has cut, are passed over.
/// </summary>
internal sealed class HistoryFile(string file, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ReportJson _json = ReportJson.Create();

    /// <summary>Adds an entry: in one write, with the file for itself, so that runs at the same time do not mix.</summary>
    /// <exception cref="MultiStageException">The file can't be written.</exception>
    public async Task AppendAsync(HistoryLine entry, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var stream = await OpenAsync(cancellationToken);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, _json.HistoryLine), (byte)'\n'];
            if (stream.Length > 0)
            {
                stream.Seek(-1, SeekOrigin.End);
                // A last line without its end was cut: it keeps a line of its own.
                line = stream.ReadByte() == '\n' ? line : [(byte)'\n', .. line];
            }

            await stream.WriteAsync(line, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostDisk.Fault(file, exception);
        }
    }

    /// <summary>Reads all entries, the oldest first; none where the file is missing.</summary>
    /// <exception cref="MultiStageException">The file can't be read.</exception>
    public async Task<IReadOnlyList<ReportedRun>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            var text = await Task.Run(() => SmallFile.Text(file), cancellationToken);
            return [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Select(Entry)
                .OfType<HistoryLine>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException(
                $"The history '{file}' can't be read: {exception.Message} Name another file, or make this one readable.", exception);
        }
    }

    private async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file) && time.GetElapsedTime(start) < Patience)
            {
                // Another run is adding its line.
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }
    }

    private HistoryLine? Entry(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, _json.HistoryLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
