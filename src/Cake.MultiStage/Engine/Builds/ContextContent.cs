using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>The build context as the body of a request, made while it is sent.</summary>
internal sealed class ContextContent : HttpContent
{
    private readonly BuildContext _context;
    private readonly ContextTar _tar;
    private readonly string _dockerfile;
    private readonly IProgress<long> _progress;

    public ContextContent(BuildContext context, string dockerfile, IProgress<long> progress, ContextTar? tar = null)
    {
        _tar = tar ?? new ContextTar();
        _context = context;
        _dockerfile = dockerfile;
        _progress = progress;
        Headers.ContentType = new("application/x-tar");
    }

    /// <summary>Gets the error that stopped the context from being read, as against an error of the connection.</summary>
    public MultiStageException? ReadError { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _tar.WriteAsync(stream, _context, BuildRequest.DockerfileName, _dockerfile, _progress, cancellationToken);
        }
        catch (MultiStageException exception)
        {
            ReadError = exception;
            throw new HttpRequestException(exception.Message, exception);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
