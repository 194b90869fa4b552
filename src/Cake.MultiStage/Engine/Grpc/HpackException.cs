namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A header block that cannot be decoded; the connection's compression state is lost with it (RFC 9113, 4.3).</summary>
internal sealed class HpackException(string message) : IOException(message);

/// <summary>A header list longer than this side takes.</summary>
internal sealed class HeaderListTooLargeException(string message) : IOException(message);
