namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The status codes of gRPC.</summary>
internal enum GrpcStatusCode
{
    /// <summary>No error.</summary>
    Ok = 0,

    /// <summary>The caller has cancelled.</summary>
    Cancelled = 1,

    /// <summary>An error of an unknown kind.</summary>
    Unknown = 2,

    /// <summary>The caller has given an argument that is none.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline has passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something doesn't exist.</summary>
    NotFound = 5,

    /// <summary>Something is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not.</summary>
    PermissionDenied = 7,

    /// <summary>Something is used up, or too much.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state for it.</summary>
    FailedPrecondition = 9,

    /// <summary>The call was broken off.</summary>
    Aborted = 10,

    /// <summary>Beyond what there is.</summary>
    OutOfRange = 11,

    /// <summary>There is no such method.</summary>
    Unimplemented = 12,

    /// <summary>Something is broken.</summary>
    Internal = 13,

    /// <summary>The service isn't available now.</summary>
    Unavailable = 14,

    /// <summary>Data is lost.</summary>
    DataLoss = 15,

    /// <summary>The caller has not said who it is.</summary>
    Unauthenticated = 16,
}

/// <summary>The error with which a handler ends its call.</summary>
internal sealed class GrpcException(GrpcStatusCode status, string message) : IOException(message)
{
    /// <summary>Gets the status the caller is told.</summary>
    public GrpcStatusCode Status { get; } = status;
}
