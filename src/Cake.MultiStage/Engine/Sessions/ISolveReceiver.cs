using Cake.MultiStage.Engine.Grpc;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Takes what a solve sends back within the session.</summary>
internal interface ISolveReceiver
{
    /// <summary>Gets the method that the builder calls.</summary>
    GrpcMethod Method { get; }

    /// <summary>Gets the error that kept something from being taken, or <see langword="null"/>.</summary>
    MultiStageException? Error { get; }

    /// <summary>
    /// Waits until everything that was asked for has been written: the builder may say that it is done before its last word is read.
    /// </summary>
    /// <returns>Whether it has been.</returns>
    Task<bool> IsCompleteAsync(CancellationToken cancellationToken);
}
