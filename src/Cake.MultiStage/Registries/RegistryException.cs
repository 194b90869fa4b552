using System.Net;

namespace Cake.MultiStage.Registries;

/// <summary>A registry refused, or can't be reached.</summary>
internal sealed class RegistryException(string message, HttpStatusCode? status = null, Exception? innerException = null)
    : MultiStageException(message, innerException!)
{
    /// <summary>Gets the status of its answer; <see langword="null"/> where it gave none.</summary>
    public HttpStatusCode? Status { get; } = status;
}
