using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine;

/// <summary>The Docker engine isn't available, refuses, or went away in the middle of something.</summary>
public sealed class EngineException : MultiStageException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">What failed, at which endpoint, and what to do.</param>
    /// <param name="endpoint">The endpoint tried.</param>
    public EngineException(string message, EngineEndpoint endpoint)
        : base(message) => Endpoint = endpoint;

    /// <summary>Initializes the error with its cause.</summary>
    /// <param name="message">What failed, at which endpoint, and what to do.</param>
    /// <param name="endpoint">The endpoint tried.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(string message, EngineEndpoint endpoint, Exception innerException)
        : base(message, innerException) => Endpoint = endpoint;

    /// <summary>Gets the endpoint tried.</summary>
    public EngineEndpoint Endpoint { get; }

    /// <summary>Gets the engine's own words, where it answered and refused.</summary>
    internal string? Refusal { get; init; }

    /// <summary>Gets the status it answered with, where it did.</summary>
    internal System.Net.HttpStatusCode? Status { get; init; }
}
