using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Engine.Sessions.Messages;

namespace Cake.MultiStage.Engine.Outputs;

/// <summary>
/// Takes the images that a build sends back within its session, each an archive in one stream, into files that nobody sees until all of
/// the build is done.
/// </summary>
internal sealed class ReceivedImages : ISolveReceiver, IDisposable
{
    /// <summary>The metadata that tells the exporter, by its place in the order; engines up to 25 send none, and have one alone.</summary>
    private const string ExporterKey = "buildkit-attachable-exporter-id";

    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<ReceivedImage> _images;

    private ReceivedImages(IReadOnlyList<ReceivedImage> images) => _images = images;

    /// <inheritdoc/>
    public GrpcMethod Method => GrpcMethod.Duplex<BytesMessage, BytesMessage>(StageReceiver.Path, ServeAsync);

    /// <inheritdoc/>
    public MultiStageException? Error { get; private set; }

    /// <summary>Gets the images, in the order of their outputs.</summary>
    public IReadOnlyList<ReceivedImage> Images => _images;

    /// <summary>Makes ready for what a request sends back.</summary>
    /// <returns>What takes it; <see langword="null"/> where nothing comes back.</returns>
    /// <exception cref="MultiStageException">A place can't be written to.</exception>
    public static ReceivedImages? For(BuildRequest request)
    {
        List<ReceivedImage> images = [];
        foreach (var (index, (output, _)) in ImageExporters.Of(request).Index())
        {
            if (ImageExporters.IsReceived(output))
            {
                images.Add(ReceivedImage.For(index, output));
            }
        }

        return images.Count == 0 ? null : new ReceivedImages(images);
    }

    /// <inheritdoc/>
    public async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        var all = Task.WhenAll(_images.Select(image => image.Complete));
        await Task.WhenAny(all, Task.Delay(LastWord, cancellationToken));
        return all.IsCompleted;
    }

    /// <summary>Removes what was not brought to its place.</summary>
    public void Dispose()
    {
        foreach (var image in _images)
        {
            image.Dispose();
        }
    }

    private async Task ServeAsync(GrpcCall<BytesMessage, BytesMessage> call)
    {
        var image = call.Metadata.First(ExporterKey) is { } text
            ? _images.FirstOrDefault(one => one.Exporter.ToString(CultureInfo.InvariantCulture) == text)
            : _images is [var only] ? only : null;
        if (image is null)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "nothing was asked for from this exporter");
        }

        try
        {
            await image.TakeAsync(call.Requests, call.CancellationToken);
        }
        catch (MultiStageException exception)
        {
            Error = exception;
            throw new GrpcException(GrpcStatusCode.Aborted, exception.Message);
        }
    }
}
